import { expect } from "chai";
import type { LogEntry, SeenHead } from "../../../src/foundation/log/index.js";
import {
  entryHash,
  verifyConsistency,
  verifyHead,
  verifyInclusion,
} from "../../../src/foundation/log/index.js";
import { fixedAt } from "../../kit/clock.js";
import { aLeaf, aLog, slowRoot } from "../../foundation/log/a-log.js";
import { eachTestHasAStore, type MakeDatabase } from "./database.js";
import { atOnce } from "./samples.js";

const anEntry = (index: number, changes: Partial<LogEntry> = {}): LogEntry => ({
  ...{ ...aLeaf(index), index, loggedAt: 1000 + index, ...changes },
});

export function logContract(make: MakeDatabase): void {
  describe("the log's rows", () => {
    const store = eachTestHasAStore(make);

    it("give an index to one of many entries, and a key to one", async () => {
      const { log } = store();
      const byIndex = await atOnce(20, (n) => log.addEntry(anEntry(0, { key: `k ${n}` })));
      expect(byIndex.filter((answer) => answer === "added")).to.have.length(1);
      const byKey = await atOnce(20, (n) => log.addEntry(anEntry(n + 1, { key: "once" })));
      expect(byKey.filter((answer) => answer === "added")).to.have.length(1);
      expect((await log.entryByKey("once"))?.index).to.equal(byKey.indexOf("added") + 1);
    });
    it("keep an entry as it is, and find it by its place, its key and what it is about", async () => {
      const { log } = store();
      const about = [
        anEntry(0, { content: '{"a.b":"é","$c":1}' }),
        anEntry(1, { subject: "other" }),
        anEntry(2, { kind: "recognition" }),
        anEntry(3),
      ];
      for (const entry of about) await log.addEntry(entry);
      expect(await log.entry(0)).to.deep.equal(about[0]);
      expect(await log.entry(4)).to.equal(undefined);
      expect(await log.entryByKey("key 2")).to.deep.equal(about[2]);
      expect(await log.lastEntry()).to.deep.equal(about[3]);
      expect(await log.entries(1, 9)).to.deep.equal(about.slice(1));
      const { kind, subject } = about[0]!;
      const found = [999, 1000, 1002, 1003].map((until) => log.newestIndex(kind, subject, until));
      expect(await Promise.all(found)).to.deep.equal([undefined, 0, 0, 3]);
      expect(await log.newestIndex("credential", subject, 9999)).to.equal(undefined);
    });
    it("never change a node that is there", async () => {
      const { log } = store();
      const node = { level: 3, index: 5, hash: "one" };
      await log.addNodes([node, { level: 0, index: 5, hash: "leaf" }]);
      await log.addNodes([{ ...node, hash: "two" }]);
      expect(await log.nodes([node, { level: 9, index: 9 }])).to.deep.equal([node]);
      expect(await log.nodes([])).to.deep.equal([]);
    });
    it("keep one head of a number and of a size", async () => {
      const { log } = store();
      const head = { number: 0, size: 3, root: "r", signedAt: 5, text: "t\n\n— a b\n" };
      expect(await log.lastHead()).to.equal(undefined);
      expect(await log.addHead(head)).to.equal("added");
      expect(await log.addHead({ ...head, size: 4 })).to.equal("taken");
      expect(await log.addHead({ ...head, number: 1 })).to.equal("taken");
      expect(await log.addHead({ ...head, number: 1, size: 4 })).to.equal("added");
      expect(await log.head(0)).to.deep.equal(head);
      expect((await log.lastHead())?.size).to.equal(4);
      expect((await log.headOfSize(4))?.number).to.equal(1);
    });
    it("keep one co-signature of each witness for a head, partners, and what was seen of them", async () => {
      const { log } = store();
      const said = { size: 3, witness: "w+1+2", at: 5, line: "— w x" };
      for (const each of [
        said,
        { ...said, line: "again" },
        { ...said, witness: "v+1+2" },
        { ...said, size: 2 },
      ])
        await log.addCosignature(each);
      expect(await log.cosignatures(3)).to.deep.equal([{ ...said, witness: "v+1+2" }, said]);
      expect((await log.allCosignatures()).map(({ size }) => size)).to.deep.equal([2, 3, 3]);
      const partner = {
        ...{ url: "https://b.example", origin: "b.example/log", keys: ["k"], witnessKeys: ["w"], addedAt: 1 },
      };
      await log.savePartner({ ...partner, keys: ["former"] });
      await log.savePartner(partner);
      expect(await log.partners()).to.deep.equal([partner]);
      const seen: SeenHead = {
        ...{ origin: "b.example/log", size: 3, seenAt: 9, text: "t", line: "l", leafHashes: ["a", "b"] },
      };
      expect(await log.addSeen(seen)).to.equal("added");
      expect(await log.addSeen({ ...seen, text: "another" })).to.equal("taken");
      await log.addSeen({ ...seen, size: 12 });
      await log.addSeen({ ...seen, origin: "c.example/log", size: 99 });
      expect(await log.seen("b.example/log", 3)).to.deep.equal(seen);
      expect((await log.lastSeen("b.example/log"))?.size).to.equal(12);
      expect((await log.allSeen("b.example/log")).map(({ size }) => size)).to.deep.equal([3, 12]);
    });
  });

  describe("the log", () => {
    const store = eachTestHasAStore(make);
    const clock = fixedAt("2027-03-14T10:20:30.456Z");

    it("proves every entry in every tree, and that each tree goes on from those before it", async function () {
      this.timeout(60_000);
      const log = aLog(store(), clock);
      const hashes: string[] = [];
      for (let n = 0; n < 18; n += 1) {
        const entry = await log.append(aLeaf(n));
        expect(entry).to.include({ index: n, key: `key ${n}` });
        hashes.push(entryHash(entry));
        const { size, root, text } = await log.head();
        expect({ size, root }).to.deep.equal({ size: n + 1, root: slowRoot(hashes) });
        expect(verifyHead(text, await log.keys())).to.have.length(1);
      }
      const roots = hashes.map((_hash, n) => slowRoot(hashes.slice(0, n + 1)));
      for (const [last, root] of roots.entries()) {
        const size = last + 1;
        for (const [index, leafHash] of hashes.slice(0, size).entries()) {
          const claim = { leafHash, index, size, root };
          expect(verifyInclusion(claim, await log.inclusion(index, size)), `${index} in ${size}`).to.equal(
            true,
          );
        }
        for (let from = 0; from <= size; from += 1) {
          const fromRoot = slowRoot(hashes.slice(0, from));
          const proof = await log.consistency(from, size);
          const claim = { from, fromRoot, to: size, toRoot: root };
          expect(verifyConsistency(claim, proof), `${from} to ${size}`).to.equal(true);
        }
      }
    });
    it("has no gap and no key twice when two processes append at once", async function () {
      this.timeout(60_000);
      const [one, other] = [aLog(store(), clock), aLog(store(), clock)];
      const entries = await atOnce(40, (n) => (n % 2 === 0 ? one : other).append(aLeaf(Math.floor(n / 4))));
      const indices = [...new Set(entries.map(({ index }) => index))].toSorted((a, b) => a - b);
      expect(indices).to.deep.equal(Array.from({ length: 10 }, (_unused, n) => n));
      const kept = await store().log.entries(0, 99);
      expect(kept).to.have.length(10);
      const [a, b] = [await one.head(), await other.head()];
      expect(a).to.deep.equal(b);
      expect(a.root).to.equal(slowRoot(kept.map(entryHash)));
    });
    it("makes what a crash left out of its tree from the entries", async () => {
      const { log: rows } = store();
      const log = aLog(store(), clock);
      for (let n = 0; n < 5; n += 1) await log.append(aLeaf(n));
      // As after a crash between the entries and all that is made from them.
      for (let index = 5; index < 13; index += 1)
        await rows.addEntry(anEntry(index, { loggedAt: clock.now() }));
      const kept = await rows.entries(0, 13);
      expect(await log.head()).to.include({ size: 13, root: slowRoot(kept.map(entryHash)) });
      expect((await log.append(aLeaf(13))).index).to.equal(13);
      expect((await log.head()).root).to.equal(slowRoot((await rows.entries(0, 14)).map(entryHash)));
    });
  });
}
