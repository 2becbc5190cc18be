import { createHash } from "node:crypto";

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

/**
 * The Merkle Tree Hash of a list of entries, 32 bytes: SHA-256, leaves prefixed with 0x00 and inner nodes with 0x01, so
 * that none can be taken for the other (RFC 9162 §2.1.1). The root of no entries is the digest of nothing.
 */
export function merkleRoot(leafInputs: readonly Uint8Array[]): Uint8Array {
  return rootOfHashes(leafInputs.map(leafHash));
}

/** The same, of the leaves' hashes. */
function rootOfHashes(hashes: readonly Uint8Array[]): Uint8Array {
  const [first] = hashes;
  if (!first) return sha256();
  if (hashes.length === 1) return first;
  const left = largestPowerOfTwoBelow(hashes.length);
  return nodeHash(rootOfHashes(hashes.slice(0, left)), rootOfHashes(hashes.slice(left)));
}

export const leafHash = (input: Uint8Array): Uint8Array => sha256(leafPrefix, input);

export const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(nodePrefix, left, right);

/** The largest power of two that is less than `n`. @param n 2 or more, a safe integer */
export function largestPowerOfTwoBelow(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}

function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}
