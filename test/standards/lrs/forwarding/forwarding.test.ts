import { createHash } from "node:crypto";
import { expect } from "chai";
import { ForwardingError } from "../../../../src/standards/lrs/index.js";
import { storeRows } from "../../../kit/store-rows.js";
import { describeWith } from "../../../kit/needs.js";
import { mongoDatabase, sqliteDatabase, type MakeDatabase } from "../../../storage/contract/database.js";
import { anLrs, secret, type AnLrs } from "../an-lrs.js";
import { aForwarder, home, type AForwarder } from "./a-forwarder.js";

interface Stored extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly stored: string;
  readonly authority: unknown;
}

const verb = (name: string) => ({ id: `http://example.org/verbs/${name}` });
const activity = (name: string) => ({ id: `http://example.org/activities/${name}` });

/** All that the other store shows, in the order in which it was stored. */
async function shownBy(lrs: AnLrs): Promise<Stored[]> {
  const all: Stored[] = [];
  for (let next = "/xapi/statements?ascending=true"; next !== "";) {
    const page = (await (await lrs.ask(next)).json()) as { statements: Stored[]; more: string };
    all.push(...page.statements);
    next = page.more;
  }
  return all;
}

const idsOf = (statements: readonly Stored[]): string[] => statements.map(({ id }) => id);

