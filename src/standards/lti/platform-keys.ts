import { hours, KnownError, minutes, seconds, type Clock } from "../../foundation/kernel/index.js";
import type { Outbound } from "../../foundation/outbound/index.js";
import { isRecord } from "./claims.js";
import { LtiError } from "./errors.js";
import { checkAlgorithm, type IdToken } from "./id-token.js";
import { createKeySet, type KeySet } from "./key-set.js";
import type { Platform } from "./lti-store.js";

const limits = {
  /** Between two fetches that an unknown `kid` or a failure causes: a forger can't make us hammer a platform. */
  pauseMs: seconds(30),
  /** How long a set is believed when its answer does not say, and the bounds of what it may say. */
  usualAgeMs: hours(1),
  leastAgeMs: minutes(1),
  mostAgeMs: hours(24),
  timeoutMs: seconds(5),
  maxBytes: 256 * 1024,
  maxKeys: 64,
};

interface Entry {
  readonly set: KeySet | undefined;
  readonly triedAt: number;
  readonly goodUntil: number;
  readonly failure?: LtiError;
}

/** The platforms' public keys, cached per platform. */
export interface PlatformKeys {
  /**
   * Verifies a token's signature by the platform's published keys.
   * @throws LtiError `signature_invalid`, `key_unknown`, `platform_keys_unavailable`; those of `checkAlgorithm`
   */
  verify(platform: Platform, token: IdToken): Promise<void>;
}

export function createPlatformKeys({ outbound, clock }: { outbound: Outbound; clock: Clock }): PlatformKeys {
  const entries = new Map<string, Entry>();
  const underWay = new Map<string, Promise<Entry>>();

  const refetch = (platform: Platform): Promise<Entry> => {
    const place = `${platform.id} ${platform.jwksUrl}`;
    const running = underWay.get(place);
    if (running) return running;
    const fetching = fetchEntry(platform.jwksUrl, { outbound, clock }, entries.get(place)).then((entry) => {
      entries.set(place, entry);
      return entry;
    });
    underWay.set(place, fetching);
    return fetching.finally(() => underWay.delete(place));
  };
  const current = async (platform: Platform): Promise<Entry> => {
    const known = entries.get(`${platform.id} ${platform.jwksUrl}`);
    const now = clock.now();
    const usable = known !== undefined && (now < known.goodUntil || isRecent(known, now));
    return usable ? known : refetch(platform);
  };

  return {
    verify: async (platform, token) => {
      checkAlgorithm(token);
      const entry = await current(platform);
      if (isSignedBy(entry, token)) return;
      const fresher = isRecent(entry, clock.now()) ? entry : await refetch(platform);
      if (fresher === entry || !isSignedBy(fresher, token)) throw new LtiError("key_unknown");
    },
  };
}

/** A try that lies ahead, since the clock was set back, is no recent one: it would rule until the clock is there again. */
function isRecent({ triedAt }: Entry, now: number): boolean {
  return triedAt <= now && now - triedAt < limits.pauseMs;
}

/** `false` when the set has no key of that name. */
function isSignedBy(entry: Entry, { header, signed, signature }: IdToken): boolean {
  if (!entry.set) throw entry.failure ?? new LtiError("platform_keys_unavailable");
  const verdict = entry.set.verify(String(header["kid"]), signed, signature);
  if (verdict === "not verified") throw new LtiError("signature_invalid");
  return verdict === "verified";
}

async function fetchEntry(
  url: string,
  { outbound, clock }: { outbound: Outbound; clock: Clock },
  before: Entry | undefined,
): Promise<Entry> {
  try {
    const { timeoutMs, maxBytes } = limits;
    const accept = "application/jwk-set+json, application/json;q=0.9, */*;q=0.1";
    const answer = await outbound.fetch(url, { headers: { accept }, timeoutMs, maxBytes });
    const set = createKeySet(readKeySet(answer.status, answer.text));
    const now = clock.now();
    return { set, triedAt: now, goodUntil: now + ageOf(answer.headers) };
  } catch (cause) {
    const reason = cause instanceof KnownError ? cause.code : "unreadable";
    const failure =
      cause instanceof LtiError ? cause : new LtiError("platform_keys_unavailable", { reason }, { cause });
    const now = clock.now();
    // A platform that is down for a moment keeps its keys until the longest age that we would believe them.
    const kept = before?.set && now < before.goodUntil + limits.usualAgeMs ? before.set : undefined;
    return { set: kept, triedAt: now, goodUntil: before?.goodUntil ?? 0, failure };
  }
}

function readKeySet(status: number, text: string): readonly unknown[] {
  if (status !== 200) throw new LtiError("platform_keys_unavailable", { reason: `status ${status}` });
  const parsed: unknown = JSON.parse(text);
  const keys: unknown = isRecord(parsed) ? parsed.keys : undefined;
  if (!Array.isArray(keys) || keys.length > limits.maxKeys || !keys.every(isRecord))
    throw new LtiError("platform_keys_unavailable", { reason: "unreadable" });
  return keys;
}

function ageOf(headers: Headers): number {
  const said = /max-age=(\d{1,9})/i.exec(headers.get("cache-control") ?? "")?.[1];
  const age = said === undefined ? limits.usualAgeMs : seconds(Number(said));
  return Math.min(limits.mostAgeMs, Math.max(limits.leastAgeMs, age));
}
