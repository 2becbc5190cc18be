import type { ServerResponse } from "node:http";
import { expect } from "chai";
import { minutes } from "../../../../src/foundation/kernel/index.js";
import { ForwardingError } from "../../../../src/standards/lrs/index.js";
import { aForwarder, home, type AForwarder } from "./a-forwarder.js";
import { aReceiver, says, type AReceiver } from "./a-receiver.js";

describe("forwarding to a record store that", () => {
  let receiver: AReceiver;
  let forwarder: AForwarder;
  let ids: string[];
  beforeEach(async () => {
    receiver = await aReceiver();
    forwarder = await aForwarder({ deadlineMs: 800 });
    await forwarder.add(receiver.address);
    ids = [];
    for (let n = 0; n < 5; n += 1) ids.push(await forwarder.store());
  });
  afterEach(async () => {
    await forwarder.stop();
    await receiver.stop();
  });

  const failure = async () => (await forwarder.forwardings.list())[0]!.forwarding.failure;
  const json = { "Content-Type": "application/json" };

  for (const [what, behaviour, expected] of [
    ["is broken", says(500), { code: "forwarding_not_taken", status: 500 }],
    ["knows no such address", says(404), { code: "forwarding_not_taken", status: 404 }],
    ["refuses the credentials", says(403), { code: "forwarding_not_taken", status: 403 }],
    [
      "sends elsewhere",
      says(307, { Location: "http://127.0.0.1:1/" }),
      { code: "forwarding_not_taken", status: 307 },
    ],
    ["has a page before it", says(200, {}, "<h1>Sign in</h1>"), { code: "forwarding_answer_strange" }],
    ["names other statements", says(200, json, '["x"]'), { code: "forwarding_answer_strange" }],
    ["never answers", () => undefined, { code: "outbound_timeout" }],
    [
      "answers drop by drop",
      (_came: unknown, res: ServerResponse) => {
        const timer = setInterval(() => res.write(" "), 20);
        res.on("close", () => clearInterval(timer));
      },
      { code: "outbound_timeout" },
    ],
    ["answers without end", says(200, json, " ".repeat(300_000)), { code: "outbound_too_large" }],
    ["hangs up", (_came: unknown, res: ServerResponse) => void res.destroy(), { code: "outbound_failed" }],
  ] as const)
    it(`${what} loses nothing, holds nothing else up for good, and gets all in order when it is well`, async () => {
      receiver.behave(behaviour);
      expect(await forwarder.work()).to.deep.include({ handled: 0, failed: 1, buried: 0 });
      expect(await failure()).to.include(expected);
      for (let tries = 0; tries < 3; tries += 1) {
        ids.push(await forwarder.store());
        expect(await forwarder.work(minutes(6))).to.include({ handled: 0, buried: 0 });
      }
      expect(new Set(receiver.came.map((came) => came.ids.join())).size, "nothing is overtaken").to.equal(1);
      receiver.behave(undefined);
      await forwarder.work(minutes(6));
      expect(receiver.taken).to.deep.equal(ids);
      expect(await failure()).to.equal(undefined);
    });

  it("is away for weeks gets all of it, and few batches wait meanwhile", async () => {
    receiver.behave(says(503));
    for (let n = 0; n < 300; n += 1) ids.push(await forwarder.store());
    for (let day = 0; day < 14; day += 1) await forwarder.work(minutes(24 * 60));
    expect((await forwarder.storage.outbox.backlog()).waiting).to.equal(4);
    expect(await forwarder.dead()).to.deep.equal([]);
    receiver.behave(undefined);
    await forwarder.work(minutes(6));
    expect(receiver.taken).to.deep.equal(ids);
  }).timeout(60_000);

  it("asks for time gets it", async () => {
    receiver.behave(says(429, { "Retry-After": "1200" }));
    await forwarder.work();
    await forwarder.work(minutes(15));
    expect(receiver.came).to.have.length(1);
    receiver.behave(undefined);
    await forwarder.work(minutes(6));
    expect(receiver.taken).to.deep.equal(ids);
  });

  it("refuses one statement gets all others, and the one is a dead letter until it takes it", async () => {
    const [, , bad = ""] = ids;
    receiver.behave((came, res) => {
      if (came.ids.includes(bad)) {
        res.writeHead(400).end();
        return;
      }
      receiver.taken.push(...came.ids);
      res.writeHead(200, json).end(JSON.stringify(came.ids));
    });
    expect(await forwarder.work()).to.include({ buried: 1 });
    expect(receiver.taken).to.deep.equal(ids.filter((id) => id !== bad));
    ids.push(await forwarder.store());
    await forwarder.work();
    expect(receiver.taken.at(-1)).to.equal(ids.at(-1));
    const [status] = await forwarder.forwardings.list();
    expect(status).to.include({ waiting: 0 });
    expect(status!.dead).to.have.length(1);
    expect(status!.dead[0]).to.include({ reason: "forwarding_statements_refused" });
    receiver.behave(undefined);
    await forwarder.outbox.revive(status!.dead[0]!.id);
    await forwarder.work();
    expect(receiver.taken).to.include(bad);
    expect(await forwarder.dead()).to.deep.equal([]);
  });

  it("has a statement already, and says 409 to a repeat, is content", async () => {
    const [known = ""] = ids;
    receiver.behave((came, res) => {
      if (came.ids.includes(known)) {
        res.writeHead(409).end();
        return;
      }
      receiver.taken.push(...came.ids);
      res.writeHead(204).end();
    });
    expect(await forwarder.work()).to.include({ failed: 0, buried: 0 });
    expect(receiver.taken).to.deep.equal(ids.slice(1));
  });

  it("is paused while batches wait for it gets none of them until it goes on", async () => {
    const { forwarding } = (await forwarder.forwardings.list())[0]!;
    receiver.behave(says(503));
    await forwarder.work();
    await forwarder.forwardings.pause(forwarding.id);
    receiver.behave(undefined);
    await forwarder.work(minutes(6));
    expect(receiver.taken).to.deep.equal([]);
    await forwarder.forwardings.resume(forwarding.id);
    await forwarder.work(minutes(6));
    expect(receiver.taken).to.deep.equal(ids);
  });

  it("was removed while batches wait for it leaves none behind", async () => {
    const { forwarding } = (await forwarder.forwardings.list())[0]!;
    receiver.behave(says(503));
    await forwarder.work();
    await forwarder.forwardings.remove(forwarding.id);
    expect((await forwarder.storage.outbox.backlog()).waiting).to.equal(0);
  });

  it("is told the version, the credentials and the type, and never what a log may not hold", async () => {
    await forwarder.work();
    const [{ url, headers }] = receiver.came as [(typeof receiver.came)[0]];
    expect(url).to.equal("/xapi/statements");
    expect(headers).to.include({
      "x-experience-api-version": "1.0.3",
      "content-type": "application/json",
      authorization: `Basic ${Buffer.from("all:secret").toString("base64")}`,
      "user-agent": "Tessera",
    });
    expect(forwarder.log()).not.to.include("secret");
  });
});

