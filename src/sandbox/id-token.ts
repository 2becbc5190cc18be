import { SignJWT, type JWTPayload } from "jose";
import type { Clock } from "../foundation/kernel/index.js";
import type { KeyRing } from "../foundation/keys/index.js";
import { platformOf } from "./addresses.js";
import type { Tool } from "./state-schema.js";
import type { User } from "./users.js";

export interface IdTokenDeps {
  readonly origin: string;
  readonly keys: KeyRing;
  readonly clock: Clock;
  /** For tests of bad launches: changes the claims just before they are signed. */
  readonly alterIdToken?: (claims: JWTPayload) => JWTPayload;
}

export interface Addressee {
  readonly tool: Tool;
  readonly user: User;
  readonly nonce: string;
}

/** A signed launch: RS256, good for 60 seconds, as Moodle's; in Canvas's flavour for an hour and with `azp`. */
export async function signIdToken(
  { tool, user, nonce }: Addressee,
  claims: JWTPayload,
  deps: IdTokenDeps,
): Promise<string> {
  const now = Math.floor(deps.clock.now() / 1000);
  const isMoodle = tool.flavour === "moodle";
  const all: JWTPayload = {
    iss: platformOf(deps.origin, tool.flavour).issuer,
    aud: tool.clientId,
    sub: user.id,
    iat: now,
    exp: now + (isMoodle ? 60 : 3600),
    nonce,
    ...(isMoodle ? {} : { azp: tool.clientId }),
    ...claims,
  };
  return signJwt(deps.alterIdToken?.(all) ?? all, deps.keys);
}

/** Signs whatever the platform says, with its newest key. */
export async function signJwt(claims: JWTPayload, keys: KeyRing): Promise<string> {
  const { kid, alg, privateKey } = await keys.signingKey();
  return new SignJWT(claims).setProtectedHeader({ alg, kid, typ: "JWT" }).sign(privateKey);
}
