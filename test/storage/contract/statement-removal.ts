import { expect } from "chai";
import fc from "fast-check";
import type { Tenant } from "../../../src/foundation/kernel/index.js";
import type { NewStatement, StatementBatch, StatementStore } from "../../../src/standards/lrs/index.js";
import type { Storage } from "../../../src/storage/storage.js";
import { storeRows } from "../../kit/store-rows.js";
import { eachTestHasAStore, open, type MakeDatabase, type TestDatabase } from "./database.js";
import { aBatch, aQuery, aStatement, refersTo, uuid, voids } from "./statements.js";

const academy = (academyId: string): Tenant => ({ academyId, jurisdictionId: "XA" });
const mine = academy("mine");
const [registration, other] = ["AAAAAAAA-0000-4000-8000-00000000000A", uuid()];
const both = ["evidence", "formative"] as const;

const formative = (changes: Partial<NewStatement> = {}, of = registration) =>
  aStatement({ ...changes, class: "formative", keys: { ...changes.keys, registration: of.toLowerCase() } });

const idsOf = (statements: readonly NewStatement[]): string[] => statements.map(({ id }) => id);
const append = (store: StatementStore, ...statements: NewStatement[]) =>
  store.appendStatements(aBatch(statements, mine));
const ask = async (store: StatementStore, tenant = mine): Promise<string[]> =>
  (await store.queryStatements(aQuery({ ...tenant, classes: both, limit: 1000 }))).map(({ id }) => id);

/** Every index entry of a tenant's statements, in words that do not depend on when they were stored. */
export type LinksOf = (database: TestDatabase, tenant: Tenant) => Promise<string[]>;

export function statementRemovalContract(make: MakeDatabase, linksOf: LinksOf): void {
  describe("removing formative statements", () => {
    const storage = eachTestHasAStore(make);
    const store = (): StatementStore => storage().statements;

    it("removes those of one registration, voided ones too, and nothing else", async () => {
      const evidence = aStatement({ keys: { registration: registration.toLowerCase() } });
      const theirs = formative({}, other);
      const voided = formative();
      const voiding = aStatement({ keys: voids(voided.id) });
      await append(store(), evidence, theirs, formative(), voided, voiding);
      const elsewhere = academy("elsewhere");
      const away = formative();
      await store().appendStatements(aBatch([away], elsewhere));
      expect(await store().countFormative(mine, registration)).to.equal(2);
      expect(await store().removeFormative(mine, registration)).to.equal(2);
      expect(await store().countFormative(mine, registration)).to.equal(0);
      expect(await ask(store())).to.have.members([evidence.id, theirs.id, voiding.id]);
      expect(await ask(store(), elsewhere)).to.deep.equal([away.id]);
      for (const flag of [true, false])
        expect(await store().findStatement(mine, voided.id, { voided: flag, classes: both })).to.equal(
          undefined,
        );
    });
    it("removes more than fit into one step, and finds nothing the second time", async () => {
      const statements = Array.from({ length: 230 }, () => formative());
      await append(store(), ...statements);
      expect(await store().removeFormative(mine, registration)).to.equal(230);
      expect(await store().removeFormative(mine, registration)).to.equal(0);
      expect(await store().removeFormative(academy("nobody"), registration)).to.equal(0);
      expect(await store().countFormative(academy("nobody"), registration)).to.equal(0);
      expect(await ask(store())).to.deep.equal([]);
    });
    it("leaves what refers to one of them, which is found by it no more", async () => {
      const secret = formative({ keys: { verb: "http://v/answered" } as NewStatement["keys"] });
      const about = aStatement({ keys: refersTo(secret.id) });
      await append(store(), secret, about);
      const byVerb = () =>
        store().queryStatements(aQuery({ ...mine, classes: both, verb: "http://v/answered" }));
      expect(await byVerb()).to.have.length(2);
      await store().removeFormative(mine, registration);
      expect(await byVerb()).to.deep.equal([]);
      expect(await ask(store())).to.deep.equal([about.id]);
      // The same statement may come again; it is found by what refers to it as if it had never been away.
      await append(store(), secret);
      expect(await byVerb()).to.have.length(2);
    });

    describe("whatever refers to what", () => {
      let database: TestDatabase;
      let kept: Storage;
      before(async () => {
        database = make();
        kept = await open(database);
      });
      after(async () => {
        await kept.close();
        await database.drop();
      });

      it("leaves the index as if they had never been stored", async function () {
        this.timeout(120_000);
        const node = fc.record({ removed: fc.boolean(), kind: fc.nat(2), target: fc.option(fc.nat(9)) });
        let cases = 0;
        await fc.assert(
          fc.asyncProperty(fc.array(node, { minLength: 2, maxLength: 10 }), async (nodes) => {
            cases += 1;
            const [whole, never] = [academy(`whole-${cases}`), academy(`never-${cases}`)];
            const ids = nodes.map(() => uuid());
            const statements = nodes.map(({ removed, kind, target }, n) => {
              const pointsAt = target === null ? undefined : ids[target % ids.length];
              return aStatement({
                id: ids[n]!,
                class: removed || kind === 0 ? "formative" : "evidence",
                keys: {
                  verb: `http://v/${n}`,
                  registration: removed ? registration.toLowerCase() : other,
                  ...(pointsAt === undefined ? {} : { refersTo: pointsAt }),
                },
              });
            });
            for (const [n, statement] of statements.entries()) {
              await kept.statements.appendStatements(aBatch([statement], whole));
              if (!nodes[n]!.removed) await kept.statements.appendStatements(aBatch([statement], never));
            }
            const removed = await kept.statements.removeFormative(whole, registration);
            expect(removed).to.equal(nodes.filter((one) => one.removed).length);
            const links = await linksOf(database, whole);
            expect(links).to.deep.equal(await linksOf(database, never));
            expect(links.length > 0).to.equal(nodes.some((one) => !one.removed));
          }),
          { numRuns: 60 },
        );
      });
    });

    it("is done once by two processes at once, while queries and writes go on", async function () {
      this.timeout(30_000);
      const database = make();
      const [one, two] = [await open(database), await open(database)];
      const evidence = Array.from({ length: 5 }, () => aStatement());
      const learning = Array.from({ length: 220 }, () => formative());
      await append(one.statements, ...evidence, ...learning);
      const over = new AbortController();
      const asking = (async () => {
        while (!over.signal.aborted) {
          const found = await ask(two.statements);
          expect(found).to.include.members(idsOf(evidence));
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      })();
      const late = aStatement();
      const removing = [one, two].map(({ statements }) => statements.removeFormative(mine, registration));
      await append(two.statements, late);
      const counts = await Promise.all(removing);
      over.abort();
      await asking;
      expect(counts[0]! + counts[1]!).to.equal(220);
      expect(await ask(one.statements)).to.have.members([...idsOf(evidence), late.id]);
      await one.close();
      await two.close();
      await database.drop();
    });
    it("leaves no word of them in any row", async () => {
      const database = make();
      const opened = await open(database);
      const batch: StatementBatch = aBatch(
        [formative({ text: '{"response":"canary-answer"}' }), aStatement({ text: "kept" })],
        mine,
      );
      await opened.statements.appendStatements(batch);
      const words = async () => JSON.stringify([...(await storeRows(database.address)).values()]);
      expect(await words()).to.include("canary-answer");
      await opened.statements.removeFormative(mine, registration);
      expect(await words())
        .to.include("kept")
        .and.not.include("canary-answer");
      expect(await words()).not.to.include(registration.toLowerCase());
      await opened.close();
      await database.drop();
    });
  });
}
