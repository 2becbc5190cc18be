import { createHash } from "node:crypto";

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

/**
 * The Merkle Tree Hash of a list of entries, 32 bytes: SHA-256, leaves prefixed with 0x00 and inner nodes with 0x01, so
 * that none can be taken for the other (RFC 9162 §2.1.1). The root of no entries is the digest of nothing.
 */
export function merkleRoot(leafInputs: readonly Uint8Array[]): Uint8Array {
  const leaves = leafInputs.map((input) => sha256(leafPrefix, input));
  return leaves.length === 0 ? sha256() : rootOf(leaves);
}

/** @param hashes one or more */
function rootOf(hashes: readonly Uint8Array[]): Uint8Array {
  const [first] = hashes;
  if (first && hashes.length === 1) return first;
  const left = largestPowerOfTwoBelow(hashes.length);
  return sha256(nodePrefix, rootOf(hashes.slice(0, left)), rootOf(hashes.slice(left)));
}

/** @param n 2 or more */
function largestPowerOfTwoBelow(n: number): number {
  return 2 ** (31 - Math.clz32(n - 1));
}

function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}
