import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { minutes, type Clock } from "../../foundation/kernel/index.js";

/** What a presentation has to be made for, so that nobody can show it a second time. */
export interface Challenge {
  readonly challenge: string;
  /** The verifier's own origin. */
  readonly domain: string;
  /** UTC milliseconds. */
  readonly expiresAt: number;
}

export interface Challenges {
  readonly domain: string;
  make(): Challenge;
  /** `fresh` once only: whoever asks first. `unknown`: it was not made here, or its time is over. */
  take(challenge: string): Promise<"fresh" | "replayed" | "unknown">;
}

export interface ChallengesDeps {
  readonly origin: string;
  /** Challenges are signed and not kept: making them costs the store nothing. */
  readonly key: Buffer;
  /** Whether this name was never taken within so many milliseconds; counted by one atomic write. */
  readonly takeOnce: (name: string, ms: number) => Promise<boolean>;
  readonly clock: Clock;
}

const lasts = minutes(10);

export function createChallenges({ origin, key, takeOnce, clock }: ChallengesDeps): Challenges {
  const mac = (text: string): string => createHmac("sha256", key).update(text).digest("base64url");
  const isOurs = (challenge: string): boolean => {
    const [nonce = "", expires = "", given = ""] = challenge.split(".");
    const [one, other] = [Buffer.from(given), Buffer.from(mac(`${nonce}.${expires}`))];
    const isSame = one.length === other.length && timingSafeEqual(one, other);
    return isSame && Number.parseInt(expires, 36) > clock.now();
  };
  return {
    domain: origin,
    make: () => {
      const expiresAt = clock.now() + lasts;
      const text = `${randomBytes(18).toString("base64url")}.${expiresAt.toString(36)}`;
      return { challenge: `${text}.${mac(text)}`, domain: origin, expiresAt };
    },
    take: async (challenge) => {
      if (challenge.length > 200 || !isOurs(challenge)) return "unknown";
      return (await takeOnce(`challenge ${challenge}`, 2 * lasts)) ? "fresh" : "replayed";
    },
  };
}
