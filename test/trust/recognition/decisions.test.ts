import { expect } from "chai";
import { days } from "../../../src/foundation/kernel/index.js";
import { parseJson, statusBit } from "../../../src/standards/vc/index.js";
import {
  anInstallation,
  board,
  didOf,
  issuerDid,
  query,
  shortAnswer,
  subject,
  terms,
  withBelmora,
  type Installation,
} from "./an-installation.js";

describe("an authority's decisions", () => {
  let here: Installation;
  beforeEach(async () => {
    here = await anInstallation();
    await withBelmora(here);
  });
  afterEach(() => here.close());

  it("are answered with what is recognised, as what, on which condition, by whom and from when to when", async () => {
    await here.recognition.grant(board, subject, terms);
    const [answer] = await here.recognition.about(query("2027-03-14T10:00:00Z"));
    const { credential, ...rest } = answer!;
    expect(rest).to.deep.equal({
      ...{ jurisdiction: "XB", name: "Belmora", answer: "yes", reason: "partial", asOf: here.clock.now() },
      authority: { did: didOf(here, "belmora"), name: "Belmoran Board of Police Education" },
      ...terms,
    });
    const served = await fetch(credential!.url, { headers: { accept: "application/vc" } });
    expect(await served.text()).to.equal(credential!.text);
  });
  it("count from their first moment up to, and without, their last", async () => {
    await here.recognition.grant(board, subject, terms);
    expect(await shortAnswer(here, "2026-12-31T23:59:59Z")).to.equal("XB no not-yet");
    expect(await shortAnswer(here, "2027-01-01T00:00:00Z")).to.equal("XB yes partial");
    expect(await shortAnswer(here, "2029-12-31T23:59:59Z")).to.equal("XB yes partial");
    expect(await shortAnswer(here, "2030-01-01T00:00:00Z")).to.equal("XB no expired");
  });
  it("of a day in the past are told apart from what was known on that day", async () => {
    const { clock, recognition } = here;
    const before = new Date(clock.now()).toISOString();
    clock.advance(days(1));
    const { id } = await recognition.grant(board, subject, terms);
    clock.advance(days(10));
    await recognition.withdraw(board, id, { reason: "the law changed" });
    clock.advance(days(1));
    // Granted on the 15th for the time from January on; withdrawn on the 25th.
    expect(await shortAnswer(here, "2027-03-03T12:00:00Z")).to.equal("XB yes partial");
    expect(await shortAnswer(here, "2027-03-03T12:00:00Z", { asKnownAt: before })).to.equal("XB no none");
    expect(await shortAnswer(here, "2027-03-26T09:00:00Z")).to.equal("XB no withdrawn");
    expect(await shortAnswer(here, "2027-03-26T09:00:00Z", { asKnownAt: "2027-03-20T00:00:00Z" })).to.equal(
      "XB yes partial",
    );
  });
  it("that refuse are no endorsement: nothing is signed, and the log has them", async () => {
    const agreement = await here.recognition.refuse(board, subject, "40 hours are missing");
    expect(await shortAnswer(here, "2027-03-14T10:00:00Z")).to.equal("XB no refused");
    expect(await here.issuing.all(agreement)).to.deep.equal([]);
    const entry = await here.log.newest("recognition-end", subject.achievementId, here.clock.now());
    expect(JSON.parse(entry!.content)).to.include({ decision: "refused", authority: didOf(here, "belmora") });
  });
  it("that withdraw set the status bit of the recognition, and both stand in the log", async () => {
    const { recognition, issuing, log, clock } = here;
    const agreement = await recognition.grant(board, subject, terms);
    const [record] = await issuing.all(agreement);
    const url = `${here.origin}/recognitions/${record!.id}`;
    const bit = async (): Promise<boolean> => {
      const list = parseJson((await issuing.local(`${here.origin}/status/${record!.statusList}`))!);
      return statusBit((list.credentialSubject as { encodedList: string }).encodedList, record!.statusIndex);
    };
    expect(await bit()).to.equal(false);
    await recognition.withdraw(board, agreement.id, { reason: "the law changed" });
    expect(await bit()).to.equal(true);
    expect(await log.newest("recognition", url, clock.now())).to.not.equal(undefined);
    const ended = await log.newest("recognition-end", url, clock.now());
    expect(JSON.parse(ended!.content)).to.include({ decision: "withdrawn", id: url, issuer: issuerDid });
  });
  it("that withdraw from a later day on leave it in force until then", async () => {
    const { recognition, issuing, clock } = here;
    const agreement = await recognition.grant(board, subject, terms);
    await recognition.withdraw(board, agreement.id, { reason: "notice", effective: clock.now() + days(30) });
    expect(await shortAnswer(here, "2027-03-20T00:00:00Z")).to.equal("XB yes partial");
    expect(await shortAnswer(here, "2027-04-13T10:00:00Z")).to.equal("XB no withdrawn");
    expect((await issuing.all(agreement)).map(({ state }) => state)).to.deep.equal(["valid"]);
    clock.advance(days(30));
    await recognition.finishAll();
    expect((await issuing.all(agreement)).map(({ state }) => state)).to.deep.equal(["revoked"]);
  });
  it("may be said again, and change nothing then", async () => {
    const { recognition, issuing } = here;
    const first = await recognition.grant(board, subject, terms);
    expect(await recognition.grant(board, subject, { ...terms })).to.deep.equal(first);
    expect(await issuing.all(first)).to.have.length(1);
    const gone = await recognition.withdraw(board, first.id, { reason: "once" });
    expect(await recognition.withdraw(board, first.id, { reason: "twice" })).to.deep.equal(gone);
    expect(gone.steps.map(({ decision }) => decision)).to.deep.equal(["granted", "withdrawn"]);
  });
  it("with other terms take the place of those before", async () => {
    const { recognition, issuing } = here;
    const agreement = await recognition.grant(board, subject, terms);
    const [before] = await issuing.all(agreement);
    await recognition.grant(board, subject, {
      ...{ ...terms, equivalence: "full", compensationMeasure: undefined },
    });
    expect(await shortAnswer(here, "2027-03-14T10:00:00Z")).to.equal("XB yes recognised");
    expect((await issuing.find(before!.id))?.state).to.equal("revoked");
  });
  it("of one version say nothing of the next, nor of another issuer's by the same address", async () => {
    const { recognition } = here;
    await recognition.grant(board, subject, terms);
    const at = Date.parse("2027-03-14T10:00:00Z");
    for (const other of [
      { achievementId: subject.achievementId.replace("v1", "v2"), issuerDid },
      { achievementId: subject.achievementId, issuerDid: "did:web:other.example:academies:northgate" },
    ]) {
      const [answer] = await recognition.about({ ...other, on: at });
      expect([answer?.answer, answer?.reason], JSON.stringify(other)).to.deep.equal(["no", "none"]);
    }
  });
  it("about one certificate go before what holds for all of its kind, and concern no other", async () => {
    const certificateId = "https://academy.example/certificates/0197b4de-0000-7000-8000-000000000001";
    await here.recognition.grant(board, { ...subject, certificateId }, terms);
    const on = "2027-03-14T10:00:00Z";
    expect(await shortAnswer(here, on)).to.equal("XB no none");
    expect(await shortAnswer(here, on, { certificateId })).to.equal("XB yes partial");
    await here.recognition.grant(board, subject, terms);
    await here.recognition.refuse(board, { ...subject, certificateId }, "this one was found to be wrong");
    expect(await shortAnswer(here, on)).to.equal("XB yes partial");
    expect(await shortAnswer(here, on, { certificateId })).to.equal("XB no refused");
  });
  it("are unknown, never yes, without a mandate under a root that the verifier chose", async () => {
    await here.recognition.grant(board, subject, terms);
    const on = "2027-03-14T10:00:00Z";
    here.roots.length = 0;
    expect(await shortAnswer(here, on)).to.equal("XB unknown mandate-missing");
    here.roots.push("did:web:another.example:authorities:root");
    expect(await shortAnswer(here, on)).to.equal("XB unknown mandate-missing");
    here.roots.push(didOf(here, "council"));
    expect(await shortAnswer(here, on)).to.equal("XB yes partial");
    expect(await shortAnswer(here, "2025-12-31T00:00:00Z")).to.equal("XB unknown mandate-missing");
  });
  it("are nobody else's to end, and not the past's", async () => {
    const { recognition, clock } = here;
    const { id } = await recognition.grant(board, subject, terms);
    await recognition.ensureAuthority({
      ...{ slug: "castellan", name: "Castellan", jurisdictionId: "XC", jurisdictionName: "Castellan" },
      demonstration: false,
    });
    const refused = await recognition
      .withdraw({ ...board, authority: "castellan" }, id, { reason: "ours is better" })
      .catch((error: unknown) => error);
    expect(refused).to.have.property("code", "recognition_unknown");
    const belmora = async (ms: number): Promise<string | undefined> =>
      (await shortAnswer(here, new Date(clock.now() + ms).toISOString())).split(";")[0];
    expect(await belmora(0)).to.equal("XB yes partial");
    await recognition.withdraw(board, id, { reason: "the law changed", effective: clock.now() - days(30) });
    expect(await belmora(-1)).to.equal("XB yes partial");
    expect(await belmora(0)).to.equal("XB no withdrawn");
  });
  it("count as long as the mandate does, and not at its last moment", async () => {
    const { recognition } = here;
    await recognition.ensureAuthority({
      ...{ slug: "dorvale", name: "Dorvale", jurisdictionId: "XD", jurisdictionName: "Dorvale" },
      demonstration: false,
    });
    const [from, until] = [Date.parse("2027-02-01T00:00:00Z"), Date.parse("2027-03-01T00:00:00Z")];
    await recognition.giveMandate("council", "dorvale", { from, until });
    await recognition.grant({ ...board, authority: "dorvale" }, subject, terms);
    const dorvale = async (on: number): Promise<string> =>
      (await shortAnswer(here, new Date(on).toISOString())).replace(/.*(XD)/s, "$1");
    expect(await dorvale(from - 1)).to.equal("XD unknown mandate-missing");
    expect(await dorvale(from)).to.equal("XD yes partial");
    expect(await dorvale(until - 1)).to.equal("XD yes partial");
    expect(await dorvale(until)).to.equal("XD unknown mandate-missing");
  });
  it("are not asked for where the issuer is the jurisdiction's own", async () => {
    await here.recognition.grant(board, subject, terms);
    const from = Date.parse("2027-01-01T00:00:00Z");
    await here.recognition.listIssuer("belmora", { did: issuerDid, name: "Northgate", from });
    expect(await shortAnswer(here, "2027-03-14T10:00:00Z")).to.equal("");
    await here.recognition.unlistIssuer("belmora", issuerDid, Date.parse("2027-02-01T00:00:00Z"));
    expect(await shortAnswer(here, "2027-03-14T10:00:00Z")).to.equal("XB yes partial");
    expect(await shortAnswer(here, "2027-01-31T10:00:00Z")).to.equal("");
  });
  it("are refused when their terms contradict each other, and then nothing is there", async () => {
    const without = { ...terms, compensationMeasure: undefined };
    for (const wrong of [
      without,
      { ...terms, equivalence: "full" },
      { ...terms, equivalence: "most" },
      { ...terms, until: terms.from },
      { ...terms, recognisedAs: " " },
      { ...terms, legalBasis: "line\nbreak" },
    ]) {
      const failed = await here.recognition.grant(board, subject, wrong).then(
        () => "granted",
        (error: unknown) => (error as { code: string }).code,
      );
      expect(failed, JSON.stringify(wrong)).to.equal("recognition_malformed");
    }
    expect(await here.recognition.agreements("belmora")).to.deep.equal([]);
  });
  it("that a crash left half done are completed, once", async () => {
    const { recognition, storage, issuing, log } = here;
    const { academyId, jurisdictionId } = (await recognition.authorities()).find(
      ({ slug }) => slug === "belmora",
    )!;
    await storage.recognition.addAgreement({
      ...{ ...subject, academyId, jurisdictionId, id: here.newId(), version: 1, subject: "s", unfinished: 1 },
      steps: [
        {
          ...{ id: here.newId(), at: here.clock.now(), decidedBy: "Board", decision: "granted" },
          terms: { ...terms, equivalence: "full", from: terms.from, until: terms.until! } as never,
        },
      ],
    });
    await recognition.finishAll();
    await recognition.finishAll();
    const [record, ...more] = await issuing.all({ academyId, jurisdictionId });
    expect(more).to.deep.equal([]);
    const url = `${here.origin}/recognitions/${record!.id}`;
    expect(await log.newest("recognition", url, here.clock.now())).to.not.equal(undefined);
    expect(await storage.recognition.unfinishedAgreements()).to.deep.equal([]);
  });
});
