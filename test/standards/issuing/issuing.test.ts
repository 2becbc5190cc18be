import { expect } from "chai";
import { createOutbox, subscribe } from "../../../src/foundation/events/index.js";
import { createLogger, createNewId } from "../../../src/foundation/kernel/index.js";
import { KeysError } from "../../../src/foundation/keys/index.js";
import {
  IssuingError,
  type CredentialRecord,
  type Withdrawal,
} from "../../../src/standards/issuing/index.js";
import { parseJson } from "../../../src/standards/vc/index.js";
import { anEvent, anIssuer, bothValid, draft, origin, verdicts, wanted, type AnIssuer } from "./an-issuer.js";

describe("a credential", function () {
  this.timeout(30_000);
  let issuer: AnIssuer;
  beforeEach(async () => (issuer = await anIssuer()));
  afterEach(() => issuer.close());

  const raised = async (): Promise<string[]> => {
    const { storage, clock } = issuer;
    const seen: string[] = [];
    const subscriber = subscribe({
      name: "seen",
      types: ["certificate.issued"],
      handle: ({ data }) => Promise.resolve(void seen.push(data.sha256)),
    });
    const deps = { clock, newId: createNewId(clock), logger: createLogger("silent") };
    await createOutbox({ ...deps, store: storage.outbox, subscribers: [subscriber] }).drain();
    return seen.toSorted();
  };
  const didText = async (): Promise<string> =>
    (await issuer.issuing.local(`${origin}/academies/north-1/did.json`)) ?? "";
  const withdrawal = (
    state: Withdrawal["state"],
    step: "suspended" | "lifted" | "revoked",
    events: Withdrawal["events"] = [],
  ): Withdrawal => ({ state, step: { step, at: 1, reason: "r", decidedBy: "office" }, events });
  const failure = async (work: Promise<unknown>): Promise<unknown> => {
    const ended = await work.then(
      () => "no error",
      (error: unknown) => error,
    );
    return ended;
  };

  it("is signed by the academy's key, and says where its status stands", async () => {
    const record = await issuer.issued("a");
    const document = parseJson(record.text);
    expect(await verdicts(record.text, await didText())).to.deep.equal(bothValid);
    expect(document["issuer"]).to.equal("did:web:tessera.example%3A8443:academies:north-1");
    expect(document["issuer"]).to.equal(await issuer.issuing.didOf(issuer.academy));
    expect(document["credentialStatus"]).to.deep.equal({
      id: `${origin}/status/north-1-1#${record.statusIndex}`,
      type: "BitstringStatusListEntry",
      statusPurpose: "revocation",
      statusListIndex: String(record.statusIndex),
      statusListCredential: `${origin}/status/north-1-1`,
    });
    expect(document).to.have.nested.property("proof[0].created", "2027-03-14T10:20:30Z");
    expect(record).to.include({ state: "valid", withdrawn: 0, version: 2 });
    expect(record.life).to.deep.equal([{ step: "issued", at: Date.parse("2027-03-14T10:20:30Z") }]);
    expect(record.about).to.deep.equal({ kind: "test", signed: true });
    expect(await issuer.issuing.find(record.id)).to.deep.equal(record);
  });

  it("is issued once with its events once, however many do so at once", async () => {
    const { issuing, another, academy } = issuer;
    const { id } = await issuing.reserve(academy, wanted("a"));
    const processes = [issuing, another(), another()];
    const records = await Promise.all(
      Array.from({ length: 12 }, (_, n) => processes[n % 3]!.issue(id, draft)),
    );
    expect(new Set(records.map(({ text }) => text)).size).to.equal(1);
    expect(await raised()).to.deep.equal(["issued"]);
    const again = await issuing.issue(id, () => expect.fail("was made again"));
    expect(again).to.deep.equal(records[0]);
  });

  it("stays reserved when its making fails, and can be made then", async () => {
    const { id } = await issuer.issuing.reserve(issuer.academy, wanted("a"));
    const refusal = new IssuingError("issuer_unknown");
    expect(await failure(issuer.issuing.issue(id, () => Promise.reject(refusal)))).to.equal(refusal);
    expect(await issuer.issuing.find(id)).to.include({ state: "reserved", version: 1 });
    expect(await raised()).to.deep.equal([]);
    expect(await issuer.issuing.issue(id, draft)).to.include({ state: "valid" });
  });

  it("is not signed under another secret than the key was sealed with", async () => {
    await issuer.issued("a");
    const { id } = await issuer.issuing.reserve(issuer.academy, wanted("b"));
    const stranger = issuer.another({ secret: Buffer.alloc(32, 2) });
    for (const error of [
      await failure(stranger.issue(id, draft)),
      await failure(stranger.sealManifest(issuer.academy, { a: 1 })),
      await failure(stranger.local(`${origin}/status/north-1-1`)),
    ])
      expect(error).to.be.instanceOf(KeysError).with.property("code", "sealed_unreadable");
    expect(await issuer.issuing.find(id)).to.include({ state: "reserved" });
  });

  it("is withdrawn with its events once, however many do so at once", async () => {
    const { id } = await issuer.issued("a");
    const { issuing, another } = issuer;
    const decide = (record: CredentialRecord): Withdrawal | undefined =>
      record.state === "revoked" ? undefined : withdrawal("revoked", "revoked", [anEvent(record, "revoked")]);
    const processes = [issuing, another()];
    const ends = await Promise.all(
      Array.from({ length: 10 }, (_, n) => processes[n % 2]!.changeState(id, decide)),
    );
    for (const record of ends) expect(record).to.include({ state: "revoked", withdrawn: 1, version: 3 });
    expect(ends[0]?.life.map(({ step }) => step)).to.deep.equal(["issued", "revoked"]);
    expect(await raised()).to.deep.equal(["issued", "revoked"]);
  });

  it("keeps its text, its place and every step of its life, and is withdrawn for good", async () => {
    const issued = await issuer.issued("a");
    const { issuing } = issuer;
    await issuing.changeState(issued.id, () => withdrawal("suspended", "suspended"));
    const lifted = await issuing.changeState(issued.id, () => ({
      ...withdrawal("superseded", "lifted"),
      about: { kind: "test", successor: "x" },
    }));
    expect(lifted.life.map(({ step }) => step)).to.deep.equal(["issued", "suspended", "lifted"]);
    expect(lifted).to.include({ state: "superseded", withdrawn: 1, text: issued.text, version: 4 });
    expect(lifted.about).to.deep.equal({ kind: "test", successor: "x" });
    expect(await issuing.find(issued.id)).to.deep.equal(lifted);
  });

  it("is never withdrawn before it is issued, nor changed once it is revoked", async () => {
    const reserved = await issuer.issuing.reserve(issuer.academy, wanted("a"));
    const { id } = await issuer.issued("b");
    await issuer.issuing.changeState(id, () => withdrawal("revoked", "revoked"));
    for (const one of [reserved.id, id]) {
      const error = await failure(
        issuer.issuing.changeState(one, () => withdrawal("suspended", "suspended")),
      );
      expect(error).to.be.instanceOf(IssuingError).with.property("code", "credential_step_impossible");
    }
    const error = await failure(issuer.issuing.issue("no-such-id", draft));
    expect(error).to.be.instanceOf(IssuingError).with.property("code", "credential_unknown");
  });

  it("stays as it is when nothing is decided, or the decision throws", async () => {
    const issued = await issuer.issued("a");
    expect(await issuer.issuing.changeState(issued.id, () => undefined)).to.deep.equal(issued);
    const refusal = new IssuingError("issuer_unknown");
    const throwing = issuer.issuing.changeState(issued.id, () => {
      throw refusal;
    });
    expect(await failure(throwing)).to.equal(refusal);
    expect(await issuer.issuing.find(issued.id)).to.deep.equal(issued);
  });
});

describe("a manifest", function () {
  this.timeout(30_000);
  it("is sealed by the academy's key, and no more whole when anything in it is changed", async () => {
    const issuer = await anIssuer();
    const sealed = await issuer.issuing.sealManifest(issuer.academy, { count: 3, root: "ab" });
    const didText = (await issuer.issuing.local(`${origin}/academies/north-1/did.json`)) ?? "";
    expect(await verdicts(JSON.stringify(sealed), didText)).to.deep.equal(["eddsa-jcs-2022 valid"]);
    const changed = JSON.stringify({ ...sealed, count: 4 });
    expect(await verdicts(changed, didText)).to.deep.equal(["eddsa-jcs-2022 invalid"]);
    await issuer.close();
  });
});
