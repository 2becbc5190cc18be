import { expect } from "chai";
import { anLrs, aStatement, type AnLrs } from "./an-lrs.js";

const form = (fields: Record<string, string>, version = "1.0.3") => ({
  method: "POST",
  body: new URLSearchParams(fields).toString(),
  headers: {
    "Content-Type": "application/x-www-form-urlencoded",
    "X-Experience-API-Version": version,
  },
});

describe("a version", () => {
  let lrs: AnLrs;
  beforeEach(async () => void (lrs = await anLrs({ version: "2.0.0" })));
  afterEach(() => lrs.stop());

  const post = (statement: unknown, version: string) =>
    lrs.ask("/xapi/statements", {
      method: "POST",
      body: JSON.stringify(statement),
      headers: { "X-Experience-API-Version": version },
    });
  const code = async (answer: Response) => [answer.status, ((await answer.json()) as { code: string }).code];
  const player = { objectType: "Agent", mbox: "mailto:player@example.org" };
  const member = { objectType: "Agent", mbox: "mailto:member@example.org" };
  const context = {
    contextAgents: [{ objectType: "contextAgent", agent: player, relevantTypes: ["http://t/1"] }],
    contextGroups: [{ objectType: "contextGroup", group: { objectType: "Group", member: [member] } }],
  };

  it("of the installation is named to a request that has none", async () => {
    const { url } = lrs;
    const answer = await fetch(`${url}/xapi/statements`);
    expect(answer.headers.get("x-experience-api-version")).to.equal("2.0.0");
    expect(await code(answer)).to.deep.equal([400, "lrs_version_missing"]);
    expect((await fetch(`${url}/xapi/about`)).headers.get("x-experience-api-version")).to.equal("2.0.0");
  });

  it("2.0 knows context agents and groups, and finds statements by them; 1.0.3 does not", async () => {
    expect((await post(aStatement({ context }), "2.0.0")).status).to.equal(200);
    expect(await code(await post(aStatement({ context }), "1.0.3"))).to.deep.equal([
      400,
      "lrs_statement_malformed",
    ]);
    for (const one of [player, member]) {
      const query = `?related_agents=true&agent=${encodeURIComponent(JSON.stringify(one))}`;
      const { statements } = (await (await lrs.ask(`/xapi/statements${query}`)).json()) as {
        statements: unknown[];
      };
      expect(statements).to.have.lengthOf(1);
    }
    for (const wrong of [
      { contextAgents: [{ objectType: "Agent", agent: player }] },
      { contextAgents: [{ agent: player }] },
      { contextAgents: [{ objectType: "contextAgent" }] },
      { contextAgents: [{ objectType: "contextAgent", agent: player, relevantTypes: [] }] },
      { contextGroups: [{ objectType: "contextGroup", group: player }] },
      {
        contextGroups: [
          { objectType: "contextGroup", group: context.contextGroups[0]?.group, relevantTypes: ["x"] },
        ],
      },
      { contextGroups: {} },
    ])
      expect((await post(aStatement({ context: wrong }), "2.0.0")).status, JSON.stringify(wrong)).to.equal(
        400,
      );
  });

  it("of a statement stays as it came, and is the request's where it is missing", async () => {
    const cases = [
      ["2.0.0", undefined, "2.0.0"],
      ["1.0.3", undefined, "1.0.0"],
      ["2.0.0", "1.0.3", "1.0.3"],
      ["2.0.0", "2.0.1", "2.0.1"],
    ] as const;
    for (const [version, own, kept] of cases) {
      const sent = await post(aStatement(own === undefined ? {} : { version: own }), version);
      const [id = ""] = (await sent.json()) as string[];
      expect(await (await lrs.ask(`/xapi/statements?statementId=${id}`)).json()).to.include({
        version: kept,
      });
    }
    expect((await post(aStatement({ version: "2.0.0" }), "1.0.3")).status).to.equal(400);
    expect((await post(aStatement({ version: "3.0.0" }), "2.0.0")).status).to.equal(400);
  });

  it("2.0 takes timestamps of RFC 3339 alone, with a zone", async () => {
    for (const timestamp of ["2026-01-01T10:00:00", "2026-01-01T10:00:00,5Z", "2026-01-01T10:00:00+01"]) {
      expect((await post(aStatement({ timestamp }), "2.0.0")).status, timestamp).to.equal(400);
      expect((await post(aStatement({ timestamp }), "1.0.3")).status, timestamp).to.equal(200);
    }
    for (const timestamp of ["2026-01-01T10:00:00Z", "2026-01-01t10:00:00.123456+01:00"])
      expect((await post(aStatement({ timestamp }), "2.0.0")).status, timestamp).to.equal(200);
  });

  it("says of a page when its newest statement was stored", async () => {
    await post(aStatement(), "2.0.0");
    lrs.clock.advance(60_000);
    await post(aStatement(), "2.0.0");
    const answer = await lrs.ask("/xapi/statements?ascending=true");
    expect(answer.headers.get("last-modified")).to.equal("Sat, 21 Nov 2026 09:01:00 GMT");
  });

  it("lets a voiding statement go before what it voids", async () => {
    const id = "11111111-1111-4111-8111-111111111111";
    const object = { objectType: "StatementRef", id };
    const voiding = aStatement({ verb: { id: "http://adlnet.gov/expapi/verbs/voided" }, object });
    for (const version of ["2.0.0", "1.0.3"]) expect((await post(voiding, version)).status).to.equal(200);
    expect((await post(aStatement({ id }), "2.0.0")).status).to.equal(200);
    expect((await lrs.ask(`/xapi/statements?statementId=${id}`)).status).to.equal(404);
    expect((await lrs.ask(`/xapi/statements?voidedStatementId=${id}`)).status).to.equal(200);
  });

  describe("1.0.3 has the alternate request syntax", () => {
    const id = "22222222-2222-4222-8222-222222222222";
    const put = (fields: Record<string, string> = {}) =>
      form({ statementId: id, content: JSON.stringify(aStatement()), ...fields });

    it("in which a form is the request", async () => {
      expect((await lrs.ask("/xapi/statements?method=PUT", put())).status).to.equal(204);
      const got = await lrs.ask("/xapi/statements?method=GET", form({ statementId: id }));
      expect([got.status, ((await got.json()) as { id: string }).id]).to.deep.equal([200, id]);
      const page = await lrs.ask("/xapi/statements?method=GET", form({ limit: "1", verb: "http://v/é" }));
      expect(((await page.json()) as { statements: unknown[] }).statements).to.deep.equal([]);
      const authorization = `Basic ${Buffer.from("all:secret").toString("base64")}`;
      const inForm = form({ Authorization: authorization, "X-Experience-API-Version": "1.0.0" });
      const headers = { "Content-Type": inForm.headers["Content-Type"] };
      const alone = await fetch(`${lrs.url}/xapi/statements?method=GET`, { ...inForm, headers });
      expect([alone.status, alone.headers.get("x-experience-api-version")]).to.deep.equal([200, "1.0.3"]);
    });

    it("and what it has no room for is refused", async () => {
      const ask = async (query: string, init: RequestInit) =>
        code(await lrs.ask(`/xapi/statements?${query}`, init));
      expect(await ask("method=PUT&statementId=x", put())).to.deep.equal([400, "lrs_parameters_conflict"]);
      expect(await ask("method=PATCH", put())).to.deep.equal([400, "lrs_parameter_malformed"]);
      expect(await ask("method=PUT", form({ statementId: id }))).to.deep.equal([400, "lrs_form_malformed"]);
      expect(await ask("method=PUT", { method: "POST", body: "{}" })).to.deep.equal([
        400,
        "lrs_form_malformed",
      ]);
      expect(await ask("method=PUT", { ...put(), body: "a=%ff&content=1" })).to.deep.equal([
        400,
        "lrs_form_malformed",
      ]);
      expect(await ask("method=PUT", { ...put(), body: "a=1&a=2" })).to.deep.equal([
        400,
        "lrs_parameters_conflict",
      ]);
      expect(await ask("method=GET", form({ foo: "1" }))).to.deep.equal([400, "lrs_parameter_unknown"]);
      expect(await ask("method=GET", { method: "PUT", body: "{}" })).to.deep.equal([
        400,
        "lrs_parameter_unknown",
      ]);
    });

    it("and 2.0 has not", async () => {
      for (const init of [form({ statementId: id }, "2.0.0"), put({ "X-Experience-API-Version": "2.0.0" })])
        expect(await code(await lrs.ask("/xapi/statements?method=GET", init))).to.deep.equal([
          400,
          "lrs_parameter_unknown",
        ]);
    });
  });

  it("is no matter to pages of other origins: they may ask, with credentials of their own", async () => {
    const headers = { Origin: "https://course.example", "Access-Control-Request-Method": "PUT" };
    const preflight = await fetch(`${lrs.url}/xapi/statements`, { method: "OPTIONS", headers });
    expect(preflight.status).to.equal(204);
    expect(preflight.headers.get("access-control-allow-methods")).to.include("PUT");
    expect(preflight.headers.get("access-control-allow-headers")).to.include("X-Experience-API-Version");
    for (const answer of [
      preflight,
      await lrs.ask("/xapi/statements", { headers: { Origin: headers.Origin } }),
    ]) {
      expect(answer.headers.get("access-control-allow-origin")).to.equal("*");
      expect(answer.headers.get("access-control-allow-credentials")).to.equal(null);
    }
  });
});
