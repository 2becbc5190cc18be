import { createHash } from "node:crypto";
import { expect } from "chai";
import { merkleRoot, verifyConsistency, verifyInclusion } from "../../../src/foundation/log/index.js";

const most = 17;
const inputs = Array.from({ length: most }, (_one, n) => Buffer.from(`entry ${n}`));

const text = (hash: Uint8Array): string => Buffer.from(hash).toString("base64");
const leaf = (n: number): string =>
  createHash("sha256").update(Uint8Array.of(0)).update(inputs[n]!).digest("base64");
const node = (left: string, right: string): string =>
  createHash("sha256")
    .update(Uint8Array.of(1))
    .update(Buffer.from(left, "base64"))
    .update(Buffer.from(right, "base64"))
    .digest("base64");
const root = (from: number, to: number): string => text(merkleRoot(inputs.slice(from, to)));
const half = (n: number): number => 2 ** Math.ceil(Math.log2(n) - 1);

/** As RFC 9162 §2.1.3.1 writes it down: of the entry `m` of those from `from` to `to`. */
function inclusion(m: number, from: number, to: number): string[] {
  const n = to - from;
  if (n === 1) return [];
  const k = half(n);
  return m < k
    ? [...inclusion(m, from, from + k), root(from + k, to)]
    : [...inclusion(m - k, from + k, to), root(from, from + k)];
}

/** As RFC 9162 §2.1.4.1 writes it down. */
function consistency(m: number, from: number, to: number, whole = true): string[] {
  const n = to - from;
  if (m === n) return whole ? [] : [root(from, to)];
  const k = half(n);
  return m <= k
    ? [...consistency(m, from, from + k, whole), root(from + k, to)]
    : [...consistency(m - k, from + k, to, false), root(from, from + k)];
}

/** The same proof with one thing wrong each time: a bit, a hash that is missing, doubled, moved, or no hash. */
function* spoilt(proof: readonly string[]): Generator<string[]> {
  for (const place of proof.keys()) {
    const bytes = Buffer.from(proof[place]!, "base64");
    bytes[place % 32]! ^= 1;
    yield proof.with(place, bytes.toString("base64"));
    yield proof.with(place, proof[place]!.slice(4));
    yield proof.toSpliced(place, 1);
    yield proof.toSpliced(place, 0, proof[place]!);
  }
  yield [...proof, root(0, 1)];
  if (proof.length > 1) yield [proof[1]!, proof[0]!, ...proof.slice(2)];
}

describe("a proof that an entry stands in a log", () => {
  it("holds for its own place, and with anything changed for none", () => {
    for (let size = 1; size <= most; size += 1)
      for (let index = 0; index < size; index += 1) {
        const claim = { leafHash: leaf(index), index, size, root: root(0, size) };
        const proof = inclusion(index, 0, size);
        const where = `${index} in ${size}`;
        expect(verifyInclusion(claim, proof), where).to.equal(true);
        for (const wrong of spoilt(proof)) expect(verifyInclusion(claim, wrong), where).to.equal(false);
        const others = [{ leafHash: leaf((index + 1) % most) }, { root: root(0, (size % most) + 1) }];
        for (const other of others)
          expect(verifyInclusion({ ...claim, ...other }, proof), where).to.equal(false);
      }
  });

  it("is none for a place that the log does not have", () => {
    const claim = { leafHash: leaf(0), index: 0, size: 1, root: leaf(0) };
    expect(verifyInclusion(claim, [])).to.equal(true);
    for (const [index, size] of [
      [1, 1],
      [0, 0],
      [-1, 1],
      [0.5, 1],
      [0, Number.POSITIVE_INFINITY],
      [Number.NaN, 1],
    ] as const)
      expect(verifyInclusion({ ...claim, index, size }, []), `${index} in ${size}`).to.equal(false);
    expect(verifyInclusion({ ...claim, leafHash: "", root: "" }, []), "what is no hash").to.equal(false);
  });

  it("has as many hashes as its place asks for, whatever root fewer or more would come to", () => {
    const [one, two] = [leaf(0), leaf(1)];
    expect(verifyInclusion({ leafHash: one, index: 0, size: 2, root: one }, [])).to.equal(false);
    expect(verifyInclusion({ leafHash: one, index: 0, size: 4, root: node(one, two) }, [two])).to.equal(
      false,
    );
    for (const longer of [node(one, two), node(two, one)])
      expect(verifyInclusion({ leafHash: one, index: 0, size: 1, root: longer }, [two])).to.equal(false);
  });
});

describe("a proof that a log goes on from an earlier one", () => {
  it("holds for the two, and with anything changed for none", () => {
    for (let to = 2; to <= most; to += 1)
      for (let from = 1; from < to; from += 1) {
        const claim = { from, fromRoot: root(0, from), to, toRoot: root(0, to) };
        const proof = consistency(from, 0, to);
        const where = `${from} to ${to}`;
        expect(verifyConsistency(claim, proof), where).to.equal(true);
        for (const wrong of spoilt(proof)) expect(verifyConsistency(claim, wrong), where).to.equal(false);
        for (const other of [{ fromRoot: root(1, from + 1) }, { toRoot: root(0, to - 1) }])
          expect(verifyConsistency({ ...claim, ...other }, proof), where).to.equal(false);
        expect(
          verifyConsistency({ from: to, fromRoot: claim.toRoot, to: from, toRoot: claim.fromRoot }, proof),
        ).to.equal(false);
      }
  });

  it("of the same size asks for the same root and nothing else; from nothing, for the empty one", () => {
    const [same, empty] = [root(0, 3), root(0, 0)];
    const equal = { from: 3, fromRoot: same, to: 3, toRoot: same };
    expect(verifyConsistency(equal, [])).to.equal(true);
    expect(verifyConsistency({ ...equal, toRoot: root(0, 4) }, [])).to.equal(false);
    expect(verifyConsistency(equal, [same])).to.equal(false);
    const first = { from: 0, fromRoot: empty, to: 3, toRoot: same };
    expect(verifyConsistency(first, [])).to.equal(true);
    expect(verifyConsistency({ ...first, fromRoot: same }, [])).to.equal(false);
    expect(verifyConsistency(first, [same])).to.equal(false);
    expect(verifyConsistency({ ...first, from: -1 }, [])).to.equal(false);
  });

  it("has as many hashes as the two sizes ask for, whatever roots fewer or more would come to", () => {
    const [one, two, three] = [leaf(0), leaf(1), leaf(2)];
    const both = node(one, two);
    expect(verifyConsistency({ from: 1, fromRoot: one, to: 4, toRoot: both }, [two])).to.equal(false);
    for (const longer of [node(both, three), node(three, both)])
      expect(verifyConsistency({ from: 1, fromRoot: one, to: 2, toRoot: longer }, [two, three])).to.equal(
        false,
      );
  });

  it("is none from a larger one, even where the roots are the same", () => {
    const both = root(0, 2);
    expect(verifyConsistency({ from: 2, fromRoot: both, to: 1, toRoot: both }, [])).to.equal(false);
  });
});
