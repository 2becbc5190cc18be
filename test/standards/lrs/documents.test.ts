import { expect } from "chai";
import fc from "fast-check";
import { anLrs, aStatement, type AnLrs } from "./an-lrs.js";

const activityId = "https://example.org/activities/1";
const agent = JSON.stringify({ account: { homePage: "https://tessera.example", name: "trainee-1" } });
const registration = "7c9dc0a2-2f6a-4d2b-9b0f-0d9c9b0b6a11";
const query = (parameters: Readonly<Record<string, string>>): string =>
  new URLSearchParams(parameters).toString();

/** Each resource's path for one document, and for what the list is of. */
const resources = {
  state: { path: "/xapi/activities/state", id: "stateId", context: { activityId, agent } },
  "activity profile": { path: "/xapi/activities/profile", id: "profileId", context: { activityId } },
  "agent profile": { path: "/xapi/agents/profile", id: "profileId", context: { agent } },
};
type Name = keyof typeof resources;
const names = Object.keys(resources) as Name[];

function listOf(name: Name, more: Readonly<Record<string, string>> = {}): string {
  const { path, context } = resources[name];
  return `${path}?${query({ ...context, ...more })}`;
}
const one = (name: Name, id = "bookmark", more: Readonly<Record<string, string>> = {}): string =>
  listOf(name, { [resources[name].id]: id, ...more });

const json = (value: unknown): RequestInit => ({ body: JSON.stringify(value) });
const codeOf = async (response: Response) => [
  response.status,
  ((await response.json()) as { code: string }).code,
];

