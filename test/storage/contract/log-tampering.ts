import { expect } from "chai";
import fc from "fast-check";
import { makeHeadFile, readHeadFile, verifyLog, type LogEntry } from "../../../src/foundation/log/index.js";
import { fixedAt } from "../../kit/clock.js";
import { aLeaf, aLog } from "../../foundation/log/a-log.js";
import { anyHarm, harmed, namesExactly } from "../../foundation/log/harm.js";
import { open, type MakeDatabase, type TestDatabase } from "./database.js";

/** Someone who writes to the database itself. */
export interface Intruder {
  /** Puts these in the place of all entries of the log. */
  replaceEntries(database: TestDatabase, entries: readonly LogEntry[]): Promise<void>;
  /** Deletes all stored hashes, heads and co-signatures. */
  deleteTheRest(database: TestDatabase): Promise<void>;
}

export function logTamperingContract(make: MakeDatabase, intruder: Intruder): void {
  describe("a log that someone wrote to in the database", () => {
    const clock = fixedAt("2027-03-14T10:20:30.456Z");
    const count = 9;

    it("names the entry that was altered, deleted, moved, put in or withheld, whatever else was rewritten", async function () {
      this.timeout(120_000);
      const database = make();
      const storage = await open(database);
      try {
        const log = aLog(storage, clock);
        for (let n = 0; n < count; n += 1) await log.append(aLeaf(n));
        const entries = await storage.log.entries(0, count);
        const file = readHeadFile(JSON.stringify(await makeHeadFile((await log.head()).text, storage.log)));
        const trust = { keys: await log.keys(), witnesses: [] };
        expect((await verifyLog(storage.log, { ...trust, earlier: file.leafHashes })).faults).to.deep.equal(
          [],
        );
        await fc.assert(
          fc.asyncProperty(anyHarm, fc.nat(), async (harm, where) => {
            const after = harmed(entries, harm, where);
            const left = after.entries.filter((entry) => entry !== undefined);
            await intruder.replaceEntries(database, left);
            const audit = await verifyLog(storage.log, trust);
            expect(namesExactly(audit, after.index), JSON.stringify(audit.faults)).to.equal(true);
          }),
          { numRuns: 15 },
        );
        const rewritten = entries.map((entry) => (entry.index === 4 ? { ...entry, content: "{}" } : entry));
        await intruder.replaceEntries(database, rewritten);
        await intruder.deleteTheRest(database);
        await aLog(storage, clock).head();
        expect((await verifyLog(storage.log, trust)).faults).to.deep.equal([]);
        const audit = await verifyLog(storage.log, { ...trust, earlier: file.leafHashes });
        expect(audit.faults).to.deep.equal([
          { what: "entry-altered", index: 4 },
          { what: "head-differs", size: count },
        ]);
      } finally {
        await storage.close();
        await database.drop();
      }
    });
  });
}
