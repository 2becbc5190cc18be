import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import type { Storage } from "../../../src/storage/storage.js";
import { aBatch, aQuery, aStatement, refersTo, uuid } from "./statements.js";

/** What no statements, however many or long, make others wait for. `open` as in `statementStoreContract`. */
export function statementBoundsContract(open: () => Promise<Storage>, { referrers = 3000 } = {}): void {
  describe("with much to do", () => {
    let storage: Storage;
    before(async () => (storage = await open()));
    after(() => storage.close());

    it(`goes on answering while ${referrers} statements come to be found by one that they refer to`, async function () {
      this.timeout(120_000);
      const store = storage.statements;
      const tenant = { academyId: "academy-of-many", jurisdictionId: "XA" };
      const [target, middle] = [uuid(), uuid()];
      for (let left = referrers; left > 0; left -= 250) {
        const some = Array.from({ length: 250 }, () => aStatement({ keys: refersTo(middle) }));
        await store.appendStatements(aBatch(some, tenant));
      }
      await store.appendStatements(aBatch([aStatement({ id: middle, keys: refersTo(target) })], tenant));
      const last = aBatch([aStatement({ id: target })], tenant);
      const [now, loop] = [last.storedAt + 10_000, monitorEventLoopDelay({ resolution: 5 })];
      loop.enable();
      await store.appendStatements(last);
      while ((await store.consistentThrough(tenant, now)) < last.storedAt) await pause(5);
      loop.disable();
      // In one go it takes seconds. The bound leaves room for a machine that others use as well.
      expect(loop.max / 1e6, "the longest that others waited, ms").to.be.below(500);
      const found = await store.queryStatements(
        aQuery({ ...tenant, activity: "http://a/1", limit: 2 * referrers }),
      );
      expect(found).to.have.length(referrers + 2);
    });

    it("goes on with references where a process that ended left off", async function () {
      this.timeout(60_000);
      const tenant = { academyId: "academy-of-some", jurisdictionId: "XA" };
      const target = aStatement();
      const some = Array.from({ length: 300 }, () => aStatement({ keys: refersTo(target.id) }));
      const first = await open();
      await first.statements.appendStatements(aBatch(some, tenant));
      await first.statements.appendStatements(aBatch([target], tenant));
      await first.close();
      await storage.recover();
      await storage.statements.appendStatements(aBatch([aStatement()], { ...tenant, academyId: "next" }));
      const all = aQuery({ ...tenant, activity: "http://a/1", limit: 1000 });
      for (let tries = 0; tries < 200; tries += 1) {
        if ((await storage.statements.queryStatements(all)).length === 301) break;
        await pause(20);
      }
      expect(await storage.statements.queryStatements(all)).to.have.length(301);
    });

    for (const ascending of [true, false])
      it(`finds no more text than is asked for, and one statement, ${ascending ? "old" : "new"} ones first`, async () => {
        const tenant = { academyId: `academy-of-length-${String(ascending)}`, jurisdictionId: "XA" };
        const some = Array.from({ length: 20 }, () => aStatement({ text: "é".repeat(500) }));
        await storage.statements.appendStatements(aBatch(some, tenant));
        const count = async (bytes: number): Promise<number> =>
          (await storage.statements.queryStatements(aQuery({ ...tenant, ascending, bytes }))).length;
        expect(await count(1)).to.equal(2);
        expect(await count(5000)).to.equal(6);
        expect(await count(5001)).to.equal(7);
        expect(await count(20_000)).to.equal(20);
      });
  });
}