describe("the document resources", () => {
  let lrs: AnLrs;
  beforeEach(async () => {
    lrs = await anLrs();
  });
  afterEach(() => lrs.stop());

  const put = (path: string, init: RequestInit & { as?: string } = {}) =>
    lrs.ask(path, { method: "PUT", ...init });
  const post = (path: string, init: RequestInit & { as?: string } = {}) =>
    lrs.ask(path, { method: "POST", ...init });
  const remove = (path: string, init: RequestInit & { as?: string } = {}) =>
    lrs.ask(path, { method: "DELETE", ...init });
  const bodyOf = async (path: string, as = "all") => (await lrs.ask(path, { as })).json();

  for (const name of names) {
    it(`give ${name} back byte for byte, with its type, its SHA-1 as ETag and its time`, async () => {
      const body = Buffer.from([0, 255, 13, 10, 0x7b, 0xc3]);
      const headers = { "Content-Type": "Image/X-thing; a=b", "If-None-Match": "*" };
      expect((await put(one(name), { body, headers })).status).to.equal(204);
      const answer = await lrs.ask(one(name));
      expect(answer.status).to.equal(200);
      expect(Buffer.from(await answer.arrayBuffer())).to.deep.equal(body);
      expect(answer.headers.get("Content-Type")).to.equal("Image/X-thing; a=b");
      expect(answer.headers.get("ETag")).to.match(/^"[0-9a-f]{40}"$/);
      expect(answer.headers.get("Last-Modified")).to.equal("Sat, 21 Nov 2026 09:00:00 GMT");
      expect(answer.headers.get("Content-Security-Policy")).to.contain("sandbox");
      const head = await lrs.ask(one(name), { method: "HEAD" });
      expect(await head.text()).to.equal("");
      for (const header of ["ETag", "Content-Length", "Content-Type", "Last-Modified"])
        expect(head.headers.get(header)).to.equal(answer.headers.get(header));
    });

    it(`list the ids of ${name}, and those that changed after a moment`, async () => {
      await post(one(name, "first"), json({ a: 1 }));
      lrs.clock.advance(1000);
      await post(one(name, "second"), json({ a: 1 }));
      expect(await bodyOf(listOf(name))).to.deep.equal(["first", "second"]);
      expect(await bodyOf(listOf(name, { since: "2026-11-21T09:00:00.000Z" }))).to.deep.equal(["second"]);
      await post(one(name, "first"), json({ b: 1 }));
      const listed = await lrs.ask(listOf(name, { since: "2026-11-21T09:00:00Z" }));
      expect(await listed.json()).to.have.members(["first", "second"]);
      expect(listed.headers.get("Last-Modified")).to.equal("Sat, 21 Nov 2026 09:00:01 GMT");
    });

    it(`merge ${name} one level deep, each value as it was written`, async () => {
      await post(one(name), { body: '{"a":{"x":1},"b":1.0,"c":"\\u00e9"}' });
      await post(one(name), { body: '{ "a" : {"y": 2e400}, "d":[ ]}' });
      expect(await (await lrs.ask(one(name))).text()).to.equal(
        '{"a":{"y": 2e400},"b":1.0,"c":"\\u00e9","d":[ ]}',
      );
    });

    it(`merge into ${name} only objects, and only what is JSON on both sides`, async () => {
      const text = { body: "text", headers: { "Content-Type": "text/plain" } };
      await post(one(name), json({ a: 1 }));
      expect(await codeOf(await post(one(name), text))).to.deep.equal([400, "lrs_document_not_json"]);
      expect(await codeOf(await post(one(name), json([1])))).to.deep.equal([
        400,
        "lrs_document_not_an_object",
      ]);
      expect(await codeOf(await post(one(name), { body: "{" }))).to.deep.equal([400, "lrs_json_malformed"]);
      expect(await bodyOf(one(name))).to.deep.equal({ a: 1 });
      expect((await post(one(name, "plain"), text)).status).to.equal(204);
      expect(await codeOf(await post(one(name, "plain"), json({})))).to.deep.equal([
        400,
        "lrs_document_not_json",
      ]);
      await post(one(name, "list"), { body: "[1]", headers: { "Content-Type": "text/plain" } });
      const { status } = await put(one(name, "list"), { body: "[1]", headers: { "If-Match": "*" } });
      expect(status).to.equal(204);
      expect(await codeOf(await post(one(name, "list"), json({ a: 1 })))).to.deep.equal([
        400,
        "lrs_document_not_an_object",
      ]);
    });

    it(`change ${name} only where If-Match and If-None-Match hold`, async () => {
      const absent = { ...json({ a: 0 }), headers: { "If-Match": "*" } };
      for (const ask of [put, post, remove]) expect((await ask(one(name), absent)).status).to.equal(412);
      await post(one(name), json({ a: 1 }));
      const tag = (await lrs.ask(one(name))).headers.get("ETag") ?? "";
      const wrong = [{ "If-Match": '"1234"' }, { "If-None-Match": "*" }, { "If-None-Match": `"x", ${tag}` }];
      for (const headers of wrong)
        for (const ask of [put, post, remove])
          expect(await codeOf(await ask(one(name), { ...json({ a: 2 }), headers }))).to.deep.equal([
            412,
            "lrs_condition_failed",
          ]);
      expect(await bodyOf(one(name))).to.deep.equal({ a: 1 });
      expect((await put(one(name), { ...json({ a: 3 }), headers: { "If-Match": tag } })).status).to.equal(
        204,
      );
      const stale = { ...json({ a: 4 }), headers: { "If-Match": tag } };
      expect((await put(one(name), stale)).status).to.equal(412);
      const next = (await lrs.ask(one(name))).headers.get("ETag") ?? "";
      expect((await remove(one(name), { headers: { "If-Match": `"x", ${next}` } })).status).to.equal(204);
      expect(await codeOf(await lrs.ask(one(name)))).to.deep.equal([404, "lrs_document_unknown"]);
      expect((await remove(one(name))).status).to.equal(204);
    });

    it(`keep every key of fifty merges at once into one ${name}`, async function () {
      this.timeout(20_000);
      const keys = Array.from({ length: 50 }, (_, number) => `k${number}`);
      const answers = await Promise.all(keys.map((key) => post(one(name), json({ [key]: true }))));
      expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([204]));
      expect(await bodyOf(one(name))).to.have.all.keys(keys);
    });

    it(`keep ${name} of one academy from another`, async () => {
      await post(one(name), json({ a: 1 }));
      expect((await lrs.ask(one(name), { as: "stranger" })).status).to.equal(404);
      expect(await bodyOf(listOf(name), "stranger")).to.deep.equal([]);
      await remove(one(name), { as: "stranger" });
      await remove(listOf("state"), { as: "stranger" });
      expect(await bodyOf(one(name))).to.deep.equal({ a: 1 });
    });

    it(`keep hostile names in ${name} as names`, async () => {
      const hostile = '{"__proto__":{"a":1},"constructor":2,"$set":{"$gt":""},"a.b":3,"":4,"toString":5}';
      await post(one(name, "__proto__"), { body: hostile });
      await post(one(name, "__proto__"), { body: '{"__proto__":{"b":1},"$where":"1","x":1}' });
      expect(await (await lrs.ask(one(name, "__proto__"))).text()).to.equal(
        '{"__proto__":{"b":1},"constructor":2,"$set":{"$gt":""},"a.b":3,"":4,"toString":5,"$where":"1","x":1}',
      );
      expect(await bodyOf(listOf(name))).to.deep.equal(["__proto__"]);
      expect((await lrs.ask(one(name, "constructor"))).status).to.equal(404);
    });
  }

  it("ask 1.0.3 for a condition before a profile is replaced, and spare state", async () => {
    for (const name of ["activity profile", "agent profile"] as const) {
      expect(await codeOf(await put(one(name), json({})))).to.deep.equal([400, "lrs_condition_missing"]);
      await post(one(name), json({}));
      expect(await codeOf(await put(one(name), json({})))).to.deep.equal([409, "lrs_document_there"]);
    }
    for (const a of [1, 2]) expect((await put(one("state"), json({ a }))).status).to.equal(204);
    expect(await bodyOf(one("state"))).to.deep.equal({ a: 2 });
  });

  it("let 2.0 write where nothing is, and replace nothing unseen", async () => {
    const headers = { "X-Experience-API-Version": "2.0.0" };
    for (const name of names) {
      expect((await put(one(name), { ...json({}), headers })).status).to.equal(204);
      expect(await codeOf(await put(one(name), { ...json({}), headers }))).to.deep.equal([
        409,
        "lrs_document_there",
      ]);
    }
  });

  it("tell the states of registrations apart, whose case does not matter", async () => {
    await put(one("state"), json({ a: 0 }));
    await put(one("state", "bookmark", { registration }), json({ a: 1 }));
    await put(one("state", "other", { registration }), json({ a: 1 }));
    expect(await bodyOf(one("state"))).to.deep.equal({ a: 0 });
    const upper = { registration: registration.toUpperCase() };
    expect(await bodyOf(one("state", "bookmark", upper))).to.deep.equal({ a: 1 });
    expect(await bodyOf(listOf("state"))).to.have.members(["bookmark", "other"]);
    expect((await remove(listOf("state", { registration }))).status).to.equal(204);
    expect(await bodyOf(listOf("state"))).to.deep.equal(["bookmark"]);
    await remove(listOf("state"));
    expect(await bodyOf(listOf("state"))).to.deep.equal([]);
  });

  it("take an agent for the same however it is written, and no other", async () => {
    const same =
      '{"objectType":"Agent","name":"x","account":{"name":"trainee-1","homePage":"https://tessera.example"}}';
    await post(one("agent profile"), json({ a: 1 }));
    expect(await bodyOf(one("agent profile", "bookmark", { agent: same }))).to.deep.equal({ a: 1 });
    const other = JSON.stringify({ mbox: "mailto:trainee-1@tessera.example" });
    expect((await lrs.ask(one("agent profile", "bookmark", { agent: other }))).status).to.equal(404);
  });

  it("refuse what is missing, malformed, unknown or does not go together", async () => {
    const wrong = [
      `/xapi/activities/state?${query({ activityId, stateId: "s" })}`,
      `/xapi/activities/state?${query({ agent, stateId: "s" })}`,
      `/xapi/agents/profile?${query({ profileId: "s" })}`,
      one("state", "s", { registration: "no" }),
      one("state", "s", { agent: "no" }),
      one("state", "s", { agent: '{"objectType":"Agent"}' }),
      one("state", "s", { activityId: "no iri" }),
      one("state", "s", { since: "2026-11-21T09:00:00Z" }),
      one("activity profile", "s", { registration }),
      one("activity profile", "s", { agent }),
      listOf("state", { since: "yesterday" }),
      listOf("state", { StateId: "s" }),
      `${one("state")}&stateId=s`,
    ];
    for (const path of wrong) expect((await lrs.ask(path)).status, path).to.equal(400);
    for (const name of names) expect((await post(listOf(name), json({}))).status).to.equal(400);
    for (const name of ["activity profile", "agent profile"] as const)
      expect((await remove(listOf(name))).status, name).to.equal(400);
  });

  it("refuse a body and a merge that grow too large", async () => {
    const large = "x".repeat(3 * 1024 * 1024);
    expect((await post(one("state"), json({ a: large }))).status).to.equal(204);
    expect(await codeOf(await post(one("state"), json({ b: large })))).to.deep.equal([
      413,
      "lrs_document_too_large",
    ]);
    expect((await put(one("state"), json({ a: large + large }))).status).to.equal(413);
    expect(await bodyOf(one("state"))).to.have.all.keys("a");
  });

  it("refuse JSON that is nested too deeply or has a name twice, and bytes that are no text", async () => {
    const bodies = ["[".repeat(100) + "]".repeat(100), '{"a":1,"a":2}', Buffer.from([0x22, 0xff, 0x22]), ""];
    for (const body of bodies)
      for (const ask of [put, post])
        expect(
          (await ask(one("state"), { body, headers: { "Content-Type": "application/json" } })).status,
        ).to.equal(400);
  });

  it("bear any JSON: what goes in comes out, or is refused", async function () {
    this.timeout(60_000);
    const headers = { "Content-Type": "application/json" };
    await fc.assert(
      fc.asyncProperty(
        fc.string(),
        fc.json(),
        fc.dictionary(fc.string(), fc.jsonValue()),
        async (id, text, object) => {
          await put(one("state", id), { body: text, headers });
          expect(await (await lrs.ask(one("state", id))).text()).to.equal(text);
          const merged = await post(one("state", id), json(object));
          expect(merged.status).to.be.oneOf([204, 400]);
        },
      ),
      { numRuns: 40 },
    );
  });

  const allowed: Readonly<Record<Name, Readonly<Record<string, readonly [read: number, write: number]>>>> = {
    state: { state: [200, 204], profile: [403, 403], "all reader": [200, 403], reader: [403, 403] },
    "activity profile": {
      state: [403, 403],
      profile: [200, 204],
      "all reader": [200, 403],
      writer: [403, 403],
    },
    "agent profile": { state: [403, 403], profile: [200, 204], "all reader": [200, 403], own: [403, 403] },
  };
  for (const name of names)
    it(`open ${name} to the scopes that are for it`, async () => {
      await post(one(name), json({ a: 1 }));
      for (const [as, [read, write]] of Object.entries(allowed[name])) {
        expect((await lrs.ask(one(name), { as })).status, as).to.equal(read);
        expect((await lrs.ask(listOf(name), { as })).status, as).to.equal(read);
        expect((await post(one(name), { ...json({ b: 1 }), as })).status, as).to.equal(write);
        const headers = { "If-Match": "*" };
        expect((await put(one(name), { ...json({ b: 1 }), headers, as })).status, as).to.equal(write);
        expect((await remove(one(name, "nothing"), { as })).status, as).to.equal(write);
      }
    });

  it("know five methods", async () => {
    for (const name of names) {
      const answer = await lrs.ask(one(name), { method: "PATCH" });
      expect(answer.status).to.equal(405);
      expect(answer.headers.get("Allow")).to.equal("GET, HEAD, PUT, POST, DELETE");
    }
  });
});

