import { expect } from "chai";
import { eachTestHasAStore, type MakeDatabase } from "./database.js";
import * as the from "./samples.js";
import { arvenia, atOnce, belmora } from "./samples.js";

export function credentialsContract(make: MakeDatabase): void {
  describe("credentials", () => {
    const store = eachTestHasAStore(make);

    it("keeps a credential byte for byte as it was signed, with its event", async () => {
      const { credentials, outbox } = store();
      const record = the.aCredential();
      const event = the.anEvent("lane", 1);
      expect(await credentials.addCredential(record)).to.equal("added");
      expect(await credentials.credential(record.id)).to.deep.equal(record);
      const issued = {
        ...{ ...record, version: 2, state: "valid" as const, text: '{"a.b":"é\\u00e9","$c":1.0 }' },
        life: [{ step: "issued" as const, at: 2000 }],
      };
      expect(await credentials.saveCredential(issued, 1, [event])).to.equal("saved");
      expect(await credentials.credential(record.id)).to.deep.equal(issued);
      expect(await outbox.undispatched(10)).to.deep.equal([event]);
      await outbox.dispatch([event], []);
      expect(await outbox.undispatched(10)).to.deep.equal([]);
    });
    it("issues for one cause once, however many ask at once", async () => {
      const { credentials } = store();
      const answers = await atOnce(20, (n) => credentials.addCredential(the.aCredential({ statusIndex: n })));
      expect(answers.filter((answer) => answer === "added")).to.have.length(1);
      const found = await credentials.credentialByCause(arvenia, "entitlements/1");
      expect(found?.statusIndex).to.equal(answers.indexOf("added"));
      expect(await credentials.credentialByCause(belmora, "entitlements/1")).to.equal(undefined);
      expect(await credentials.credentialByCause(arvenia, "entitlements/2")).to.equal(undefined);
    });
    it("gives a place in a status list to one of many that want it, in whatever academy", async () => {
      const { credentials } = store();
      const answers = await atOnce(20, (n) =>
        credentials.addCredential(
          the.aCredential({ ...(n % 2 === 0 ? arvenia : belmora), cause: `cause-${n}` }),
        ),
      );
      expect(answers.filter((answer) => answer === "added")).to.have.length(1);
      const next = the.aCredential({ cause: "other", statusIndex: 8 });
      expect(await credentials.addCredential(next)).to.equal("added");
    });
    it("saves one of many changes of the same version, with its events and no others", async () => {
      const { credentials, outbox } = store();
      const record = the.aCredential();
      await credentials.addCredential(record);
      const answers = await atOnce(30, (n) =>
        credentials.saveCredential({ ...record, version: 2, text: `text-${n}` }, 1, [the.anEvent("lane", n)]),
      );
      const winner = answers.indexOf("saved");
      expect(answers.filter((answer) => answer === "saved")).to.have.length(1);
      expect((await credentials.credential(record.id))?.text).to.equal(`text-${winner}`);
      expect((await outbox.undispatched(100)).map((event) => event.sequence)).to.deep.equal([winner]);
    });
    it("never moves a credential to another academy, cause or place in the status list", async () => {
      const { credentials } = store();
      const record = the.aCredential();
      await credentials.addCredential(record);
      for (const change of [belmora, { cause: "other" }, { statusIndex: 8 }, { statusList: "north-2" }]) {
        const moved = { ...record, ...change, version: 2 };
        expect(await credentials.saveCredential(moved, 1, []), JSON.stringify(change)).to.equal("stale");
      }
    });
    it("finds a person's credentials and an academy's, the oldest first", async () => {
      const { credentials } = store();
      const records = [300, 100, 200].map((reservedAt, n) =>
        the.aCredential({
          reservedAt,
          cause: `c-${n}`,
          statusIndex: n,
          ownerId: n === 2 ? "other" : "person",
        }),
      );
      for (const record of records) await credentials.addCredential(record);
      const theirs = the.aCredential({ ...belmora, statusList: "south-1" });
      await credentials.addCredential(theirs);
      const [late, early, others] = records;
      expect(await credentials.credentialsOf(arvenia, "person")).to.deep.equal([early, late]);
      expect(await credentials.credentials(arvenia)).to.deep.equal([early, others, late]);
      expect(await credentials.credentialsOf(belmora, "person")).to.deep.equal([theirs]);
    });
    it("knows the places of one status list whose bit is set, the lowest first", async () => {
      const { credentials } = store();
      for (const statusIndex of [131_071, 5, 40, 9]) {
        const record = the.aCredential({ statusIndex, cause: `c-${statusIndex}` });
        await credentials.addCredential(record);
        if (statusIndex === 9) continue;
        const revoked = { ...record, version: 2, state: "revoked" as const, withdrawn: 1 as const };
        await credentials.saveCredential(revoked, 1, []);
      }
      await credentials.addCredential(
        the.aCredential({ cause: "x", statusList: "north-2", statusIndex: 6, withdrawn: 1 }),
      );
      expect(await credentials.withdrawnIndices("north-1")).to.deep.equal([5, 40, 131_071]);
      expect(await credentials.withdrawnIndices("north-3")).to.deep.equal([]);
    });

    it("hands out those that are due, the earliest first, page by page, until nothing is due of them", async () => {
      const { credentials } = store();
      const due = (dueAt: number, statusIndex: number, tenant = arvenia) =>
        the.aCredential({ ...tenant, cause: `due ${statusIndex}`, statusIndex, state: "valid", dueAt });
      const [last, first, other] = [due(3000, 1), due(1000, 2), due(2000, 3, belmora)];
      for (const record of [last, first, other, the.aCredential()]) await credentials.addCredential(record);
      expect(await credentials.credentialsDue(999, 10)).to.deep.equal([]);
      expect(await credentials.credentialsDue(2999, 10)).to.deep.equal([first, other]);
      expect(await credentials.credentialsDue(3000, 1)).to.deep.equal([first]);
      expect(await credentials.credentialsDue(3000, 2, first)).to.deep.equal([other, last]);
      const { dueAt, ...done } = { ...first, version: 2 };
      expect(dueAt).to.equal(1000);
      expect(await credentials.saveCredential(done, 1, [])).to.equal("saved");
      expect(await credentials.credential(first.id)).to.deep.equal(done);
      expect(await credentials.credentialsDue(3000, 10)).to.deep.equal([other, last]);
    });

    it("says which status lists are in use: those in which one was ever placed, a reserved one too", async () => {
      const { credentials } = store();
      expect(await credentials.statusListInUse("south-1")).to.equal(false);
      await credentials.addCredential(the.aCredential({ cause: "in-use", statusList: "south-1" }));
      expect(await credentials.statusListInUse("south-1")).to.equal(true);
      expect(await credentials.statusListInUse("south-2")).to.equal(false);
    });
  });
}

