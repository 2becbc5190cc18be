import { decodeJwt } from "jose";
import { z } from "zod";
import type { Clock } from "../foundation/kernel/index.js";
import { platformOf } from "./addresses.js";
import type { Tool } from "./state-schema.js";
import { readSigned } from "./tool-keys.js";
import type { Tools } from "./tools.js";

export interface AssertionDeps {
  readonly origin: string;
  readonly tools: Tools;
  readonly clock: Clock;
}

const claimsSchema = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  jti: z.string().optional(),
  iat: z.number().optional(),
  nbf: z.number().optional(),
  exp: z.number().optional(),
});
type Claims = z.infer<typeof claimsSchema>;

/**
 * The tool of a client assertion (RFC 7523 §2.2, RS256), if it is one's own. As in Moodle: `aud` and `jti` are not
 * looked at; `exp` may be absent but counts when it is there; an `iat` or `nbf` in the future is refused with no leeway
 * at all. In Canvas's flavour `aud`, `exp`, `iat` and `jti` must be there, and `aud` be the token endpoint.
 */
export async function toolOfAssertion(assertion: string, deps: AssertionDeps): Promise<Tool | undefined> {
  try {
    const tool = deps.tools.find(decodeJwt(assertion).iss);
    if (!tool) return undefined;
    const claims = claimsSchema.parse(await readSigned(assertion, tool.jwksUrl));
    const now = Math.floor(deps.clock.now() / 1000);
    const good =
      claims.sub === tool.clientId &&
      (claims.iat ?? now) <= now &&
      (claims.nbf ?? now) <= now &&
      (claims.exp ?? Infinity) > now &&
      (tool.flavour === "moodle" || isComplete(claims, platformOf(deps.origin, "canvas").tokenUrl));
    return good ? tool : undefined;
  } catch {
    // Whatever can't be read or verified, and a tool that does not publish its keys, is not proven to be the tool.
    return undefined;
  }
}

const isComplete = ({ aud, exp, iat, jti }: Claims, tokenUrl: string): boolean =>
  [aud].flat().includes(tokenUrl) && exp !== undefined && iat !== undefined && jti !== undefined;
