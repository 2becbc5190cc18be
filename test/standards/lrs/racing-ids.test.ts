import { expect } from "chai";
import { describeWith } from "../../kit/needs.js";
import { mongoDatabase, sqliteDatabase, type TestDatabase } from "../../storage/contract/database.js";
import { anLrs, aStatement, type AnLrs } from "./an-lrs.js";

const racers = 20;

describe("statements that race for one id, on SQLite", () => races(sqliteDatabase));
describeWith("mongodb", "statements that race for one id, on MongoDB", (server) =>
  races(() => mongoDatabase(server)),
);

function races(make: () => TestDatabase): void {
  let database: TestDatabase;
  let lrs: AnLrs;
  before(async () => {
    database = make();
    lrs = await anLrs({ address: database.address });
  });
  after(async () => {
    await lrs.stop();
    await database.drop();
  });

  const differing = (id: string) =>
    Array.from({ length: racers }, (_, n) => aStatement({ id, object: { id: `https://example.org/${n}` } }));
  const path = (id: string): string => `/xapi/statements?statementId=${id}`;
  const put = (id: string, body: unknown) => lrs.ask(path(id), { method: "PUT", body: JSON.stringify(body) });
  const post = (body: unknown) => lrs.ask("/xapi/statements", { method: "POST", body: JSON.stringify(body) });

  async function expectOneKept(id: string, answers: readonly Response[], won: number): Promise<void> {
    const statuses = answers.map(({ status }) => status);
    expect([...statuses].sort()).to.deep.equal([won, ...Array<number>(racers - 1).fill(409)]);
    const kept = (await (await lrs.ask(path(id))).json()) as { object: { id: string } };
    expect(kept.object.id).to.equal(`https://example.org/${statuses.indexOf(won)}`);
  }

  it("one is kept and the others get 409, each put by itself", async function () {
    this.timeout(20_000);
    const id = "11111111-0000-4000-8000-000000000001";
    const answers = await Promise.all(differing(id).map((statement) => put(id, statement)));
    await expectOneKept(id, answers, 204);
  });

  it("one batch is kept and nothing of the others, which get 409", async function () {
    this.timeout(20_000);
    const id = "11111111-0000-4000-8000-000000000002";
    const beside = (n: number) => `22222222-0000-4000-8000-${String(n).padStart(12, "0")}`;
    const batches = differing(id).map((one, n) => [aStatement({ id: beside(n) }), one]);
    const answers = await Promise.all(batches.map(post));
    await expectOneKept(id, answers, 200);
    const there = await Promise.all(answers.map(async (_, n) => (await lrs.ask(path(beside(n)))).status));
    expect(there).to.deep.equal(answers.map(({ status }) => (status === 200 ? 200 : 404)));
  });
}
