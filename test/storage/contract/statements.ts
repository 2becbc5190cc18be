import { expect } from "chai";
import type { Tenant } from "../../../src/foundation/kernel/index.js";
import type {
  NewStatement,
  StatementBatch,
  StatementKeys,
  StatementQuery,
  StatementStore,
} from "../../../src/standards/lrs/index.js";
import type { Storage } from "../../../src/storage/storage.js";

const tenant: Tenant = { academyId: "academy-1", jurisdictionId: "XA" };
const other: Tenant = { academyId: "academy-2", jurisdictionId: "XA" };
const trainee = "account:trainee";
const base = Date.UTC(2026, 10, 1);

let made = 0;
export const uuid = (): string => `00000000-0000-4000-8000-${String((made += 1)).padStart(12, "0")}`;

export function aStatement(
  changes: Partial<Omit<NewStatement, "keys">> & { readonly keys?: Partial<StatementKeys> } = {},
): NewStatement {
  const id = changes.id ?? uuid();
  const keys = {
    verb: "http://v/did",
    agents: [trainee],
    relatedAgents: [trainee, "account:authority"],
    activities: ["http://a/1"],
    relatedActivities: ["http://a/1", "http://a/course"],
    authority: "account:authority",
    ...changes.keys,
  };
  return { text: `{"id":"${id}"}`, isSame: () => true, class: "evidence", ...changes, id, keys };
}

export const aBatch = (
  statements: readonly NewStatement[],
  changes: Partial<StatementBatch> = {},
): StatementBatch => ({
  ...tenant,
  id: uuid(),
  storedAt: base + made * 1000,
  statements,
  ...changes,
});

export const aQuery = (changes: Partial<StatementQuery> = {}): StatementQuery => ({
  ...tenant,
  classes: ["evidence"],
  ascending: true,
  limit: 100,
  ...changes,
});

export const refersTo = (target: string, verb = "http://v/confirmed"): Partial<StatementKeys> => ({
  verb,
  agents: ["account:assessor"],
  relatedAgents: ["account:assessor"],
  activities: [],
  relatedActivities: [],
  refersTo: target,
  authority: "account:authority",
});
export const voids = (target: string): Partial<StatementKeys> => ({
  ...refersTo(target, "http://v/voided"),
  voids: target,
});

/**
 * What every StatementStore does. `open` opens the same store each time it is called, as a second process would, and
 * the store is empty at first.
 */