describe("an address to forward to", () => {
  let forwarder: AForwarder;
  let receiver: AReceiver;
  before(async () => {
    receiver = await aReceiver();
    forwarder = await aForwarder({ allowPrivate: false });
  });
  after(async () => {
    await forwarder.stop();
    await receiver.stop();
  });

  const refusal = async (endpoint: string): Promise<unknown> =>
    forwarder.add(endpoint).then(
      () => "taken",
      (error: unknown) => (error instanceof ForwardingError ? error.code : error),
    );

  it("is https and nothing but an address", async () => {
    for (const endpoint of [
      "http://lrs.example.org/xapi/",
      "https://user:password@lrs.example.org/",
      "https://lrs.example.org/?a=b",
      "https://lrs.example.org/#a",
      "file:///etc/passwd",
      "lrs.example.org",
    ])
      expect(await refusal(endpoint), endpoint).to.equal("forwarding_address_refused");
  });

  it("is never one inside a private network, whatever its name", async () => {
    await forwarder.add(receiver.address.replace("http:", "https:"));
    await forwarder.store();
    expect(await forwarder.work()).to.include({ handled: 0, failed: 1 });
    const { forwarding } = (await forwarder.forwardings.list())[0]!;
    expect(forwarding.failure).to.include({ code: "outbound_private_address" });
    expect(receiver.came).to.deep.equal([]);
  });

  it("has one name in an academy, and comes with a key and a secret, and filters that are IRIs", async () => {
    const add = (changes: Parameters<AForwarder["add"]>[1]) =>
      forwarder.add("https://lrs.example.org/", changes).catch((error: unknown) => error);
    const code = (value: unknown) => (value instanceof ForwardingError ? value.code : value);
    expect(code(await add({}))).to.equal("forwarding_name_taken");
    expect(await add({ tenant: { ...home, academyId: "academy-2" } })).to.be.a("string");
    for (const credentials of [
      { username: "", password: "x" },
      { username: "x", password: "" },
      { username: "a:b", password: "x" },
    ])
      expect(code(await add({ name: "b", credentials }))).to.equal("forwarding_credentials_refused");
    const filter = { verbs: ["passed"], activities: [] };
    expect(code(await add({ name: "b", filter }))).to.equal("forwarding_filter_refused");
  });
});
