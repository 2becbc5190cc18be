import { expect } from "chai";
import { days, hours, KnownError, minutes, Secret } from "../../../src/foundation/kernel/index.js";
import { createKeyRotation, createSealer } from "../../../src/foundation/keys/index.js";
import type { AnyEvent } from "../../../src/foundation/events/index.js";
import type { Withdrawal } from "../../../src/standards/issuing/index.js";
import { canonicalJson, digestMultibase, parseJson, statusBit } from "../../../src/standards/vc/index.js";
import type { JsonObject } from "../../../src/standards/vc/index.js";
import { aLog } from "../../foundation/log/a-log.js";
import { aSite, type Site } from "../../foundation/web/site.js";
import { stockVerifier } from "../../kit/stock-vc.js";
import { anIssuer, bothValid, origin, verdicts, type AnIssuer } from "./an-issuer.js";

const did = "did:web:tessera.example%3A8443:academies:north-1";
const didPath = "/academies/north-1/did.json";
const listUrl = `${origin}/status/north-1-1`;
const revoked: Withdrawal = { state: "revoked", step: { step: "revoked", at: 1 }, events: [] };
const always = Number.MAX_SAFE_INTEGER;

const bitIn = (text: string, index: number): boolean =>
  statusBit((parseJson(text)["credentialSubject"] as { encodedList: string }).encodedList, index);

