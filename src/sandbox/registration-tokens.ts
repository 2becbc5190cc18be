import { compactVerify, createLocalJWKSet } from "jose";
import { z } from "zod";
import { hours, type Clock } from "../foundation/kernel/index.js";
import type { KeyRing } from "../foundation/keys/index.js";
import { platformOf } from "./addresses.js";
import { flavours, type Flavour } from "./flavour.js";
import { signJwt } from "./id-token.js";

/** The tokens with which a tool may register itself: signed, good for an hour, for the one client id in `sub`. */
export interface RegistrationTokens {
  issue(flavour: Flavour, clientId: string): Promise<string>;
  /** The client id of the token in an Authorization header; what is no token of ours, or too old, has none. */
  read(flavour: Flavour, header: string | undefined): Promise<string | undefined>;
}

const claimsSchema = z.object({ sub: z.string(), exp: z.number(), flavour: z.enum(flavours) });

export function createRegistrationTokens(deps: {
  readonly origin: string;
  readonly keys: KeyRing;
  readonly clock: Clock;
}): RegistrationTokens {
  const { origin, keys, clock } = deps;
  const now = (): number => Math.floor(clock.now() / 1000);
  return {
    issue: (flavour, clientId) =>
      signJwt(
        {
          iss: platformOf(origin, flavour).issuer,
          aud: platformOf(origin, flavour).registrationUrl,
          sub: clientId,
          scope: "reg",
          iat: now(),
          exp: now() + hours(1) / 1000,
          flavour,
        },
        keys,
      ),
    read: async (flavour, header) => {
      const [, token] = /^Bearer ([\w.-]+)$/.exec(header ?? "") ?? [];
      if (token === undefined) return undefined;
      try {
        const { payload } = await compactVerify(token, createLocalJWKSet(await keys.jwks()));
        const claims = claimsSchema.parse(JSON.parse(new TextDecoder().decode(payload)));
        return claims.flavour === flavour && claims.exp > now() ? claims.sub : undefined;
      } catch {
        return undefined;
      }
    },
  };
}
