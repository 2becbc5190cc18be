import { fromBase64, toBase64 } from "./entry.js";
import { nodeHash } from "./merkle.js";

/** What an inclusion proof is about; all hashes base64. */
export interface InclusionClaim {
  readonly leafHash: string;
  readonly index: number;
  /** The size of the tree. */
  readonly size: number;
  /** Its root. */
  readonly root: string;
}

/** Whether the proof shows that the leaf stands there in the tree of that root (RFC 9162 §2.1.3.2). */
export function verifyInclusion(claim: InclusionClaim, proof: readonly string[]): boolean {
  const { leafHash, index, size, root } = claim;
  if (!isPlace(index) || !isPlace(size) || index >= size) return false;
  const [leaf, ...path] = decode([leafHash, ...proof]) ?? [];
  if (!leaf) return false;
  let hash = leaf;
  const reached = climb([index, size - 1], path, (sibling, side) => {
    hash = side === "left" ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
  });
  return reached && toBase64(hash) === root;
}

export interface ConsistencyClaim {
  readonly from: number;
  readonly fromRoot: string;
  readonly to: number;
  readonly toRoot: string;
}

/** Whether the proof shows that the larger tree begins with all of the smaller one (RFC 9162 §2.1.4.2). */
export function verifyConsistency(claim: ConsistencyClaim, proof: readonly string[]): boolean {
  const { from, fromRoot, to, toRoot } = claim;
  if (!isPlace(from) || !isPlace(to) || from > to) return false;
  // Every tree begins with the empty one, which proves nothing and asks for nothing.
  if (from === to || from === 0) return proof.length === 0 && fromRoot === (from === to ? toRoot : emptyRoot);
  return grows(claim, proof);
}

/** The same, for a tree of one or more that is smaller than the other. */
function grows({ from, fromRoot, to, toRoot }: ConsistencyClaim, proof: readonly string[]): boolean {
  const [seed, ...path] = decode(isPowerOfTwo(from) ? [fromRoot, ...proof] : proof) ?? [];
  if (!seed) return false;
  let [node, last] = [from - 1, to - 1];
  while (isOdd(node)) [node, last] = [half(node), half(last)];
  let [old, grown] = [seed, seed];
  const reached = climb([node, last], path, (sibling, side) => {
    if (side === "left") old = nodeHash(sibling, old);
    grown = side === "left" ? nodeHash(sibling, grown) : nodeHash(grown, sibling);
  });
  return reached && toBase64(old) === fromRoot && toBase64(grown) === toRoot;
}

/**
 * Walks from a node to the root and gives each sibling on the way with its side; `false` when the path is too long or
 * too short.
 */
function climb(
  [from, end]: readonly [node: number, last: number],
  path: readonly Uint8Array[],
  take: (sibling: Uint8Array, side: "left" | "right") => void,
): boolean {
  let [node, last] = [from, end];
  for (const sibling of path) {
    if (last === 0) return false;
    const side = isOdd(node) || node === last ? "left" : "right";
    take(sibling, side);
    // The last node of a level that has no sibling goes up as it is.
    while (side === "left" && !isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    [node, last] = [half(node), half(last)];
  }
  return last === 0;
}

/** SHA-256 of nothing: the root of the empty tree (RFC 9162 §2.1.1). */
export const emptyRoot = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

const isPlace = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;
const isOdd = (n: number): boolean => n % 2 === 1;
const half = (n: number): number => Math.floor(n / 2);
const isPowerOfTwo = (n: number): boolean => Number.isInteger(Math.log2(n));

/** `undefined` when one of them is not 32 bytes. */
function decode(hashes: readonly string[]): Uint8Array[] | undefined {
  const bytes = hashes.map(fromBase64);
  return bytes.every(({ length }) => length === 32) ? bytes : undefined;
}