describe("what an issuer published, in the log", function () {
  this.timeout(60_000);
  let issuer: AnIssuer;
  let site: Site;
  beforeEach(async () => {
    issuer = await anIssuer();
    const { routes } = issuer.issuing;
    site = await aSite((app) => app.use(routes), { clock: issuer.clock });
  });
  afterEach(async () => {
    await site.close();
    await issuer.close();
  });
  const log = () => aLog(issuer.storage, issuer.clock);
  const entries = async (kind: string) =>
    (await issuer.storage.log.entries(0, 200)).filter((entry) => entry.kind === kind);
  const listThen = (timestamp: string) =>
    site.ask(`/status/north-1-1?timestamp=${encodeURIComponent(timestamp)}`);
  const rotate = (immediately: boolean) =>
    createKeyRotation({
      ...{ store: issuer.storage.keys, clock: issuer.clock },
      sealer: createSealer(new Secret(Buffer.alloc(32, 1))),
    }).rotate({ tenant: issuer.academy, keySet: "credentials", alg: "EdDSA" }, immediately);

  it("is its DID document before any of its keys signs, and each one that says something else", async () => {
    await issuer.issued("a");
    const [first, ...others] = await issuer.storage.log.entries(0, 9);
    expect(first).to.include({ kind: "did-document", subject: did });
    expect(others.every(({ kind }) => kind !== "did-document")).to.equal(true);
    expect(first?.content).to.equal(canonicalJson(parseJson((await site.ask(didPath)).text)));
    await issuer.issued("b");
    issuer.clock.advance(hours(1));
    await rotate(true);
    await issuer.issuing.logKeys(issuer.academy);
    await issuer.another().logKeys(issuer.academy);
    const documents = await entries("did-document");
    expect(documents).to.have.length(2);
    const [retired, current] = parseJson(documents[1]!.content)["verificationMethod"] as JsonObject[];
    expect(retired?.["expires"]).to.equal("2027-03-14T11:20:31Z");
    expect(current).not.to.have.property("expires");
    expect((await log().newest("did-document", did, issuer.clock.now() - 1))?.index).to.equal(0);
  });

  it("keeps a retired key in the DID document, by which stock software still checks what it signed", async () => {
    const { text } = await issuer.issued("a");
    issuer.clock.advance(hours(1));
    await rotate(true);
    const document = (await site.ask(didPath)).text;
    expect(parseJson(document)["assertionMethod"]).to.have.length(2);
    const stock = await stockVerifier(parseJson(document), issuer.clock.now());
    expect(await stock.verifies(parseJson(text))).to.equal(true);
    const [former, latter] = await issuer.issuing.keyHistory(did);
    expect(former).to.include({
      createdAt: Date.parse("2027-03-14T10:20:30.456Z"),
      retiredAt: issuer.clock.now(),
    });
    expect(latter).to.deep.equal({
      ...{ verificationMethod: latter?.verificationMethod, createdAt: issuer.clock.now() },
    });
    const unknown: unknown = await issuer.issuing
      .keyHistory("did:web:other.example:academies:north-1")
      .catch((thrown: unknown) => thrown);
    expect(unknown).to.be.instanceOf(KnownError).and.have.property("code", "issuer_unknown");
  });

  it("is its status list from the first credential on, and at each change of it", async () => {
    const records = [await issuer.issued("a"), await issuer.issued("b")] as const;
    expect(await entries("status-list")).to.have.length(1);
    issuer.clock.advance(minutes(30));
    await site.ask("/status/north-1-1");
    expect(await entries("status-list")).to.have.length(1);
    await issuer.issuing.changeState(records[0].id, () => revoked);
    await issuer.another().changeState(records[1].id, () => revoked);
    const lists = await entries("status-list");
    expect(
      lists.map(({ content }) => records.map(({ statusIndex }) => bitIn(content, statusIndex))),
    ).to.deep.equal([
      [false, false],
      [true, false],
      [true, true],
    ]);
    expect(new Set(lists.map(({ subject }) => subject))).to.deep.equal(new Set([listUrl]));
    expect(await verdicts(lists[1]!.content, (await site.ask(didPath)).text)).to.deep.equal(bothValid);
  });

  it("answers the list as it was then, to the very moment of a change", async () => {
    const { id, statusIndex } = await issuer.issued("a");
    issuer.clock.advance(days(2));
    await issuer.issuing.changeState(id, () => revoked);
    issuer.clock.advance(days(1));
    const [issuedAt, changedAt] = ["2027-03-14T10:20:30.456Z", "2027-03-16T10:20:30.456Z"];
    for (const [timestamp, bit] of [
      [issuedAt, false],
      ["2027-03-15T00:00:00Z", false],
      ["2027-03-16T10:20:30.455Z", false],
      [changedAt, true],
      ["2027-03-16T12:20:30.456+02:00", true],
      ["2027-03-17T10:20:30.456Z", true],
    ] as const) {
      const answer = await listThen(timestamp);
      expect(answer, timestamp).to.include({ status: 200 });
      expect(bitIn(answer.text, statusIndex), timestamp).to.equal(bit);
    }
    for (const [timestamp, status, code] of [
      ["2027-03-14T10:20:30.455Z", 404, "status_list_not_yet"],
      ["2027-03-17T10:20:30.457Z", 400, "status_time_refused"],
      ["yesterday", 400, "status_time_refused"],
      ["2027-03-15", 400, "status_time_refused"],
      ["2027-03-15T00:00:00", 400, "status_time_refused"],
    ] as const) {
      const answer = await listThen(timestamp);
      expect(answer.status, timestamp).to.equal(status);
      expect(JSON.parse(answer.text)).to.include({ code });
    }
    const none = await site.ask("/status/north-1-2?timestamp=2027-03-15T00:00:00Z");
    expect([none.status, (JSON.parse(none.text) as { code: string }).code]).to.deep.equal([
      404,
      "status_list_unknown",
    ]);
  });

  it("is every list once a day, however often the day is asked for", async () => {
    const other = await issuer.directory.ensureAcademy({
      ...{ slug: "idle", name: "Idle", jurisdictionId: "XA", demonstration: true },
    });
    await issuer.issued("a");
    for (const step of [0, hours(1), hours(12), hours(2), days(1)]) {
      issuer.clock.advance(step);
      await issuer.issuing.logDaily([issuer.academy, other]);
      await issuer.another().logDaily([issuer.academy, other]);
    }
    const keys = (await entries("status-list")).map(({ key }) => key);
    expect(keys.slice(1)).to.deep.equal(
      ["2027-03-14", "2027-03-15", "2027-03-16"].map((day) => `status-list ${listUrl} ${day}`),
    );
    expect(await issuer.storage.keys.keysOf(other, "credentials")).to.deep.equal([]);
    await rotate(true);
    await issuer.issuing.logDaily([issuer.academy]);
    expect(await entries("did-document")).to.have.length(2);
  });

  it("is each issued certificate's digest, once, and nothing of what stands in it", async () => {
    const record = await issuer.issued("a");
    const event = {
      ...{ type: "certificate.issued", at: 77, id: "e", lane: "l", sequence: 1 },
      data: { certificateId: record.id, credential: `${origin}/credentials/${record.id}` },
    } as unknown as AnyEvent;
    const context = { requestId: undefined, attempt: 1, signal: new AbortController().signal };
    await issuer.issuing.logSubscriber.handle(event, context);
    await issuer.another().logSubscriber.handle(event, context);
    const url = `${origin}/credentials/${record.id}`;
    const [{ id: verificationMethod }] = parseJson((await site.ask(didPath)).text)["verificationMethod"] as [
      { id: string },
    ];
    const found = await log().byKey(`credential ${url}`);
    expect(found).to.include({ kind: "credential", subject: url, at: 77 });
    expect(parseJson(found!.content)).to.deep.equal({
      ...{ id: url, issuer: did, verificationMethod, digestMultibase: digestMultibase(record.text) },
    });
    expect(await entries("credential")).to.have.length(1);
    expect((await log().newest("credential", url, always))?.index).to.equal(found?.index);
  });
});
