import { expect } from "chai";
import { days, hours, minutes } from "../../../src/foundation/kernel/index.js";
import {
  anInstallation,
  board,
  didOf,
  shortAnswer,
  subject,
  terms,
  withBelmora,
  type Installation,
} from "./an-installation.js";

const on = "2027-03-14T10:00:00Z";

describe("two installations", () => {
  let belmora: Installation;
  let arvenia: Installation;
  beforeEach(async () => {
    belmora = await anInstallation();
    arvenia = await anInstallation({ clock: belmora.clock });
    await withBelmora(belmora);
    arvenia.roots.push(didOf(belmora, "council"));
    await arvenia.recognition.addPartner({
      ...{ url: belmora.origin, jurisdictionId: "XB", jurisdictionName: "Belmora" },
    });
  });
  afterEach(() => Promise.all([arvenia.close(), belmora.close()]));

  /** What the wire makes of Belmora's list. */
  const rewrite = (change: (list: Record<string, unknown>) => void): void => {
    arvenia.wire.fetched = (url, text) => {
      if (!url.endsWith("/recognitions.json") || text === undefined) return text;
      const document = JSON.parse(text) as { lists: Record<string, unknown>[] };
      for (const list of document.lists) change(list);
      return JSON.stringify(document);
    };
  };

  it("answer alike after a pull, and with the same signed recognition", async () => {
    await belmora.recognition.grant(board, subject, terms);
    expect(await shortAnswer(arvenia, on)).to.equal("XB unknown unreachable");
    const [partner] = await arvenia.recognition.pull();
    expect(partner?.failure).to.equal(undefined);
    expect(await shortAnswer(arvenia, on)).to.equal("XB yes partial");
    const asked = { achievementId: subject.achievementId, issuerDid: subject.issuerDid, on: Date.parse(on) };
    const [[there], [here]] = [
      await belmora.recognition.about(asked),
      await arvenia.recognition.about(asked),
    ];
    expect(here).to.deep.equal(there);
  });
  it("tell a withdrawal with the next pull, and what was known before it", async () => {
    const { id } = await belmora.recognition.grant(board, subject, terms);
    await arvenia.recognition.pull();
    const before = new Date(arvenia.clock.now()).toISOString();
    belmora.clock.advance(hours(1));
    await belmora.recognition.withdraw(board, id, { reason: "the law changed" });
    const later = "2027-03-14T11:30:00Z";
    expect(await shortAnswer(arvenia, later)).to.equal("XB yes partial");
    await arvenia.recognition.pull();
    expect(await shortAnswer(arvenia, later)).to.equal("XB no withdrawn");
    expect(await shortAnswer(arvenia, later, { asKnownAt: before })).to.equal("XB yes partial");
    expect(await shortAnswer(arvenia, on)).to.equal("XB yes partial");
  });
  it("know that nothing was recognised, or that it was refused, from a fresh list", async () => {
    await arvenia.recognition.pull();
    expect(await shortAnswer(arvenia, on)).to.equal("XB no none");
    await belmora.recognition.refuse(board, subject, "hours are missing");
    belmora.clock.advance(hours(1));
    await arvenia.recognition.pull();
    expect(await shortAnswer(arvenia, "2027-03-14T11:00:00Z")).to.equal("XB no refused");
  });
  it("go on with the last list while it holds, and say unknown with its age after that", async () => {
    await belmora.recognition.grant(board, subject, terms);
    await arvenia.recognition.pull();
    const pulledAt = arvenia.clock.now();
    await belmora.goDark();
    arvenia.clock.advance(hours(23));
    const [partner] = await arvenia.recognition.pull();
    expect(partner?.failure).to.equal("unreachable");
    expect(await shortAnswer(arvenia, on)).to.equal("XB yes partial");
    arvenia.clock.advance(hours(1));
    const asked = { achievementId: subject.achievementId, issuerDid: subject.issuerDid, on: Date.parse(on) };
    const [answer] = await arvenia.recognition.about(asked);
    expect(answer).to.include({ answer: "unknown", reason: "unreachable", asOf: pulledAt });
    // What was known while it held is known to have been known.
    const known = { asKnownAt: new Date(pulledAt + hours(2)).toISOString() };
    expect(await shortAnswer(arvenia, on, known)).to.equal("XB yes partial");
  });
  it("say stale when nobody pulled for too long", async () => {
    await belmora.recognition.grant(board, subject, terms);
    await arvenia.recognition.pull();
    arvenia.clock.advance(days(2));
    expect(await shortAnswer(arvenia, on)).to.equal("XB unknown stale");
    await arvenia.recognition.pull();
    expect(await shortAnswer(arvenia, on)).to.equal("XB yes partial");
  });
  it("keep one list while nothing changes", async () => {
    await belmora.recognition.grant(board, subject, terms);
    for (let hour = 0; hour < 5; hour += 1) {
      await arvenia.recognition.pull();
      arvenia.clock.advance(hours(1));
    }
    const [partner] = await arvenia.recognition.partners();
    const [list] = await arvenia.storage.recognition.newestLists(partner!.id, arvenia.clock.now());
    expect(list).to.include({ version: 5, pulledAt: Date.parse("2027-03-14T10:00:00Z") });
  });
  it("take no list that was changed on the way, and stay with what they had", async () => {
    await belmora.recognition.grant(board, subject, terms);
    await arvenia.recognition.pull();
    rewrite((list) => {
      list.decisions = [];
    });
    arvenia.clock.advance(hours(1));
    expect((await arvenia.recognition.pull())[0]?.failure).to.equal("unverified");
    expect(await shortAnswer(arvenia, on)).to.equal("XB yes partial");
  });
  it("take no older list than they have: a withdrawal can't be hidden by one", async () => {
    const { id } = await belmora.recognition.grant(board, subject, terms);
    const old = await (await fetch(`${belmora.origin}/recognitions.json`)).text();
    belmora.clock.advance(hours(1));
    await belmora.recognition.withdraw(board, id, { reason: "the law changed" });
    await arvenia.recognition.pull();
    arvenia.wire.fetched = (url, text) => (url.endsWith("/recognitions.json") ? old : text);
    expect((await arvenia.recognition.pull())[0]?.failure).to.equal("replayed");
    expect(await shortAnswer(arvenia, "2027-03-14T12:00:00Z")).to.equal("XB no withdrawn");
  });
  it("take no list that is over, or whose time is to come by more than clocks differ", async () => {
    await belmora.recognition.grant(board, subject, terms);
    const old = await (await fetch(`${belmora.origin}/recognitions.json`)).text();
    const [{ validUntil }] = (JSON.parse(old) as { lists: [{ validUntil: string }] }).lists;
    const early = Date.parse(validUntil) - arvenia.clock.now();
    arvenia.clock.advance(early);
    arvenia.wire.fetched = (url, text) => (url.endsWith("/recognitions.json") ? old : text);
    expect((await arvenia.recognition.pull())[0]?.failure).to.equal("replayed");
    arvenia.clock.advance(-early - minutes(5) - 1000);
    expect((await arvenia.recognition.pull())[0]?.failure).to.equal("replayed");
    arvenia.clock.advance(1000);
    expect((await arvenia.recognition.pull())[0]?.failure).to.equal(undefined);
  });
  it("never let a partner speak for an authority elsewhere", async () => {
    const elsewhere = await anInstallation({ clock: belmora.clock });
    try {
      await withBelmora(elsewhere);
      await elsewhere.recognition.grant(board, subject, terms);
      const theirs = await (await fetch(`${elsewhere.origin}/recognitions.json`)).text();
      arvenia.roots.push(didOf(elsewhere, "council"));
      arvenia.wire.fetched = (url, text) => (url === `${belmora.origin}/recognitions.json` ? theirs : text);
      expect((await arvenia.recognition.pull())[0]?.failure).to.equal("unverified");
      expect(await shortAnswer(arvenia, on)).to.equal("XB unknown unverified");
    } finally {
      await elsewhere.close();
    }
  });
  it("never let a partner speak for another jurisdiction", async () => {
    await belmora.recognition.ensureAuthority({
      ...{ slug: "castellan", name: "Castellan", jurisdictionId: "XC", jurisdictionName: "Castellan" },
      demonstration: false,
    });
    await belmora.recognition.giveMandate("council", "castellan", { from: terms.from });
    await belmora.recognition.grant({ ...board, authority: "castellan" }, subject, terms);
    await arvenia.recognition.pull();
    expect(await shortAnswer(arvenia, on)).to.equal("XB no none");
  });
  it("ask for the mandate under their own roots, not under the partner's", async () => {
    await belmora.recognition.grant(board, subject, terms);
    arvenia.roots.length = 0;
    await arvenia.recognition.pull();
    expect(await shortAnswer(arvenia, on)).to.equal("XB unknown mandate-missing");
    expect(await shortAnswer(belmora, on)).to.equal("XB yes partial");
  });
  it("take what an authority signed before its keys changed, when its list of today has it", async () => {
    await belmora.recognition.grant(board, subject, terms);
    const owner = (await belmora.recognition.authorities()).find(({ slug }) => slug === "belmora")!;
    belmora.clock.advance(hours(1));
    await belmora.rotation.rotate({ tenant: owner, keySet: "recognition", alg: "EdDSA" }, true);
    await arvenia.recognition.pull();
    expect(await shortAnswer(arvenia, on)).to.equal("XB yes partial");
  });
  it("take no list that a retired key signed", async () => {
    await belmora.recognition.grant(board, subject, terms);
    const old = await (await fetch(`${belmora.origin}/recognitions.json`)).text();
    const owner = (await belmora.recognition.authorities()).find(({ slug }) => slug === "belmora")!;
    belmora.clock.advance(hours(1));
    await belmora.rotation.rotate({ tenant: owner, keySet: "recognition", alg: "EdDSA" }, true);
    arvenia.wire.fetched = (url, text) => (url.endsWith("/recognitions.json") ? old : text);
    expect((await arvenia.recognition.pull())[0]?.failure).to.equal("unverified");
    expect(await shortAnswer(arvenia, on)).to.equal("XB unknown unverified");
  });
});