export function standingsContract(make: MakeDatabase): void {
  describe("standings", () => {
    const store = eachTestHasAStore(make);

    it("keeps a standing as it was saved, with its event", async () => {
      const { standings, outbox } = store();
      const modules = { "M.$01": { evidence: [{ statement: "s", at: 5 }], completedAt: 9 } };
      const standing = the.aStanding({ modules });
      const event = the.anEvent("lane", 1);
      expect(await standings.addStanding(standing, [event])).to.equal("saved");
      expect(await standings.standingOf(arvenia, "person")).to.deep.equal(standing);
      expect(await standings.standingOf(belmora, "person")).to.equal(undefined);
      expect(await outbox.undispatched(10)).to.deep.equal([event]);
    });
    it("begins one standing a person, and saves the events of the one that began", async () => {
      const { standings, outbox } = store();
      const answers = await atOnce(20, (n) => standings.addStanding(the.aStanding(), [the.anEvent("l", n)]));
      expect(answers.filter((answer) => answer === "saved")).to.have.length(1);
      const sequences = (await outbox.undispatched(100)).map((event) => event.sequence);
      expect(sequences).to.deep.equal([answers.indexOf("saved")]);
      expect(await standings.addStanding(the.aStanding(belmora), [])).to.equal("saved");
    });
    it("saves one of many changes of the same version, with its events and no others", async () => {
      const { standings, outbox } = store();
      const standing = the.aStanding();
      await standings.addStanding(standing, []);
      const outcomes = (n: number) => ({ [`outcome-${n}`]: { reachedAt: n, evidence: [] } });
      const answers = await atOnce(30, (n) =>
        standings.saveStanding({ ...standing, version: 2, outcomes: outcomes(n) }, 1, [the.anEvent("l", n)]),
      );
      const winner = answers.indexOf("saved");
      expect(answers.filter((answer) => answer === "saved")).to.have.length(1);
      expect((await standings.standingOf(arvenia, "person"))?.outcomes).to.deep.equal(outcomes(winner));
      expect((await outbox.undispatched(100)).map((event) => event.sequence)).to.deep.equal([winner]);
      const moved = { ...standing, ...belmora, version: 3 };
      expect(await standings.saveStanding(moved, 2, [])).to.equal("stale");
    });
    it("hands out the standings that fall due, of all tenants, the earliest first and page by page", async () => {
      const { standings } = store();
      const due = (dueAt: number, personId: string, tenant = arvenia) => ({
        ...the.aStanding(tenant),
        ...{ personId, dueAt },
      });
      const [late, early, other] = [due(3000, "a"), due(1000, "b"), due(2000, "c", belmora)];
      for (const one of [late, early, other]) await standings.addStanding(one, []);
      await standings.addStanding({ ...the.aStanding(), personId: "never" }, []);
      expect(await standings.standingsDue(999, 10)).to.deep.equal([]);
      expect(await standings.standingsDue(1000, 10)).to.deep.equal([early]);
      expect(await standings.standingsDue(3000, 2)).to.deep.equal([early, other]);
      expect(await standings.standingsDue(3000, 2, other)).to.deep.equal([late]);
      const { dueAt, ...done } = { ...early, version: early.version + 1 };
      expect(dueAt).to.equal(1000);
      expect(await standings.saveStanding(done, early.version, [])).to.equal("saved");
      expect(await standings.standingsDue(3000, 10)).to.deep.equal([other, late]);
    });
    it("hands out events of attempts, standings and credentials, those that wait longest first", async () => {
      const { attempts, standings, credentials, outbox } = store();
      const at = (time: number, sequence = 1) => the.anEvent(`lane-${time}`, sequence, { at: time });
      const events = [at(1000), at(2000), at(2000, 2), at(3000)];
      await attempts.addAttempt(the.anAttempt(), events.slice(0, 1));
      await standings.addStanding(the.aStanding(), events.slice(1, 3));
      const credential = the.aCredential();
      await credentials.addCredential(credential);
      await credentials.saveCredential({ ...credential, version: 2 }, 1, events.slice(3));
      expect(await outbox.undispatched(3)).to.deep.equal(events.slice(0, 3));
      await outbox.dispatch(
        events.slice(0, 3),
        events.slice(0, 3).map((event) => the.aJob("grades", event)),
      );
      expect(await outbox.undispatched(10)).to.deep.equal(events.slice(3));
      expect((await outbox.backlog()).waiting).to.equal(3);
    });
  });
}

