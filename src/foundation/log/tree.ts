import { LogError } from "./errors.js";
import { entryHash, fromBase64, toBase64 } from "./entry.js";
import type { LogStore, TreeNode } from "./log-store.js";
import { largestPowerOfTwoBelow, nodeHash } from "./merkle.js";
import { emptyRoot } from "./proofs.js";

type Place = Pick<TreeNode, "level" | "index">;
/** Leaves from the first index to below the second, as RFC 9162 splits a tree. */
type Range = readonly [number, number];

/** The tree over the stored entries, read from the hashes of its complete subtrees: O(log n) of them for each answer. */
export interface Tree {
  /** Base64. */
  root(size: number): Promise<string>;
  inclusion(index: number, size: number): Promise<string[]>;
  consistency(from: number, to: number): Promise<string[]>;
  /** Keeps the hashes of the subtrees that are complete with this entry; nothing depends on its having been called. */
  grow(index: number, leafHash: string): Promise<void>;
}

export function createTree(store: Pick<LogStore, "nodes" | "addNodes" | "entry">): Tree {
  /** One node; what a crash left out is made from what is below it, and kept. */
  const node = async (place: Place, known: ReadonlyMap<string, string>): Promise<string> => {
    const found = known.get(idOf(place)) ?? (await store.nodes([place]))[0]?.hash;
    if (found !== undefined) return found;
    const hash = place.level === 0 ? await ofEntry(place.index) : await ofChildren(place);
    await store.addNodes([{ ...place, hash }]);
    return hash;
  };
  const ofEntry = async (index: number): Promise<string> => {
    const entry = await store.entry(index);
    if (!entry) throw new LogError("log_entry_missing", { index });
    return entryHash(entry);
  };
  const ofChildren = async ({ level, index }: Place): Promise<string> => {
    const left = await node({ level: level - 1, index: index * 2 }, new Map());
    const right = await node({ level: level - 1, index: index * 2 + 1 }, new Map());
    return joined(left, right);
  };
  const hashesOf = async (ranges: readonly Range[]): Promise<string[]> => {
    const places = ranges.map(completeNodes);
    const known = new Map((await store.nodes(places.flat())).map((found) => [idOf(found), found.hash]));
    const hashes: string[] = [];
    for (const list of places) {
      const parts: string[] = [];
      for (const place of list) parts.push(await node(place, known));
      hashes.push(parts.reduceRight((right, left) => joined(left, right)));
    }
    return hashes;
  };
  return {
    root: async (size) => (size === 0 ? emptyRoot : ((await hashesOf([[0, size]]))[0] ?? emptyRoot)),
    inclusion: (index, size) => {
      if (!isWhole(index, size) || index >= size) throw new LogError("log_range_refused");
      return hashesOf(inclusionRanges(index, [0, size]));
    },
    consistency: (from, to) => {
      if (!isWhole(from, to) || from > to) throw new LogError("log_range_refused");
      return from === 0 || from === to
        ? Promise.resolve([])
        : hashesOf(consistencyRanges(from, [0, to], true));
    },
    grow: async (index, leafHash) => {
      const made: TreeNode[] = [{ level: 0, index, hash: leafHash }];
      let [at, hash] = [index, leafHash];
      for (let level = 0; at % 2 === 1; level += 1) {
        hash = joined(await node({ level, index: at - 1 }, new Map()), hash);
        at = (at - 1) / 2;
        made.push({ level: level + 1, index: at, hash });
      }
      await store.addNodes(made);
    },
  };
}

/** A number and a place within the kept rows; one name for both stores. */
const idOf = ({ level, index }: Place): string => `${level}/${index}`;

const isWhole = (...numbers: number[]): boolean => numbers.every((n) => Number.isSafeInteger(n) && n >= 0);
const joined = (left: string, right: string): string =>
  toBase64(nodeHash(fromBase64(left), fromBase64(right)));

/** The complete subtrees that a range is made of, the largest first. */
function completeNodes([from, to]: Range): Place[] {
  const places: Place[] = [];
  for (let at = from; at < to;) {
    const width = to - at === 1 ? 1 : largestPowerOfTwoBelow(to - at + 1);
    places.push({ level: Math.log2(width), index: at / width });
    at += width;
  }
  return places;
}

/** PATH(m, D_n) as ranges whose hashes it is made of (RFC 9162 §2.1.3.1). */
function inclusionRanges(index: number, [from, to]: Range): Range[] {
  if (to - from === 1) return [];
  const split = from + largestPowerOfTwoBelow(to - from);
  return index < split
    ? [...inclusionRanges(index, [from, split]), [split, to]]
    : [...inclusionRanges(index, [split, to]), [from, split]];
}

/** SUBPROOF(m, D_n, b) as ranges whose hashes it is made of (RFC 9162 §2.1.4.1); `size` counts from the tree's begin. */
function consistencyRanges(size: number, [from, to]: Range, whole: boolean): Range[] {
  if (size === to) return whole ? [] : [[from, to]];
  const split = from + largestPowerOfTwoBelow(to - from);
  return size <= split
    ? [...consistencyRanges(size, [from, split], whole), [split, to]]
    : [...consistencyRanges(size, [split, to], false), [from, split]];
}