export function statementStoreContract(open: () => Promise<Storage>): void {
  describe("as a statement store", () => {
    let storage: Storage;
    let store: StatementStore;
    const academy = { count: 0 };

    // Each test has an academy of its own, so that no test sees another's statements.
    const mine = (): Tenant => ({ academyId: `academy-${academy.count}`, jurisdictionId: "XA" });
    const append = (...statements: NewStatement[]) => store.appendStatements(aBatch(statements, mine()));
    const ask = async (changes: Partial<StatementQuery> = {}): Promise<string[]> =>
      (await store.queryStatements(aQuery({ ...mine(), ...changes }))).map(({ id }) => id);
    const find = (id: string, voided = false) =>
      store.findStatement(mine(), id, { voided, classes: ["evidence"] });

    before(async () => {
      storage = await open();
      store = storage.statements;
    });
    after(() => storage.close());
    beforeEach(() => void (academy.count += 1000));

    it("keeps the text as it was given", async () => {
      const id = uuid();
      const text = `{"id":"${id}", "n":1.50e+01,"u":"\\u00e9é𝄞\\ud800"}`;
      await append(aStatement({ id, text }));
      expect((await find(id))?.text).to.equal(text);
    });

    it("finds a statement whatever the case of its id's letters", async () => {
      const id = "ABCDEF00-0000-4000-8000-0000000000AB";
      await append(aStatement({ id }));
      expect(await find(id.toLowerCase())).to.not.equal(undefined);
      expect(await find(id)).to.not.equal(undefined);
    });

    it("leaves an equal statement as it is and refuses a different one of the same id, with its whole batch", async () => {
      const first = aStatement();
      await append(first);
      expect(await append({ ...first, text: "{}" })).to.deep.equal({ kind: "stored" });
      expect((await find(first.id))?.text).to.equal(first.text);
      const innocent = aStatement();
      const answer = await append(innocent, { ...first, isSame: () => false });
      expect(answer).to.deep.equal({ kind: "conflict", statementId: first.id });
      expect(await find(innocent.id)).to.equal(undefined);
      expect(await ask()).to.deep.equal([first.id]);
    });

    it("gives the same id to two tenants, each seeing its own", async () => {
      const statement = aStatement();
      await append(statement);
      const elsewhere = { ...other, academyId: `other-${academy.count}` };
      const answer = await store.appendStatements(
        aBatch([{ ...statement, isSame: () => false, text: "theirs" }], elsewhere),
      );
      expect(answer.kind).to.equal("stored");
      expect((await find(statement.id))?.text).to.equal(statement.text);
      expect(await store.queryStatements(aQuery({ ...mine(), jurisdictionId: "XB" }))).to.deep.equal([]);
    });

    it("filters by verb, agent, activity and registration, narrowly and broadly, all together", async () => {
      const one = aStatement({ keys: { registration: "11111111-1111-4111-8111-111111111111" } });
      const two = aStatement({ keys: { verb: "http://v/failed", activities: ["http://a/2"] } });
      await append(one, two);
      expect(await ask({ verb: "http://v/failed" })).to.deep.equal([two.id]);
      expect(await ask({ agent: trainee })).to.deep.equal([one.id, two.id]);
      expect(await ask({ agent: "account:authority" })).to.deep.equal([]);
      expect(await ask({ agent: "account:authority", relatedAgents: true })).to.deep.equal([one.id, two.id]);
      expect(await ask({ activity: "http://a/course" })).to.deep.equal([]);
      expect(await ask({ activity: "http://a/course", relatedActivities: true })).to.deep.equal([
        one.id,
        two.id,
      ]);
      expect(await ask({ activity: "http://a/1", agent: trainee, verb: "http://v/did" })).to.deep.equal([
        one.id,
      ]);
      expect(await ask({ activity: "http://a/1", verb: "http://v/failed" })).to.deep.equal([]);
      expect(await ask({ registration: "11111111-1111-4111-8111-111111111111" })).to.deep.equal([one.id]);
    });

    it("pages in both directions without a gap or a repeat, also within one millisecond", async () => {
      const statements = Array.from({ length: 25 }, () => aStatement());
      await append(...statements.slice(0, 12));
      await append(...statements.slice(12));
      const ids = statements.map(({ id }) => id);
      for (const ascending of [true, false]) {
        const seen: string[] = [];
        let after: string | undefined;
        do {
          const query = aQuery({ ...mine(), agent: trainee, ascending, limit: 4, ...(after && { after }) });
          const page = await store.queryStatements(query);
          seen.push(...page.map(({ id }) => id));
          after = page.at(-1)?.cursor;
        } while (after !== undefined);
        expect(seen).to.deep.equal(ascending ? ids : [...ids].reverse());
      }
    });

    it("takes since as after and until as not after, though the clock goes back", async () => {
      const at = (storedAt: number, statement: NewStatement) =>
        store.appendStatements(aBatch([statement], { ...mine(), storedAt }));
      const [early, exact, late, backwards] = [aStatement(), aStatement(), aStatement(), aStatement()];
      const now = base + 10_000_000_000 + academy.count * 10_000;
      await at(now, early);
      await at(now + 1, exact);
      await at(now + 2, late);
      await at(now + 1, backwards);
      expect(await ask({ since: now + 1 })).to.deep.equal([late.id]);
      expect(await ask({ until: now + 1 })).to.have.members([early.id, exact.id, backwards.id]);
      expect(await ask({ since: now, until: now + 1, agent: trainee })).to.have.members([
        exact.id,
        backwards.id,
      ]);
    });

    it("shows no formative statement to who may see evidence only, nor finds another by it", async () => {
      const secret = aStatement({ class: "formative", keys: { verb: "http://v/answered" } });
      const about = aStatement({ keys: refersTo(secret.id) });
      await append(secret, about);
      expect(await ask()).to.deep.equal([about.id]);
      expect(await find(secret.id)).to.equal(undefined);
      expect(await ask({ verb: "http://v/answered" })).to.deep.equal([]);
      const both = { classes: ["evidence", "formative"] } as const;
      expect(await ask({ verb: "http://v/answered", ...both })).to.deep.equal([secret.id, about.id]);
      expect(await ask(both)).to.deep.equal([secret.id, about.id]);
    });

    for (const order of ["target first", "reference first"]) {
      it(`finds a statement by what it refers to, through two references: ${order}`, async () => {
        const target = aStatement({ keys: { verb: "http://v/passed" } });
        const middle = aStatement({ keys: refersTo(target.id) });
        const outer = aStatement({ keys: refersTo(middle.id, "http://v/noted") });
        const all = order === "target first" ? [target, middle, outer] : [outer, middle, target];
        for (const statement of all) await append(statement);
        expect(await ask({ verb: "http://v/passed" })).to.have.members([target.id, middle.id, outer.id]);
        expect(await ask({ verb: "http://v/passed", agent: trainee })).to.have.lengthOf(3);
        // No single statement has both: the verb is one's, the agent another's.
        expect(await ask({ verb: "http://v/confirmed", agent: trainee })).to.deep.equal([]);
      });

      it(`hides a voided statement but for those who ask for it, not what voids it: ${order}`, async () => {
        const target = aStatement({ keys: { verb: "http://v/passed" } });
        const voiding = aStatement({ keys: voids(target.id) });
        const all = order === "target first" ? [target, voiding] : [voiding, target];
        for (const statement of all) await append(statement);
        expect(await find(target.id)).to.equal(undefined);
        expect((await find(target.id, true))?.voided).to.equal(true);
        expect(await find(voiding.id, true)).to.equal(undefined);
        expect(await ask({ verb: "http://v/passed" })).to.deep.equal([voiding.id]);
        // A voiding statement can't be voided.
        await append(aStatement({ keys: voids(voiding.id) }));
        expect(await find(voiding.id)).to.not.equal(undefined);
      });
    }

    it("bears statements that refer to themselves and to each other", async () => {
      const [a, b, c] = [uuid(), uuid(), uuid()];
      await append(
        aStatement({ id: a, keys: refersTo(a) }),
        aStatement({ id: b, keys: refersTo(c) }),
        aStatement({ id: c, keys: refersTo(b) }),
      );
      expect(await ask({ verb: "http://v/confirmed" })).to.deep.equal([a, b, c]);
    });

    it("limits a client to what its own authority sent, references included", async () => {
      const theirs = aStatement({ keys: { authority: "account:other" } });
      const own = aStatement({ keys: refersTo(theirs.id) });
      const aboutOwn = aStatement({ keys: { ...refersTo(own.id), authority: "account:other" } });
      await append(theirs, own, aboutOwn);
      expect(await ask({ authority: "account:authority" })).to.deep.equal([own.id]);
      expect(await ask({ authority: "account:authority", verb: "http://v/did" })).to.deep.equal([]);
      expect(await ask({ authority: "account:authority", verb: "http://v/confirmed" })).to.deep.equal([
        own.id,
      ]);
      const options = { voided: false, classes: ["evidence"], authority: "account:authority" } as const;
      expect(await store.findStatement(mine(), theirs.id, options)).to.equal(undefined);
      expect((await store.findStatement(mine(), own.id, options))?.id).to.equal(own.id);
    });

    it("refuses a cursor that is none of its own", async () => {
      await append(aStatement());
      const refused = await ask({ after: "' OR 1=1 --" }).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(refused).to.have.property("code", "store_value_refused");
    });

    it("calls consistent only what nothing can be stored before any more", async () => {
      const now = base + 20_000_000_000;
      const pending = store.appendStatements(aBatch([aStatement()], { ...mine(), storedAt: now - 10 }));
      expect(await store.consistentThrough(mine(), now)).to.be.below(now - 9);
      await pending;
      expect(await store.consistentThrough(mine(), now)).to.be.within(now - 2000, now - 1);
    });

    const racers = (count: number, storages: readonly Storage[]) =>
      Array.from({ length: count }, (_, index) => (statements: NewStatement[]) => {
        const on = storages[index % storages.length] ?? storage;
        return on.statements.appendStatements(aBatch(statements, mine()));
      });

    async function race(storages: readonly Storage[]): Promise<void> {
      const id = uuid();
      const differing = racers(20, storages).map((send, n) =>
        send([aStatement({ id, isSame: (text) => text === `t${n}`, text: `t${n}` })]),
      );
      const answers = await Promise.all(differing);
      const winner = answers.findIndex(({ kind }) => kind === "stored");
      expect(answers.filter(({ kind }) => kind === "stored")).to.have.lengthOf(1);
      expect((await find(id))?.text).to.equal(`t${winner}`);
      const same = aStatement();
      const equal = await Promise.all(racers(20, storages).map((send) => send([same])));
      expect(new Set(equal.map(({ kind }) => kind))).to.deep.equal(new Set(["stored"]));
      expect(await ask()).to.have.members([id, same.id]);
    }

    it("keeps exactly one of twenty that race for an id, and lets equal ones through", () => race([storage]));

    it("stores overlapping batches that race, each whole or not at all", async () => {
      const [a, b] = [uuid(), uuid()];
      const pairs = racers(8, [storage]).map((send, n) => {
        const [first, second] = n % 2 === 0 ? [a, b] : [b, a];
        const make = (id: string) => aStatement({ id, isSame: (text) => text === `t${n}`, text: `t${n}` });
        return send([make(first), make(second)]);
      });
      const answers = await Promise.all(pairs);
      expect(answers.filter(({ kind }) => kind === "stored")).to.have.lengthOf(1);
      expect((await find(a))?.text).to.equal((await find(b))?.text);
    });

    it("has stored what it confirmed when it is opened again, and races fairly with another opener", async () => {
      const statement = aStatement();
      await append(statement);
      const second = await open();
      try {
        const found = await second.statements.findStatement(mine(), statement.id, {
          voided: false,
          classes: ["evidence"],
        });
        expect(found?.text).to.equal(statement.text);
        academy.count += 1;
        await race([storage, second]);
      } finally {
        await second.close();
      }
    });
  });
}