export function holderCodesContract(make: MakeDatabase): void {
  describe("holders' codes", () => {
    const store = eachTestHasAStore(make);

    it("keeps the last code of a certificate", async () => {
      const { holderCodes } = store();
      await holderCodes.putHolderCode(the.aHolderCode());
      await holderCodes.countTry("certificate");
      const next = the.aHolderCode({ codeHash: "next", madeAt: 2000, expiresAt: 6000 });
      await holderCodes.putHolderCode(next);
      expect(await holderCodes.holderCode("certificate")).to.deep.equal(next);
      expect(await holderCodes.holderCode("another")).to.equal(undefined);
      expect(await holderCodes.takeHolderCode("certificate", "hash")).to.equal(false);
    });
    it("lets one of many that enter it at once in, and no other hash", async () => {
      const { holderCodes } = store();
      await holderCodes.putHolderCode(the.aHolderCode());
      expect(await holderCodes.takeHolderCode("certificate", "wrong")).to.equal(false);
      expect(await holderCodes.takeHolderCode("another", "hash")).to.equal(false);
      const answers = await atOnce(50, () => holderCodes.takeHolderCode("certificate", "hash"));
      expect(answers.filter(Boolean)).to.have.length(1);
      expect(await holderCodes.holderCode("certificate")).to.equal(undefined);
    });
    it("counts each of many tries at once, and none below nought", async () => {
      const { holderCodes } = store();
      await holderCodes.putHolderCode(the.aHolderCode({ triesLeft: 50 }));
      const left = await atOnce(50, () => holderCodes.countTry("certificate"));
      expect([...left].sort((one, other) => one - other)).to.deep.equal(
        Array.from({ length: 50 }, (_unused, n) => n + 1),
      );
      expect(await holderCodes.countTry("certificate")).to.equal(0);
      expect((await holderCodes.holderCode("certificate"))?.triesLeft).to.equal(0);
      expect(await holderCodes.countTry("another")).to.equal(0);
    });
    it("removes the codes that ran out, and only those", async () => {
      const { holderCodes } = store();
      for (const expiresAt of [100, 200, 300])
        await holderCodes.putHolderCode(the.aHolderCode({ id: `certificate-${expiresAt}`, expiresAt }));
      expect(await holderCodes.purgeHolderCodes(300)).to.equal(2);
      expect(await holderCodes.holderCode("certificate-200")).to.equal(undefined);
      expect((await holderCodes.holderCode("certificate-300"))?.expiresAt).to.equal(300);
    });
  });
}
