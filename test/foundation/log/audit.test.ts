import { expect } from "chai";
import fc from "fast-check";
import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { auditLog, type StoredLog } from "../../../src/foundation/log/audit.js";
import { cosign, headBody, signatureKinds, signHead, verifierKey } from "../../../src/foundation/log/head.js";
import type { LogEntry, StoredHead } from "../../../src/foundation/log/index.js";
import { aLeaf, slowRoot } from "./a-log.js";
import { anyHarm, harmed, hashesOf, names, namesExactly } from "./harm.js";

const origin = "tool.example/log";
const witnessName = "partner.example/witness";

function aSigner(privateKey: KeyObject = generateKeyPairSync("ed25519").privateKey) {
  const { x } = privateKey.export({ format: "jwk" });
  const publicKey = new Uint8Array(Buffer.from(String(x), "base64url"));
  return { publicKey, sign: (bytes: Uint8Array) => sign(null, bytes, privateKey) };
}

const [own, partner] = [aSigner(), aSigner()];
const key = verifierKey(origin, signatureKinds.log, own.publicKey);
const witness = verifierKey(witnessName, signatureKinds.witness, partner.publicKey);

const aHead = (hashes: readonly string[], number: number): StoredHead => {
  const [size, root] = [hashes.length, slowRoot(hashes)];
  return { number, size, root, signedAt: number, text: signHead({ origin, size, root }, own) };
};

/** A log whose heads were signed after these numbers of entries, the last one co-signed. */
function aStoredLog(
  entries: readonly LogEntry[],
  sizes: readonly number[],
): StoredLog & { hashes: string[] } {
  const hashes = hashesOf(entries) as string[];
  const ends = [...new Set([...sizes.map((size) => 1 + (size % hashes.length)), hashes.length])];
  const heads = ends.toSorted((a, b) => a - b).map((size, number) => aHead(hashes.slice(0, size), number));
  const last = heads.at(-1)!;
  const line = cosign(headBody({ origin, size: last.size, root: last.root }), witnessName, partner, 5000);
  const cosignatures = [{ size: last.size, witness, at: 5000, line }];
  return { contents: hashes, nodes: hashes, heads, cosignatures, hashes };
}

const someEntries = fc.tuple(fc.integer({ min: 1, max: 24 }), fc.string()).map(([count, salt]) =>
  Array.from({ length: count }, (_unused, index): LogEntry => ({
    ...aLeaf(`${index} ${salt}`),
    index,
    loggedAt: 1000 + index,
  })),
);
const someLog = fc.tuple(someEntries, fc.array(fc.nat(), { maxLength: 6 }));
const trust = { keys: [key], witnesses: [witness] };

describe("an audit of a log", function () {
  this.timeout(60_000);

  it("finds nothing where nothing was done, also when hashes were lost", () => {
    fc.assert(
      fc.property(someLog, fc.array(fc.nat()), ([entries, sizes], lost) => {
        const log = aStoredLog(entries, sizes);
        const nodes = log.hashes.map((hash, index) => (lost.includes(index) ? undefined : hash));
        const audit = auditLog({ ...log, nodes }, { ...trust, earlier: log.hashes.slice(0, lost[0] ?? 0) });
        expect(audit).to.deep.include({ faults: [], size: entries.length, witnessed: entries.length });
      }),
      { numRuns: 60 },
    );
  });

  it("names the entry that was altered, deleted, moved, put in or withheld", () => {
    fc.assert(
      fc.property(someLog, anyHarm, fc.nat(), ([entries, sizes], harm, where) => {
        const log = aStoredLog(entries, sizes);
        const after = harmed(entries, harm, where);
        const audit = auditLog({ ...log, contents: hashesOf(after.entries) }, trust);
        expect(namesExactly(audit, after.index), JSON.stringify(audit.faults)).to.equal(true);
      }),
      { numRuns: 150 },
    );
  });

  it("names it, as one of those between two heads, when the stored hashes were made to fit", () => {
    fc.assert(
      fc.property(someLog, anyHarm, fc.nat(), ([entries, sizes], harm, where) => {
        const log = aStoredLog(entries, sizes);
        const after = harmed(entries, harm, where);
        const contents = hashesOf(after.entries);
        const audit = auditLog({ ...log, contents, nodes: contents }, trust);
        expect(names(audit, after.index), JSON.stringify([audit.faults, after.index])).to.equal(true);
      }),
      { numRuns: 150 },
    );
  });

  it("fails on the co-signature, and names it by what was kept elsewhere, when all was rewritten and signed anew", () => {
    fc.assert(
      fc.property(someLog, anyHarm, fc.nat(), ([entries, sizes], harm, where) => {
        const log = aStoredLog(entries, sizes);
        const after = harmed(entries, harm, where);
        const rewritten = after.entries
          .filter((entry) => entry !== undefined)
          .map((entry, index) => ({ ...entry, index }));
        fc.pre(rewritten.length > 0);
        const forged = aStoredLog(rewritten, sizes);
        const stored = { ...forged, cosignatures: log.cosignatures };
        const { faults, witnessed } = auditLog(stored, trust);
        expect(faults).to.deep.equal([{ what: "cosignature-differs", size: entries.length, witness }]);
        expect(witnessed).to.equal(0);
        const earlier = auditLog({ ...forged, cosignatures: [] }, { ...trust, earlier: log.hashes });
        expect(namesExactly(earlier, after.index), JSON.stringify(earlier.faults)).to.equal(true);
      }),
      { numRuns: 150 },
    );
  });

  it("names a head that is missing, that nobody signed, or that is of other entries", () => {
    const log = aStoredLog(
      Array.from({ length: 5 }, (_unused, index) => ({ ...aLeaf(index), index, loggedAt: 1 })),
      [0, 1, 2, 3],
    );
    const without = log.heads.filter(({ number }) => number !== 2);
    expect(auditLog({ ...log, heads: without }, trust).faults).to.deep.equal([
      { what: "head-missing", number: 2 },
    ]);
    const unsigned = auditLog(log, { ...trust, keys: [] });
    expect(unsigned.faults).to.deep.equal(
      [0, 1, 2, 3, 4].map((number) => ({ what: "head-unsigned", number })),
    );
    const other = { ...aHead([...log.hashes.slice(0, 2), log.hashes[0]!], 2) };
    const heads = log.heads.map((head) => (head.number === 2 ? other : head));
    const { faults } = auditLog({ ...log, heads }, { ...trust, earlier: log.hashes });
    expect(faults).to.deep.equal([{ what: "head-differs", size: 3 }]);
  });

  it("tells a changed hash from a changed entry", () => {
    const log = aStoredLog(
      Array.from({ length: 5 }, (_unused, index) => ({ ...aLeaf(index), index, loggedAt: 1 })),
      [1],
    );
    const nodes = log.hashes.map((hash, index) => (index === 3 ? log.hashes[0] : hash));
    expect(auditLog({ ...log, nodes }, trust).faults).to.deep.equal([{ what: "hash-altered", index: 3 }]);
  });

  it("believes no witness that nobody chose", () => {
    const log = aStoredLog([{ ...aLeaf(0), index: 0, loggedAt: 1 }], []);
    expect(auditLog(log, { ...trust, witnesses: [] })).to.deep.include({ faults: [], witnessed: 0 });
  });
});