function forwardingContract(make: MakeDatabase): void {
  let [here, there] = [make(), make()];
  let forwarder: AForwarder;
  let other: AnLrs;
  let endpoint: string;
  beforeEach(async () => {
    [here, there] = [make(), make()];
    other = await anLrs({ address: there.address });
    endpoint = `${other.url}/xapi`;
    forwarder = await aForwarder({ address: here.address });
  });
  afterEach(async () => {
    await forwarder.stop();
    await other.stop();
    await here.drop();
    await there.drop();
  });

  it("brings all evidence to the other store, as it is stored here, in order, and nothing formative", async () => {
    const before = await forwarder.store({ result: { score: { raw: 1.5 } } });
    await forwarder.store({}, "formative");
    await forwarder.add(endpoint);
    const after: string[] = [];
    for (let n = 0; n < 120; n += 1) after.push(await forwarder.store());
    await forwarder.store({}, "formative");
    expect(await forwarder.work()).to.include({ failed: 0, buried: 0 });
    const shown = await shownBy(other);
    expect(idsOf(shown)).to.deep.equal([before, ...after]);
    const own = await forwarder.storage.statements.findStatement(home, before, {
      voided: false,
      classes: ["evidence"],
    });
    const without = ({ stored, authority, ...rest }: Stored) => ({ rest, said: [stored, authority].length });
    expect(without(shown[0]!)).to.deep.equal(without(JSON.parse(own!.text) as Stored));
    await forwarder.store();
    await forwarder.work();
    expect(await shownBy(other)).to.have.length(122);
    const [status] = await forwarder.forwardings.list();
    expect(status).to.deep.include({ waiting: 0, dead: [] });
    expect(status!.forwarding.doneThrough).to.be.above(0);
  }).timeout(60_000);

  it("brings only what was asked for, and what voids it", async () => {
    await forwarder.add(endpoint, {
      filter: { verbs: [verb("passed").id], activities: [activity("m1").id] },
    });
    const direct = await forwarder.store({ verb: verb("passed"), object: activity("m1") });
    const around = await forwarder.store({
      ...{ verb: verb("passed"), object: activity("quiz") },
      context: { contextActivities: { parent: [activity("m1")] } },
    });
    const others = [
      await forwarder.store({ verb: verb("failed"), object: activity("m1") }),
      await forwarder.store({ verb: verb("passed"), object: activity("m2") }),
    ];
    await forwarder.work();
    expect(idsOf(await shownBy(other))).to.deep.equal([direct, around]);
    const voiding = (id: string) => ({
      verb: { id: "http://adlnet.gov/expapi/verbs/voided" },
      object: { objectType: "StatementRef", id },
    });
    for (const id of others) await forwarder.store(voiding(id));
    const voids = await forwarder.store(voiding(direct));
    await forwarder.work();
    expect(idsOf(await shownBy(other))).to.deep.equal([around, voids]);
  });

  it("brings attachments along, and each statement in its own version", async () => {
    await forwarder.add(endpoint);
    const content = Buffer.from([0, 255, 10, 13, 128]);
    const sha2 = createHash("sha256").update(content).digest("hex");
    const usage = { usageType: "http://example.org/usage", display: { en: "scan" } };
    const attachment = { ...usage, contentType: "image/png", length: 5, sha2 };
    const one = await forwarder.store({ version: "1.0.3" });
    forwarder.clock.advance(1);
    const [withContent = ""] = await forwarder.lrs.append(home, {
      text: JSON.stringify({
        ...{ actor: { mbox: "mailto:a@example.org" }, verb: verb("scanned"), object: activity("m1") },
        attachments: [attachment],
      }),
      authority: { mbox: "mailto:lrs@example.org" },
      class: "evidence",
      attachments: [{ sha2, content }],
    });
    const newer = await forwarder.store({
      version: "2.0.0",
      context: { contextAgents: [{ objectType: "contextAgent", agent: { mbox: "mailto:b@example.org" } }] },
    });
    expect(await forwarder.work()).to.include({ failed: 0, buried: 0 });
    expect(idsOf(await shownBy(other))).to.deep.equal([one, withContent, newer]);
    const mixed = await other.ask(`/xapi/statements?statementId=${withContent}&attachments=true`);
    expect(Buffer.from(await mixed.arrayBuffer()).includes(content)).to.equal(true);
  });

  it("begins behind the time that was given", async () => {
    await forwarder.store();
    await forwarder.add(endpoint, { since: forwarder.clock.now() });
    const later = await forwarder.store();
    await forwarder.work();
    expect(idsOf(await shownBy(other))).to.deep.equal([later]);
  });

  it("waits while it is paused, goes on where it was, and ends when it is removed", async () => {
    const id = await forwarder.add(endpoint);
    const first = await forwarder.store();
    await forwarder.work();
    await forwarder.forwardings.pause(id);
    const second = await forwarder.store();
    await forwarder.work();
    expect(idsOf(await shownBy(other))).to.deep.equal([first]);
    await forwarder.forwardings.resume(id);
    await forwarder.work();
    expect(idsOf(await shownBy(other))).to.deep.equal([first, second]);
    await forwarder.forwardings.remove(id);
    await forwarder.store();
    await forwarder.work();
    expect(await shownBy(other)).to.have.length(2);
    expect(await forwarder.forwardings.list()).to.deep.equal([]);
    const gone: unknown = await forwarder.forwardings.resume(id).catch((error: unknown) => error);
    expect(gone).to.be.instanceOf(ForwardingError).with.property("code", "forwarding_unknown");
  });

  it("waits with wrong credentials, says so, and goes on with right ones", async () => {
    const id = await forwarder.add(endpoint, { credentials: { username: "all", password: "wrong" } });
    const first = await forwarder.store();
    expect(await forwarder.work()).to.include({ handled: 0, failed: 1, buried: 0 });
    const [status] = await forwarder.forwardings.list();
    expect(status).to.include({ waiting: 1 });
    expect(status!.forwarding.failure).to.include({ code: "forwarding_not_taken", status: 401 });
    await forwarder.forwardings.rotate(id, { username: "all", password: secret });
    await forwarder.work();
    expect(idsOf(await shownBy(other))).to.deep.equal([first]);
    expect((await forwarder.forwardings.list())[0]!.forwarding.failure).to.equal(undefined);
  });

  it("keeps the secret sealed", async () => {
    await forwarder.add(endpoint, { credentials: { username: "their-key", password: "a-secret-of-theirs" } });
    const rows = JSON.stringify([...(await storeRows(here.address)).values()]);
    expect(rows)
      .to.include("theirs")
      .and.not.to.include("a-secret-of-theirs")
      .and.not.to.include("their-key");
  });

  it("counts each statement once, however many processes look for it", async () => {
    const second = await aForwarder({ address: here.address });
    await forwarder.add(endpoint);
    const ids: string[] = [];
    for (let n = 0; n < 130; n += 1) ids.push(await forwarder.store());
    second.clock.advance(1000);
    await Promise.all([forwarder.work(), second.work()]);
    await forwarder.work();
    expect(idsOf(await shownBy(other))).to.deep.equal(ids);
    expect((await forwarder.forwardings.list())[0]!.forwarding.queued).to.equal(3);
    await second.stop();
  }).timeout(60_000);
}

describe("forwarding to another record store, on SQLite", () => forwardingContract(sqliteDatabase));
describeWith("mongodb", "forwarding to another record store, on MongoDB", (server) =>
  forwardingContract(() => mongoDatabase(server)),
);
