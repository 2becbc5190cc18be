import { digest, hours, randomToken, type Clock } from "../foundation/kernel/index.js";
import { agsScopes } from "./addresses.js";
import { SandboxError } from "./errors.js";
import type { StateFile } from "./state.js";

/** Opaque bearer tokens, an hour each, kept as hashes. */
export interface AccessTokens {
  readonly lifetimeSeconds: number;
  /** Those of the requested scopes (a space between each) that this platform grants. */
  grantable(requested: string): string[];
  issue(scopes: readonly string[]): Promise<string>;
  /**
   * @param header the Authorization header
   * @throws SandboxError `sandbox_token_missing` (absent, unknown, expired), `sandbox_token_scope`
   */
  demand(header: string | undefined, anyOf: readonly string[]): void;
}

const lifetime = hours(1);

export function createAccessTokens(state: StateFile, clock: Clock): AccessTokens {
  return {
    lifetimeSeconds: lifetime / 1000,
    grantable: (requested) => {
      const wanted = new Set(requested.split(" "));
      return Object.values(agsScopes).filter((scope) => wanted.has(scope));
    },
    issue: async (scopes) => {
      const token = randomToken(32);
      const now = clock.now();
      state.data.tokens = state.data.tokens.filter(({ expiresAt }) => expiresAt > now);
      state.data.tokens.push({ hash: digest(token), scopes: [...scopes], expiresAt: now + lifetime });
      await state.save();
      return token;
    },
    demand: (header, anyOf) => {
      const [, sent] = /^Bearer ([\w-]+)$/i.exec(header ?? "") ?? [];
      const hash = sent === undefined ? undefined : digest(sent);
      const token = state.data.tokens.find((one) => one.hash === hash);
      if (!token || token.expiresAt <= clock.now()) throw new SandboxError("sandbox_token_missing");
      if (!anyOf.some((scope) => token.scopes.includes(scope))) throw new SandboxError("sandbox_token_scope");
    },
  };
}
