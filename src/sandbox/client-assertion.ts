import { compactVerify, createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet } from "jose";
import { z } from "zod";
import { seconds, type Clock } from "../foundation/kernel/index.js";

export interface AssertionDeps {
  readonly clientId: string;
  /** Where the tool publishes its keys. */
  readonly jwksUrl: string;
  readonly clock: Clock;
}

const claimsSchema = z.object({
  iss: z.string(),
  sub: z.string(),
  iat: z.number().optional(),
  nbf: z.number().optional(),
  exp: z.number().optional(),
});

const jwksSchema = z.object({ keys: z.array(z.record(z.string(), z.unknown())) });

/**
 * Whether a client assertion (RFC 7523 §2.2, RS256) is the tool's. As in Moodle: its header must name a `kid`; `aud` and
 * `jti` are not looked at; `exp` may be absent but counts when it is there; an `iat` or `nbf` in the future is refused
 * with no leeway at all; where the tool has several keys each must say its `alg`.
 */
export async function isToolsAssertion(assertion: string, deps: AssertionDeps): Promise<boolean> {
  try {
    const { kid } = decodeProtectedHeader(assertion);
    if (kid === undefined || kid === "") return false;
    const keys = createLocalJWKSet(await fetchKeys(deps.jwksUrl));
    const { payload } = await compactVerify(assertion, keys, { algorithms: ["RS256"] });
    const claims = claimsSchema.parse(JSON.parse(new TextDecoder().decode(payload)));
    const now = Math.floor(deps.clock.now() / 1000);
    return (
      claims.iss === deps.clientId &&
      claims.sub === deps.clientId &&
      (claims.iat ?? now) <= now &&
      (claims.nbf ?? now) <= now &&
      (claims.exp ?? Infinity) > now
    );
  } catch {
    // Whatever can't be read or verified, and a tool that does not publish its keys, is not proven to be the tool.
    return false;
  }
}

/** Fetched each time, so that a new key counts at once; a token lasts an hour. */
async function fetchKeys(url: string): Promise<JSONWebKeySet> {
  const response = await fetch(url, { signal: AbortSignal.timeout(seconds(5)), redirect: "error" });
  const { keys } = jwksSchema.parse(await response.json());
  const usable = keys.length === 1 ? keys : keys.filter(({ alg }) => alg !== undefined);
  return { keys: usable as unknown as JSONWebKeySet["keys"] };
}
