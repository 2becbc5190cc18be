import { fromBase64, toBase64 } from "./entry.js";
import { nodeHash } from "./merkle.js";
import { emptyRoot } from "./proofs.js";

/** The root of a list that grows leaf by leaf, from the roots of its complete subtrees alone (RFC 9162 §2.1.1). */
export class RollingRoot {
  readonly #peaks: { hash: Uint8Array; leaves: number }[] = [];

  /** @param leafHash base64 */
  add(leafHash: string): void {
    let [hash, leaves] = [fromBase64(leafHash), 1];
    for (let last = this.#peaks.at(-1); last?.leaves === leaves; last = this.#peaks.at(-1)) {
      [hash, leaves] = [nodeHash(last.hash, hash), leaves * 2];
      this.#peaks.pop();
    }
    this.#peaks.push({ hash, leaves });
  }

  /** Base64. */
  root(): string {
    const hashes = this.#peaks.map(({ hash }) => hash);
    return hashes.length === 0
      ? emptyRoot
      : toBase64(hashes.reduceRight((right, left) => nodeHash(left, right)));
  }
}

/** Base64, of leaf hashes in base64. */
export function rootOfLeaves(hashes: readonly string[]): string {
  const rolling = new RollingRoot();
  for (const hash of hashes) rolling.add(hash);
  return rolling.root();
}
