import { expect } from "chai";
import { anLrs, aStatement, type AnLrs } from "./an-lrs.js";

const idOne = "11111111-1111-4111-8111-111111111111";
const idTwo = "22222222-2222-4222-8222-222222222222";
const voided = "http://adlnet.gov/expapi/verbs/voided";

interface Page {
  readonly statements: { readonly id: string; readonly verb: { readonly id: string } }[];
  readonly more: string;
}

describe("the statements resource", () => {
  let lrs: AnLrs;
  beforeEach(async () => void (lrs = await anLrs({ largestBody: 200_000 })));
  afterEach(() => lrs.stop());

  const post = (body: unknown, as = "all") =>
    lrs.ask("/xapi/statements", {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
      as,
    });
  const put = (id: string, body: unknown) =>
    lrs.ask(`/xapi/statements?statementId=${id}`, { method: "PUT", body: JSON.stringify(body) });
  const page = async (query = "", as = "all") =>
    (await (await lrs.ask(`/xapi/statements${query}`, { as })).json()) as Page;
  const ids = async (query = "", as = "all") => (await page(query, as)).statements.map(({ id }) => id);
  const code = async (response: Response) => ((await response.json()) as { code: string }).code;
  const refusedWith = (query: string, init: Parameters<AnLrs["ask"]>[1] = {}) =>
    lrs.ask(`/xapi/statements${query}`, init);
  const refused = async (query: string) => code(await lrs.ask(`/xapi/statements${query}`));

  it("takes one statement, answers with its id and gives it back with what an LRS adds", async () => {
    const answer = await post(aStatement());
    expect(answer.status).to.equal(200);
    const [id = ""] = (await answer.json()) as string[];
    const found = await lrs.ask(`/xapi/statements?statementId=${id}`);
    expect(found.headers.get("content-type")).to.match(/^application\/json/);
    expect(found.headers.get("last-modified")).to.equal("Sat, 21 Nov 2026 09:00:00 GMT");
    expect(await found.json()).to.deep.equal({
      ...aStatement(),
      id,
      stored: "2026-11-21T09:00:00.000Z",
      timestamp: "2026-11-21T09:00:00.000Z",
      version: "1.0.0",
      authority: {
        objectType: "Agent",
        name: "client all",
        account: { homePage: "https://tessera.example", name: "all" },
      },
    });
  });

  it("gives the text back as it came, numbers, escapes and order included, and sets authority and stored itself", async () => {
    const text = `{ "verb":{"id":"http:\\/\\/v/did"},
      "stored":"2001-01-01T00:00:00Z", "object":{"id":"http://a/é\\u00e9𝄞"},"id":"${idOne}",
      "authority": {"mbox":"mailto:x@y.z"},"result":{"score":{"scaled":1.0e-1},"extensions":{"http://e/1":10000000000000000001,"http://e/2":null}},
      "actor":{"mbox":"mailto:a@b.c"} ,"timestamp":"2026-01-01T10:00:00+01:00" } `;
    expect((await post(text)).status).to.equal(200);
    const back = await (await lrs.ask(`/xapi/statements?statementId=${idOne}`)).text();
    const kept = text
      .trim()
      .replace('"2001-01-01T00:00:00Z"', '"2026-11-21T09:00:00.000Z"')
      .replace('{"mbox":"mailto:x@y.z"}', /"authority": (\{.*?\}\})/s.exec(back)?.[1] ?? "none")
      .replace(/ \}$/, ',"version":"1.0.0"}');
    expect(back).to.equal(kept);
    expect(back).to.not.include("x@y.z");
  });

  it("takes a batch whole or not at all", async () => {
    const answer = await post([aStatement({ id: idOne }), aStatement({ verb: {} })]);
    expect(answer.status).to.equal(400);
    const problem = (await answer.json()) as { code: string; detail: string; data: unknown };
    expect(problem.code).to.equal("lrs_statement_malformed");
    expect(problem.data).to.deep.include({ path: "$.verb.id", rule: "property_missing", index: 1 });
    expect(problem.detail).to.include("$.verb.id");
    expect(await ids()).to.deep.equal([]);
    expect(await (await post([aStatement({ id: idOne }), aStatement({ id: idTwo })])).json()).to.deep.equal([
      idOne,
      idTwo,
    ]);
    expect(await code(await post([aStatement({ id: idOne }), aStatement({ id: idOne })]))).to.equal(
      "lrs_statement_id_repeated",
    );
    expect(await (await post([])).json()).to.deep.equal([]);
  });

  it("takes no more than a thousand statements at once, so that one sender can't hold up the others", async () => {
    const many = await post(`[${"{},".repeat(1000)}{}]`);
    expect(many.status).to.equal(413);
    expect(await code(many)).to.equal("lrs_batch_too_large");
    expect(await ids()).to.deep.equal([]);
  });

  it("takes a repeat as the same and refuses another statement of the same id", async () => {
    expect((await put(idOne, aStatement())).status).to.equal(204);
    lrs.clock.advance(5000);
    expect((await put(idOne, aStatement({ id: idOne, timestamp: "2020-01-01T00:00:00Z" }))).status).to.equal(
      204,
    );
    const other = await put(idOne, aStatement({ result: { success: true } }));
    expect(other.status).to.equal(409);
    expect(await code(other)).to.equal("lrs_statement_conflict");
    expect((await post(aStatement({ id: idOne, verb: { id: "http://v/other" } }))).status).to.equal(409);
    expect(await code(await put(idOne, aStatement({ id: idTwo })))).to.equal("lrs_statement_id_differs");
    expect(await code(await lrs.ask("/xapi/statements", { method: "PUT", body: "{}" }))).to.equal(
      "lrs_statement_id_missing",
    );
    expect(await code(await put(idTwo, [aStatement()]))).to.equal("lrs_statement_malformed");
  });

  it("filters by each parameter", async () => {
    const registration = "33333333-3333-4333-8333-333333333333";
    await post(
      aStatement({
        id: idOne,
        context: { registration, contextActivities: { parent: { id: "http://a/p" } } },
      }),
    );
    lrs.clock.advance(1000);
    await post(
      aStatement({ id: idTwo, verb: { id: "http://v/other" }, actor: { mbox: "mailto:Ann@Example.ORG" } }),
    );
    const agent = (value: unknown) => encodeURIComponent(JSON.stringify(value));
    expect(await ids()).to.deep.equal([idTwo, idOne]);
    expect(await ids("?ascending=true")).to.deep.equal([idOne, idTwo]);
    expect(await ids(`?verb=${encodeURIComponent("http://v/other")}`)).to.deep.equal([idTwo]);
    expect(await ids(`?agent=${agent({ mbox: "mailto:Ann@example.org" })}`)).to.deep.equal([idTwo]);
    expect(await ids(`?agent=${agent({ mbox: "mailto:ann@example.org" })}`)).to.deep.equal([]);
    const authority = agent({ account: { homePage: "https://tessera.example", name: "all" } });
    expect(await ids(`?agent=${authority}`)).to.deep.equal([]);
    expect(await ids(`?agent=${authority}&related_agents=true`)).to.deep.equal([idTwo, idOne]);
    expect(await ids("?activity=http%3A%2F%2Fa%2Fp")).to.deep.equal([]);
    expect(await ids("?activity=http%3A%2F%2Fa%2Fp&related_activities=true")).to.deep.equal([idOne]);
    expect(await ids(`?registration=${registration}`)).to.deep.equal([idOne]);
    expect(await ids("?since=2026-11-21T09:00:00.000Z")).to.deep.equal([idTwo]);
    expect(await ids("?until=2026-11-21T10:00:00%2B01:00")).to.deep.equal([idOne]);
  });

  it("pages by more links to the end, and refuses one that was changed or belongs to another", async () => {
    await post(Array.from({ length: 7 }, () => aStatement()));
    const seen: string[] = [];
    let link = "/xapi/statements?limit=3&ascending=true";
    let second = "";
    while (link !== "") {
      const { statements, more } = (await (await lrs.ask(link)).json()) as Page;
      seen.push(...statements.map(({ id }) => id));
      second ||= more;
      link = more;
    }
    expect(seen).to.have.lengthOf(7);
    expect(new Set(seen)).to.have.lengthOf(7);
    expect(second).to.match(/^\/xapi\/statements\?/);
    for (const changed of [
      second.replace("limit=3", "limit=4"),
      second.replace(/cursor=\d/, "cursor=9"),
      `${second}x`,
    ])
      expect(await code(await lrs.ask(changed))).to.equal("lrs_cursor_refused");
    expect(await code(await lrs.ask(second, { as: "stranger" }))).to.equal("lrs_cursor_refused");
  });

  it("lets only a client that may do everything void: one that adds can't take evidence away", async () => {
    await post(aStatement({ id: idOne }));
    const voiding = aStatement({ verb: { id: voided }, object: { objectType: "StatementRef", id: idOne } });
    for (const body of [voiding, [aStatement({ id: idTwo }), voiding]]) {
      const refused = await post(body, "writer");
      expect(refused.status).to.equal(403);
      expect(await code(refused)).to.equal("lrs_scope_missing");
    }
    expect((await lrs.ask(`/xapi/statements?statementId=${idOne}`)).status).to.equal(200);
    expect((await lrs.ask(`/xapi/statements?statementId=${idTwo}`)).status).to.equal(404);
  });

  it("gives nothing to a cache", async () => {
    await post(aStatement({ id: idOne }));
    for (const path of ["", `?statementId=${idOne}`, `?statementId=${idTwo}`])
      expect((await lrs.ask(`/xapi/statements${path}`)).headers.get("cache-control")).to.equal("no-store");
  });

  it("hides a voided statement and gives it to who asks for it", async () => {
    await post(aStatement({ id: idOne }));
    const voiding = aStatement({
      id: idTwo,
      verb: { id: voided },
      object: { objectType: "StatementRef", id: idOne },
    });
    expect((await post(voiding)).status).to.equal(200);
    expect((await lrs.ask(`/xapi/statements?statementId=${idOne}`)).status).to.equal(404);
    expect((await lrs.ask(`/xapi/statements?voidedStatementId=${idOne}`)).status).to.equal(200);
    expect((await lrs.ask(`/xapi/statements?voidedStatementId=${idTwo}`)).status).to.equal(404);
    expect(await ids()).to.deep.equal([idTwo]);
  });

  it("refuses parameters that are unknown, miscased, repeated, malformed or at odds", async () => {
    for (const query of ["?foo=1", "?StatementId=x", "?statementid=x"])
      expect(await refused(query)).to.equal("lrs_parameter_unknown");
    const malformed = [
      "limit=-1",
      "limit=x",
      "ascending=1",
      "verb=did",
      "activity=x",
      "registration=1",
      "since=now",
      "statementId=1",
      "format=nice",
      "agent=%7B%7D",
      "attachments=yes",
      "agent=%7B%22objectType%22%3A%22Group%22%7D",
    ];
    for (const query of malformed)
      expect(await refused(`?${query}`), query).to.equal("lrs_parameter_malformed");
    expect(await refused("?agent=%7B")).to.equal("lrs_json_malformed");
    for (const query of [
      `statementId=${idOne}&voidedStatementId=${idTwo}`,
      `statementId=${idOne}&limit=1`,
      "limit=1&limit=1",
    ])
      expect(await refused(`?${query}`)).to.equal("lrs_parameters_conflict");
    expect(
      await code(await lrs.ask("/xapi/statements?statementId=x", { method: "POST", body: "[]" })),
    ).to.equal("lrs_parameter_unknown");
  });

  it("speaks versions 1.0.x and 2.0.x on every response, errors included, and asks for it on every request but about", async () => {
    const about = await fetch(`${lrs.url}/xapi/about`);
    expect(about.status).to.equal(200);
    expect(await about.json()).to.deep.equal({ version: ["1.0.3", "2.0.0"] });
    for (const [version, said] of [
      ["1.0", "1.0.3"],
      ["1.0.0", "1.0.3"],
      ["1.0.9", "1.0.3"],
      ["2.0", "2.0.0"],
      ["2.0.7", "2.0.0"],
    ] as const) {
      const answer = await lrs.ask("/xapi/statements", { headers: { "X-Experience-API-Version": version } });
      expect([answer.status, answer.headers.get("x-experience-api-version")]).to.deep.equal([200, said]);
    }
    for (const version of ["0.95", "1.1.0", "2.1.0", "1.0.x"]) {
      const answer = await lrs.ask("/xapi/statements", { headers: { "X-Experience-API-Version": version } });
      expect(answer.status).to.equal(400);
      expect(answer.headers.get("x-experience-api-version")).to.equal("1.0.3");
      expect(await code(answer)).to.equal("lrs_version_unsupported");
    }
    const missing = await fetch(`${lrs.url}/xapi/statements`);
    expect(missing.headers.get("content-type")).to.include("application/problem+json");
    expect(await code(missing)).to.equal("lrs_version_missing");
  });

  it("says through when its answers are consistent", async () => {
    const answer = await lrs.ask("/xapi/statements");
    expect(answer.headers.get("x-experience-api-consistent-through")).to.equal("2026-11-21T08:59:59.999Z");
    const refusals = [
      await refusedWith("?foo=1"),
      await refusedWith("", { method: "POST", body: "{" }),
      await refusedWith("", { method: "POST", body: "x".repeat(250_000) }),
      await refusedWith("", { method: "DELETE" }),
      await refusedWith("", { method: "POST", body: "[]", as: "reader" }),
    ];
    for (const { headers } of refusals)
      expect(headers.get("x-experience-api-consistent-through")).to.equal("2026-11-21T08:59:59.999Z");
    expect(refusals.map(({ status }) => status)).to.deep.equal([400, 400, 413, 405, 403]);
  });

  it("lets each client do what its scopes say, and none without credentials", async () => {
    const none = await lrs.ask("/xapi/statements", { as: "nobody" });
    expect(none.status).to.equal(401);
    expect(none.headers.get("www-authenticate")).to.match(/^Basic/);
    expect((await post(aStatement({ id: idOne }), "writer")).status).to.equal(200);
    expect((await post(aStatement(), "reader")).status).to.equal(403);
    expect((await lrs.ask("/xapi/statements", { as: "writer" })).status).to.equal(403);
    await post(aStatement({ id: idTwo }), "own");
    expect(await ids("", "reader")).to.have.members([idOne, idTwo]);
    expect(await ids("", "own")).to.deep.equal([idTwo]);
    expect((await lrs.ask(`/xapi/statements?statementId=${idOne}`, { as: "own" })).status).to.equal(404);
    expect(await ids("", "stranger")).to.deep.equal([]);
    expect((await lrs.ask(`/xapi/statements?statementId=${idOne}`, { as: "stranger" })).status).to.equal(404);
  });

  it("lets nothing formative out", async () => {
    const authority = { account: { homePage: "https://tessera.example", name: "tessera" } };
    const text = JSON.stringify(aStatement({ id: idOne }));
    expect(await lrs.lrs.append(lrs.tenant, { text, authority, class: "formative" })).to.deep.equal([idOne]);
    expect(await ids()).to.deep.equal([]);
    expect((await lrs.ask(`/xapi/statements?statementId=${idOne}`)).status).to.equal(404);
  });

  it("answers HEAD with the headers of GET and no body", async () => {
    await post(aStatement());
    const [head, get] = [
      await lrs.ask("/xapi/statements", { method: "HEAD" }),
      await lrs.ask("/xapi/statements"),
    ];
    expect(head.status).to.equal(200);
    expect(await head.text()).to.equal("");
    for (const name of ["content-length", "content-type", "x-experience-api-consistent-through"])
      expect(head.headers.get(name)).to.equal(get.headers.get(name));
    expect(Number(get.headers.get("content-length"))).to.equal(Buffer.byteLength(await get.text()));
    expect((await lrs.ask("/xapi/statements", { method: "DELETE" })).status).to.equal(405);
  });

  it("refuses hostile bodies with 400 or 413 and goes on working", async () => {
    const statement = JSON.stringify(aStatement()).slice(1, -1);
    const bodies: [string | Uint8Array, number, string][] = [
      ["", 400, "lrs_json_malformed"],
      ["{", 400, "lrs_json_malformed"],
      ["[".repeat(100_000), 400, "lrs_json_too_deep"],
      [`${"[".repeat(90_000)}${"]".repeat(90_000)}`, 400, "lrs_json_too_deep"],
      [
        `{${statement},"result":{"extensions":{"http://e":${"[".repeat(70)}${"]".repeat(70)}}}}`,
        400,
        "lrs_json_too_deep",
      ],
      [`{${statement},"verb":{"id":"http://v"}}`, 400, "lrs_json_repeated_key"],
      [
        `{${statement},"result":{"extensions":{"http://e":{"a":1,"\\u0061":2}}}}`,
        400,
        "lrs_json_repeated_key",
      ],
      [`{${statement},"__proto__":{"polluted":true}}`, 400, "lrs_statement_malformed"],
      [`{${statement},"$where":"1"}`, 400, "lrs_statement_malformed"],
      ["null", 400, "lrs_statement_malformed"],
      ["7", 400, "lrs_statement_malformed"],
      [new Uint8Array([0x22, 0xff, 0x22]), 400, "lrs_not_utf8"],
      [`"${"x".repeat(250_000)}"`, 413, "body_too_large"],
    ];
    for (const [body, status, expected] of bodies) {
      const answer = await lrs.ask("/xapi/statements", { method: "POST", body });
      expect([answer.status, await code(answer)]).to.deep.equal([status, expected]);
    }
    const form = await lrs.ask("/xapi/statements", {
      method: "POST",
      body: "a=1",
      headers: { "Content-Type": "text/plain" },
    });
    expect(await code(form)).to.equal("lrs_content_type_unsupported");
    expect((await post(aStatement())).status).to.equal(200);
  });

  it("refuses an attachment that is nowhere to be had", async () => {
    const attachment = {
      usageType: "http://u",
      display: { en: "x" },
      contentType: "text/plain",
      length: 1,
      sha2: "a".repeat(64),
    };
    expect(await code(await post(aStatement({ attachments: [attachment] })))).to.equal(
      "lrs_attachment_missing",
    );
    const elsewhere = { ...attachment, fileUrl: "https://example.org/x" };
    expect((await post(aStatement({ attachments: [elsewhere] }))).status).to.equal(200);
  });

  it("keeps one of twenty statements that race for an id, and answers 409 to the others", async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => put(idOne, aStatement({ object: { id: `http://a/${n}` } }))),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).to.deep.equal([204, ...Array<number>(19).fill(409)]);
  });
});
