import type { NewLeaf } from "./entry.js";

/** That a key follows another one, as the log itself says it. */
export interface HandOver {
  /** The name that both keys have: a log's, or a witness's. */
  readonly subject: string;
  /** Verifier keys (C2SP signed-note). */
  readonly before: string;
  readonly key: string;
}

/** An entry's key, in the log, of the hand-over to this verifier key. */
export const handOverKey = (verifierKey: string): string => `log-key ${verifierKey}`;

/** The leaf of a hand-over. */
export function handOverLeaf({ subject, before, key }: HandOver, at: number): NewLeaf {
  // In the order of the names, as canonical JSON asks (RFC 8785 §3.2.3).
  const content = JSON.stringify({ before, key });
  return { kind: "log-key", subject, key: handOverKey(key), at, content };
}

/** What such a leaf says; `undefined` for what is none. */
export function readHandOver({
  kind,
  subject,
  content,
}: {
  readonly kind: string;
  readonly subject: string;
  readonly content: string;
}): HandOver | undefined {
  if (kind !== "log-key") return undefined;
  try {
    const { before, key } = JSON.parse(content) as Record<string, unknown>;
    return typeof before === "string" && typeof key === "string" ? { subject, before, key } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** One generation of a log's or a witness's keys. */
export interface NamedKey {
  readonly verifierKey: string;
  readonly isRetired: boolean;
}

/**
 * The hand-overs to those of these keys that are in force, oldest first. The first key of all follows none; one that was
 * retired before the log named it is passed over.
 */
export function handOvers(subject: string, keys: readonly NamedKey[]): HandOver[] {
  return keys.flatMap(({ verifierKey: key, isRetired }, place) => {
    const before = keys[place - 1]?.verifierKey;
    return before === undefined || isRetired ? [] : [{ subject, before, key }];
  });
}
