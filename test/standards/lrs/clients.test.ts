import { expect } from "chai";
import TinCan from "tincanjs";
import xapi from "@xapi/xapi";
import { anLrs, aStatement, secret, type AnLrs } from "./an-lrs.js";

/** Turns TinCanJS's callbacks into a promise; it gives the failed request, not an error. */
function answerOf<T>(run: (callback: (err: unknown, result: T) => void) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    run((err, result) => {
      if (err === null || err === undefined) resolve(result);
      else reject(new Error(`refused: ${JSON.stringify(err)}`));
    });
  });
}

describe("a client library", () => {
  let lrs: AnLrs;
  before(async () => void (lrs = await anLrs()));
  after(() => lrs.stop());

  it("TinCanJS writes, reads one, queries and follows more links", async () => {
    const tincan = new TinCan.LRS({
      endpoint: `${lrs.url}/xapi/`,
      username: "all",
      password: secret,
      allowFail: false,
    });
    const one = new TinCan.Statement(aStatement({ verb: { id: "http://tincan/did" } }));
    await answerOf((callback) => tincan.saveStatement(one, { callback }));
    await answerOf((callback) =>
      tincan.saveStatements(
        [1, 2].map(() => new TinCan.Statement(aStatement({ verb: { id: "http://tincan/did" } }))),
        { callback },
      ),
    );
    const found = await answerOf<{ readonly id: string | null }>((callback) =>
      tincan.retrieveStatement(one.id ?? "", { callback }),
    );
    expect(found.id).to.equal(one.id);
    const params = { verb: { id: "http://tincan/did" }, limit: 2 };
    const first = await answerOf<{ statements: readonly unknown[] | null; more: string | null }>((callback) =>
      tincan.queryStatements({ params, callback }),
    );
    expect(first.statements).to.have.lengthOf(2);
    const rest = await answerOf<{ statements: readonly unknown[] | null }>((callback) =>
      tincan.moreStatements({ url: first.more ?? "", callback }),
    );
    expect(rest.statements).to.have.lengthOf(1);
  });

  it("@xapi/xapi writes, reads one, queries, follows more links and voids", async () => {
    const XAPI = xapi as unknown as typeof xapi.default;
    const client = new XAPI({
      endpoint: `${lrs.url}/xapi/`,
      auth: XAPI.toBasicAuth("all", secret),
      version: "1.0.3",
    });
    const about = await client.getAbout();
    expect(about.data.version).to.deep.equal(["1.0.3", "2.0.0"]);
    const verb = { id: "http://xapi/did", display: { en: "did" } };
    const statements = [1, 2, 3].map(() => aStatement({ verb })) as never[];
    const sent = await client.sendStatements({ statements });
    expect(sent.data).to.have.lengthOf(3);
    const [id = ""] = sent.data;
    expect((await client.getStatement({ statementId: id })).data).to.have.property("id", id);
    const first = await client.getStatements({ verb: verb.id, limit: 2 });
    expect(first.data.statements).to.have.lengthOf(2);
    const rest = await client.getMoreStatements({ more: first.data.more });
    expect((rest.data as { statements: unknown[] }).statements).to.have.lengthOf(1);
    const actor = aStatement()["actor"] as never;
    await client.voidStatement({ actor, statementId: id });
    expect((await client.getVoidedStatement({ voidedStatementId: id })).data).to.have.property("id", id);
  });
});
