import { digest, hours, randomToken, type Clock } from "../foundation/kernel/index.js";
import { SandboxError } from "./errors.js";
import type { StateFile } from "./state.js";
import type { Tools } from "./tools.js";
import type { Tool } from "./state-schema.js";

/** Opaque bearer tokens, an hour each, kept as hashes. */
export interface AccessTokens {
  readonly lifetimeSeconds: number;
  issue(tool: Tool, scopes: readonly string[]): Promise<string>;
  /**
   * The tool whose token it is. A scope that the administrator has taken from the tool since counts no longer.
   * @param header the Authorization header
   * @throws SandboxError `sandbox_token_missing` (absent, unknown, expired), `sandbox_token_scope`
   */
  demand(header: string | undefined, anyOf: readonly string[]): Tool;
}

const lifetime = hours(1);

export function createAccessTokens(state: StateFile, tools: Tools, clock: Clock): AccessTokens {
  return {
    lifetimeSeconds: lifetime / 1000,
    issue: async ({ clientId }, scopes) => {
      const token = randomToken(32);
      const now = clock.now();
      state.data.tokens = state.data.tokens.filter(({ expiresAt }) => expiresAt > now);
      state.data.tokens.push({
        ...{ hash: digest(token), clientId, scopes: [...scopes] },
        expiresAt: now + lifetime,
      });
      await state.save();
      return token;
    },
    demand: (header, anyOf) => {
      const [, sent] = /^Bearer ([\w-]+)$/i.exec(header ?? "") ?? [];
      const hash = sent === undefined ? undefined : digest(sent);
      const token = state.data.tokens.find((one) => one.hash === hash);
      const tool = tools.find(token?.clientId);
      if (!token || !tool || token.expiresAt <= clock.now()) throw new SandboxError("sandbox_token_missing");
      const allowed = anyOf.some((scope) => token.scopes.includes(scope) && tool.scopes.includes(scope));
      if (!allowed) throw new SandboxError("sandbox_token_scope");
      return tool;
    },
  };
}
