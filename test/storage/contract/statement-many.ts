import { expect } from "chai";
import type { NewStatement, StatementQuery } from "../../../src/standards/lrs/index.js";
import type { Storage } from "../../../src/storage/storage.js";
import { aBatch, aQuery, aStatement, refersTo } from "./statements.js";

const tenant = { academyId: "academy-of-many", jurisdictionId: "XA" };
const [inABatch, batches] = [150, 15];
const formativeEach = 7;

function theOne(n: number): NewStatement {
  const keys = {
    verb: `verb-${n % 3}`,
    agents: [`agent-${n % 5}`],
    relatedAgents: [`agent-${n % 5}`, `helper-${n % 4}`, `authority-${n % 2}`],
    activities: [`page-${n % 11}`],
    relatedActivities: [`page-${n % 11}`, `course-${n % 2}`],
    authority: `authority-${n % 2}`,
    registration: `00000000-0000-4000-8000-00000000000${n % 6}`,
  };
  return aStatement({ text: String(n), class: n % formativeEach === 0 ? "formative" : "evidence", keys });
}

/** Whether a query is to find a statement that reaches no other. */
function meets({ keys, ...statement }: NewStatement, query: StatementQuery): boolean {
  const agents = query.relatedAgents ? keys.relatedAgents : keys.agents;
  const activities = query.relatedActivities ? keys.relatedActivities : keys.activities;
  const is = <T>(wanted: T | undefined, ...there: readonly T[]): boolean =>
    wanted === undefined || there.includes(wanted);
  return (
    query.classes.includes(statement.class) &&
    is(query.verb, keys.verb) &&
    is(query.agent, ...agents) &&
    is(query.activity, ...activities) &&
    is(query.registration, keys.registration) &&
    is(query.authority, keys.authority)
  );
}

/** More statements than any store keeps apart from the rest of its index, so that some are there and some are not. */
export function statementManyContract(open: () => Promise<Storage>): void {
  describe("with many statements, old and new", () => {
    let storage: Storage;
    const all: NewStatement[] = [];

    before(async () => {
      storage = await open();
      for (let batch = 0; batch < batches; batch += 1) {
        const some = Array.from({ length: inABatch }, (_, n) => theOne(batch * inABatch + n));
        await storage.statements.appendStatements(aBatch(some, tenant));
        all.push(...some);
      }
    });
    after(() => storage.close());

    const queries: Partial<StatementQuery>[] = [
      {},
      { agent: "agent-1" },
      { agent: "helper-1" },
      { agent: "helper-1", relatedAgents: true },
      { agent: "authority-1", relatedAgents: true },
      { agent: "agent-1", relatedAgents: true, verb: "verb-2" },
      { activity: "course-1", relatedActivities: true, verb: "verb-0", authority: "authority-1" },
      { registration: "00000000-0000-4000-8000-000000000003", agent: "agent-1" },
      { activity: "page-3", classes: ["evidence", "formative"] },
      { activity: "page-3", classes: ["formative"], registration: "00000000-0000-4000-8000-000000000003" },
      { verb: "verb-1", authority: "authority-0" },
      { verb: "verb-of-nobody" },
    ];
    for (const changes of queries)
      for (const ascending of [true, false])
        it(`finds all and nothing else, ${ascending ? "old" : "new"} ones first: ${JSON.stringify(changes)}`, async () => {
          const query = aQuery({ ...tenant, ...changes, ascending });
          const found: string[] = [];
          for (let after: string | undefined; ;) {
            const more = after === undefined ? {} : { after };
            const page = await storage.statements.queryStatements({ ...query, ...more });
            found.push(...page.map(({ text }) => text));
            after = page.at(-1)?.cursor;
            if (after === undefined) break;
          }
          const expected = all.filter((one) => meets(one, query)).map(({ text }) => text);
          expect(found).to.deep.equal(ascending ? expected : expected.reverse());
        });

    it("finds what refers to an old one by it, as soon as it is there", async () => {
      const [target] = all.filter((one) => one.class === "evidence");
      const referring = aStatement({ text: "referring", keys: refersTo(target?.id ?? "") });
      await storage.statements.appendStatements(aBatch([referring], tenant));
      const ask = async (changes: Partial<StatementQuery>) =>
        (
          await storage.statements.queryStatements(
            aQuery({ ...tenant, ascending: false, limit: 1, ...changes }),
          )
        )[0]?.text;
      const mine = { authority: "account:authority" };
      expect(await ask({ agent: "agent-1", activity: "page-1" })).to.equal("referring");
      expect(await ask({ agent: "agent-1", activity: "page-1", authority: "authority-1" })).to.not.equal(
        "referring",
      );
      expect(await ask({ agent: "account:assessor", ...mine })).to.equal("referring");
    });
  });
}
