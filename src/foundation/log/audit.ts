import { verifyHead } from "./head.js";
import type { StoredCosignature, StoredHead } from "./log-store.js";
import { RollingRoot } from "./rolling.js";

/** What is not as it was. Indices count from 0. */
export type LogFault =
  | { readonly what: "entry-missing" | "entry-altered" | "entry-inserted"; readonly index: number }
  /** The entry of `index` stands at `now`. */
  | { readonly what: "entry-moved"; readonly index: number; readonly now: number }
  /** One or more of the entries from `from` to below `to`: no head was signed in between. */
  | { readonly what: "entries-altered"; readonly from: number; readonly to: number }
  /** The stored hash of an entry, while the entry is as it was. */
  | { readonly what: "hash-altered"; readonly index: number }
  | { readonly what: "head-missing" | "head-unsigned"; readonly number: number }
  /** A kept head is not that of the entries that were there. */
  | { readonly what: "head-differs"; readonly size: number }
  /** A witness signed another head of that size. */
  | { readonly what: "cosignature-differs"; readonly size: number; readonly witness: string };

type Hashes = readonly (string | undefined)[];

/** Everything that is stored of a log; hashes base64, by index, `undefined` where there is none. */
export interface StoredLog {
  /** Made from the entries' contents now. */
  readonly contents: Hashes;
  /** As they were stored when the entries came. */
  readonly nodes: Hashes;
  /** Where the log names a key that follows another one: verifier key → index. */
  readonly handOvers?: ReadonlyMap<string, number>;
  /** By number. */
  readonly heads: readonly StoredHead[];
  readonly cosignatures: readonly StoredCosignature[];
}

export interface AuditTrust {
  /** The verifier keys of the log, oldest first: each is good for the heads of its time alone. */
  readonly keys: readonly string[];
  /** The verifier keys of witnesses that are believed. */
  readonly witnesses: readonly string[];
  /** The leaf hashes of an earlier time, kept elsewhere: what they say is believed before all that is stored. */
  readonly earlier?: readonly string[];
}

export interface LogAudit {
  readonly size: number;
  readonly heads: number;
  /** The size of the largest head that a witness vouches for, 0 when none does. */
  readonly witnessed: number;
  /** None: the log is what it always was, as far as it can be seen from here. */
  readonly faults: readonly LogFault[];
}

/**
 * Compares contents, stored hashes, kept heads, co-signatures and what was kept elsewhere, and names what differs. Whoever
 * can rewrite all that is stored, keys included, is found by what is elsewhere alone: co-signatures and earlier hashes.
 */
export function auditLog(log: StoredLog, trust: AuditTrust): LogAudit {
  const { contents, heads } = log;
  const size = Math.max(contents.length, heads.at(-1)?.size ?? 0, trust.earlier?.length ?? 0);
  const expected = places(size).map((index) => trust.earlier?.[index] ?? log.nodes[index] ?? contents[index]);
  const witnessed = checkCosignatures(log, trust);
  return {
    ...{ size: contents.length, heads: heads.length, witnessed: witnessed.size },
    faults: [...entryFaults(log, expected, trust), ...checkHeads(log, trust.keys), ...witnessed.faults],
  };
}

function entryFaults(
  { contents, nodes, heads }: StoredLog,
  expected: Hashes,
  { earlier }: AuditTrust,
): LogFault[] {
  const wrong = firstWrongHead(expected, heads);
  const named = compare(contents, expected);
  if (!wrong) return named;
  // The heads speak for the contents: then the stored hashes are what was changed.
  const isAsBefore = (earlier ?? []).every((hash, index) => hash === contents[index]);
  if (isAsBefore && !firstWrongHead(contents, heads))
    return places(contents.length)
      .filter((index) => nodes[index] !== undefined && nodes[index] !== contents[index])
      .map((index) => ({ what: "hash-altered", index }));
  const { from, to } = wrong;
  // That one is missing at the end, with no hash of it left, does not say which one it was.
  const isNamed = named.some(
    (fault) =>
      "index" in fault && fault.index >= from && fault.index < to && expected[fault.index] !== undefined,
  );
  // What was kept elsewhere speaks for the contents, and no head should say otherwise.
  if (isNamed || (earlier && to <= earlier.length)) return [...named, { what: "head-differs", size: to }];
  return [
    ...named,
    to - from === 1 ? { what: "entry-altered", index: from } : { what: "entries-altered", from, to },
  ];
}

/** What of `expected` is elsewhere, another, or nowhere in `contents`. */
function compare(contents: Hashes, expected: Hashes): LogFault[] {
  const standsAt = new Map(contents.map((hash, index) => [hash, index]));
  const stood = new Set(expected);
  return places(expected.length).flatMap((index): LogFault[] => {
    const [was, is] = [expected[index], contents[index]];
    if (is !== undefined && is === was) return [];
    const now = was === undefined ? undefined : standsAt.get(was);
    const isForeign = is !== undefined && !stood.has(is);
    if (now !== undefined)
      return [
        { what: "entry-moved", index, now },
        ...(isForeign ? [{ what: "entry-inserted", index } as const] : []),
      ];
    return [{ what: isForeign ? "entry-altered" : "entry-missing", index }];
  });
}

/** The first head that is not that of these hashes, and the size of the last one before it that is. */
function firstWrongHead(
  hashes: Hashes,
  heads: readonly StoredHead[],
): { readonly from: number; readonly to: number } | undefined {
  const rolling = new RollingRoot();
  let at = 0;
  for (const { size, root } of heads) {
    const from = at;
    for (; at < size; at += 1) {
      const hash = hashes[at];
      if (hash === undefined) return { from, to: size };
      rolling.add(hash);
    }
    if (rolling.root() !== root) return { from, to: size };
  }
  return undefined;
}

/** The key by which a head of this size has to be signed: the newest that an entry below it names, or the first one. */
function keyOfTime(size: number, keys: readonly string[], handOvers: StoredLog["handOvers"]): string[] {
  const named = keys.findLast((key) => (handOvers?.get(key) ?? size) < size) ?? keys[0];
  return named === undefined ? [] : [named];
}

function checkHeads({ heads, handOvers }: StoredLog, keys: readonly string[]): LogFault[] {
  return heads.flatMap(({ number, size, root, text }, place): LogFault[] => {
    const former = heads[place - 1];
    const missing = places(number).slice((former?.number ?? -1) + 1);
    const faults: LogFault[] = missing.map((gone) => ({ what: "head-missing", number: gone }));
    const isSigned =
      verifyHead(text, keyOfTime(size, keys, handOvers)).length > 0 &&
      text.split("\n").slice(1, 3).join() === `${size},${root}`;
    return isSigned ? faults : [...faults, { what: "head-unsigned", number }];
  });
}

function checkCosignatures(
  { heads, cosignatures }: StoredLog,
  { witnesses }: AuditTrust,
): { size: number; faults: LogFault[] } {
  const faults: LogFault[] = [];
  let vouched = 0;
  for (const { size, witness, line } of cosignatures) {
    // Anyone can sign anything: only who is believed counts, for and against.
    if (!witnesses.includes(witness)) continue;
    const head = heads.find((one) => one.size === size);
    const holds = head !== undefined && verifyHead(`${head.text}${line}\n`, [witness]).length > 0;
    if (holds) vouched = Math.max(vouched, size);
    else faults.push({ what: "cosignature-differs", size, witness });
  }
  return { size: vouched, faults };
}

const places = (count: number): number[] => Array.from({ length: count }, (_unused, index) => index);
