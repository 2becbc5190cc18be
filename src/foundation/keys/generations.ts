import { days, minutes } from "../kernel/index.js";
import type { StoredKey } from "./key-store.js";

/**
 * How keys follow each other: a new one is published for a day before it signs, so that whoever keeps our key set for
 * a while has it by then; the one before it stays published for a week, so that what it signed can still be checked.
 */
export const overlap = { publishedBeforeMs: days(1), publishedAfterMs: days(7), oldestMs: days(90) } as const;

/** Whoever asks for a new key at once within this time of another one gets that one: they mean the same event. */
const sameMs = minutes(1);

/** Whether the newest key is the one that is asked for: it waits for its day, or was made for the same reason just now. */
export function isTheNext(newest: StoredKey, now: number, immediately: boolean): boolean {
  const { generation, createdAt, signsFrom = 0, retiredAt } = newest;
  if (!immediately) return retiredAt === undefined && signsFrom > now;
  return retiredAt === undefined && generation > 1 && signsFrom <= now && now - createdAt < sameMs;
}

/** Those whose successor has signed for so long that they are not needed beside it any more. */
export function succeededAt(keys: readonly StoredKey[], now: number, staysMs: number): StoredKey[] {
  const inForce = keys.filter(({ retiredAt }) => retiredAt === undefined);
  const last = inForce.findLast(({ signsFrom }) => (signsFrom ?? 0) + staysMs <= now);
  return last ? inForce.filter(({ generation }) => generation < last.generation) : [];
}

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
