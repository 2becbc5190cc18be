import { days } from "../kernel/index.js";
import type { StoredKey } from "./key-store.js";

/**
 * How keys follow each other: a new one is published for a day before it signs, so that whoever keeps our key set for
 * a while has it by then; the one before it stays published for a week, so that what it signed can still be checked.
 */
export const overlap = { publishedBeforeMs: days(1), publishedAfterMs: days(7), oldestMs: days(90) } as const;

/** The one that signs at `now`: the newest whose time has come, else the oldest that is not retired. */
export function signingAt(keys: readonly StoredKey[], now: number): StoredKey | undefined {
  const usable = keys.filter(({ retiredAt }) => retiredAt === undefined);
  return usable.filter(({ signsFrom }) => (signsFrom ?? 0) <= now).at(-1) ?? usable[0];
}

/** Those that a set for short-lived signatures publishes at `now`. */
export function publishedAt(keys: readonly StoredKey[], now: number): StoredKey[] {
  return keys.filter(
    ({ retiredAt }) => retiredAt === undefined || retiredAt + overlap.publishedAfterMs > now,
  );
}

/** What a private key's sealed text is bound to. */
export const keyContext = (keySet: string, kid: string): string => `key ${keySet} ${kid}`;