describe("the activities resource", () => {
  let lrs: AnLrs;
  before(async () => {
    lrs = await anLrs();
  });
  after(() => lrs.stop());

  const activity = async (id: string, as = "all"): Promise<unknown> =>
    (await lrs.ask(`/xapi/activities?${query({ activityId: id })}`, { as })).json();
  const say = async (object: object, changes: object = {}): Promise<void> => {
    await lrs.ask("/xapi/statements", { method: "POST", ...json(aStatement({ object, ...changes })) });
    lrs.clock.advance(10);
  };

  it("joins what statements say, in all languages, the newer where they differ", async () => {
    const id = "https://example.org/activities/joined";
    await say({ id, definition: { name: { en: "old", fr: "vieux" }, type: "https://example.org/t" } });
    await say({ id, definition: { name: { en: "new" }, extensions: { "https://example.org/e": 1 } } });
    await say({ id });
    const definition = { name: { de: "neu" }, description: { en: "d" } };
    await say({ id: activityId }, { context: { contextActivities: { parent: [{ id, definition }] } } });
    expect(await activity(id)).to.deep.equal({
      objectType: "Activity",
      id,
      definition: {
        name: { en: "new", fr: "vieux", de: "neu" },
        description: { en: "d" },
        type: "https://example.org/t",
        extensions: { "https://example.org/e": 1 },
      },
    });
  });

  it("knows an activity by its id alone when nothing else is said, and nothing of another academy", async () => {
    const id = "https://example.org/activities/private";
    await say({ id, definition: { name: { en: "ours" } } });
    expect(await activity("https://example.org/unheard")).to.deep.equal({
      objectType: "Activity",
      id: "https://example.org/unheard",
    });
    expect(await activity(id, "stranger")).to.deep.equal({ objectType: "Activity", id });
    expect(await activity(id, "own")).to.deep.equal({ objectType: "Activity", id });
    expect(await activity(id, "reader")).to.have.property("definition");
  });

  it("knows what the first statement said, however many or long ones followed it", async () => {
    const ids = ["many", "long"].map((name) => `https://example.org/activities/${name}`) as [string, string];
    const definition = { name: { en: "first" } };
    for (const id of ids) await say({ id, definition });
    const many = Array.from({ length: 250 }, () => aStatement({ object: { id: ids[0] } }));
    await lrs.ask("/xapi/statements", { method: "POST", ...json(many) });
    for (const letter of ["x", "y"])
      await say({ id: ids[1] }, { result: { response: letter.repeat(1_200_000) } });
    for (const id of ids)
      expect(await activity(id)).to.deep.equal({ objectType: "Activity", id, definition });
  });

  it("says nothing that only formative statements say", async () => {
    const id = "https://example.org/activities/formative";
    const text = JSON.stringify(aStatement({ object: { id, definition: { name: { en: "an answer" } } } }));
    const authority = { mbox: "mailto:tool@tessera.example" } as const;
    await lrs.lrs.append(lrs.tenant, { text, authority, class: "formative" });
    expect(await activity(id)).to.deep.equal({ objectType: "Activity", id });
  });

  it("asks for one IRI, and for a scope that reads statements", async () => {
    for (const asked of ["", "?activityId=no", "?activityId=https://a.example/&x=1"])
      expect((await lrs.ask(`/xapi/activities${asked}`)).status).to.equal(400);
    for (const as of ["writer", "state", "profile"])
      expect((await lrs.ask(`/xapi/activities?${query({ activityId })}`, { as })).status).to.equal(403);
    expect((await lrs.ask("/xapi/activities", { method: "POST", ...json({}) })).status).to.equal(405);
  });
});

describe("the agents resource", () => {
  let lrs: AnLrs;
  before(async () => {
    lrs = await anLrs();
  });
  after(() => lrs.stop());

  it("makes a Person of an agent, each property a list", async () => {
    const known = JSON.stringify({ objectType: "Agent", name: "Trainee", mbox: "mailto:t@example.org" });
    const answer = await lrs.ask(`/xapi/agents?${query({ agent: known })}`);
    expect(await answer.json()).to.deep.equal({
      objectType: "Person",
      name: ["Trainee"],
      mbox: ["mailto:t@example.org"],
    });
  });

  it("refuses what is no agent", async () => {
    const group = JSON.stringify({ objectType: "Group", mbox: "mailto:g@example.org" });
    for (const asked of ["", "?agent=x", `?${query({ agent: group })}`, `?${query({ agent: "{}" })}`])
      expect((await lrs.ask(`/xapi/agents${asked}`)).status).to.equal(400);
  });
});
