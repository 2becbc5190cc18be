import { SignJWT } from "jose";
import { hours, seconds, type Clock, type NewId } from "../../foundation/kernel/index.js";
import type { KeyRing } from "../../foundation/keys/index.js";
import type { Outbound } from "../../foundation/outbound/index.js";
import { isRecord } from "./claims.js";
import { LtiServiceError, refusedBy } from "./errors.js";
import type { Platform } from "./lti-store.js";

/** Scopes of the Assignment and Grade Services (AGS 2.0 §3.1). */
export const scopes = {
  lineItem: "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
  lineItemRead: "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly",
  score: "https://purl.imsglobal.org/spec/lti-ags/scope/score",
} as const;

/** Of the Names and Role Provisioning Services 2.0 (§2.3) and of the Platform Notification Service 1.0. */
export const rosterScope = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly";
export const noticesScope = "https://purl.imsglobal.org/spec/lti/scope/noticehandlers";

/** A platform's access token for its services. */
export interface AccessToken {
  readonly text: string;
  /** What it allows, as the platform said when it gave it. */
  readonly scopes: readonly string[];
  /** UTC milliseconds, some time before the platform lets it run out. */
  readonly goodUntil: number;
}

export interface Tokens {
  /**
   * Does `work` with a token for these scopes; when the platform answers 401 to it, once more with a new token.
   * @throws LtiServiceError `token_refused`, `service_scope_refused`, `service_answer_unusable`
   */
  with<T>(
    platform: Platform,
    asked: readonly string[],
    work: (token: AccessToken) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T>;
}

export interface TokensDeps {
  readonly outbound: Outbound;
  readonly keyRing: KeyRing;
  readonly clock: Clock;
  readonly newId: NewId;
}

const limits = {
  /** Moodle refuses an `iat` that is a second ahead of its own clock. */
  backdatedMs: seconds(30),
  assertionMs: seconds(120),
  timeoutMs: seconds(10),
  maxBytes: 64 * 1024,
  /** How long before its end a token is not used any more, and how long one is kept at most. */
  marginMs: seconds(30),
  longestMs: hours(1),
  usualLifetimeMs: seconds(300),
};

/** Client-credentials tokens by a signed assertion (RFC 7523, IMS Security Framework 1.0 §4.1.1), cached while good. */
export function createTokens(deps: TokensDeps): Tokens {
  const kept = new Map<string, Promise<AccessToken>>();

  const fetchInto = (key: string, platform: Platform, asked: readonly string[]): Promise<AccessToken> => {
    const fetching = fetchToken(platform, asked, deps);
    kept.set(key, fetching);
    const forget = (): void => {
      if (kept.get(key) === fetching) kept.delete(key);
    };
    // One that allows less than was asked for is not kept: the platform may come to allow it.
    const whole = (token: AccessToken): boolean => asked.every((scope) => token.scopes.includes(scope));
    fetching.then((token) => (whole(token) ? undefined : forget()), forget);
    return fetching;
  };
  return {
    with: async (platform, asked, work, signal) => {
      const key = [platform.id, ...[...asked].sort()].join(" ");
      const before = await kept.get(key)?.catch(() => undefined);
      const good = before && before.goodUntil > deps.clock.now() ? before : undefined;
      const token = good ?? (await fetchInto(key, platform, asked));
      signal?.throwIfAborted();
      try {
        return await work(token);
      } catch (error) {
        if (!(error instanceof LtiServiceError)) throw error;
        // What it allows may have been changed meanwhile.
        if (error.data.status === 403) kept.delete(key);
        if (error.data.status !== 401) throw error;
        return work(await fetchInto(key, platform, asked));
      }
    },
  };
}

async function fetchToken(
  platform: Platform,
  asked: readonly string[],
  { outbound, keyRing, clock, newId }: TokensDeps,
): Promise<AccessToken> {
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: await signAssertion(platform, { keyRing, clock, newId }),
    scope: asked.join(" "),
  });
  const askedAt = clock.now();
  const answer = await outbound.fetch(platform.tokenUrl, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json, */*;q=0.1" },
    body: form.toString(),
    timeoutMs: limits.timeoutMs,
    maxBytes: limits.maxBytes,
  });
  // Looked for in the text: Moodle's errors may be no JSON.
  if (answer.status === 400 && answer.text.includes("invalid_scope"))
    throw new LtiServiceError("service_scope_refused", true, { service: "token", status: answer.status });
  if (answer.status !== 200) throw refusedBy(answer, "token");
  return readToken(answer.text, asked, askedAt);
}

async function signAssertion(
  platform: Platform,
  { keyRing, clock, newId }: Pick<TokensDeps, "keyRing" | "clock" | "newId">,
): Promise<string> {
  const { kid, alg, privateKey } = await keyRing.signingKey();
  const now = clock.now();
  const inSeconds = (ms: number): number => Math.floor(ms / 1000);
  return new SignJWT({})
    .setProtectedHeader({ alg, kid, typ: "JWT" })
    .setIssuer(platform.clientId)
    .setSubject(platform.clientId)
    .setAudience(platform.tokenAudience)
    .setIssuedAt(inSeconds(now - limits.backdatedMs))
    .setExpirationTime(inSeconds(now + limits.assertionMs))
    .setJti(newId())
    .sign(privateKey);
}

/** The answer's media type is not looked at: Moodle says `text/html`. */
function readToken(text: string, asked: readonly string[], askedAt: number): AccessToken {
  const answer = parseJson(text);
  if (!isRecord(answer) || typeof answer.access_token !== "string" || answer.access_token === "")
    throw new LtiServiceError("service_answer_unusable", false, { service: "token" });
  // A token that says nothing of its scope has the one that was asked for (RFC 6749 §5.1).
  const given = typeof answer.scope === "string" ? answer.scope.split(" ").filter(Boolean) : asked;
  const lifetime =
    typeof answer.expires_in === "number" ? seconds(answer.expires_in) : limits.usualLifetimeMs;
  return {
    text: answer.access_token,
    scopes: given,
    goodUntil: askedAt + Math.min(lifetime, limits.longestMs) - limits.marginMs,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
