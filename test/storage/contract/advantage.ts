import { expect } from "chai";
import type { Desk, Invite } from "../../../src/foundation/directory/index.js";
import type { Connection, Course } from "../../../src/standards/lti/index.js";
import { eachTestHasAStore, newId, type MakeDatabase } from "./database.js";
import * as the from "./samples.js";
import { arvenia, atOnce, belmora } from "./samples.js";

const anInvite = (changes: Partial<Invite> = {}): Invite => ({
  ...{ ...arvenia, id: newId(), purpose: "owner", label: "an office", createdAt: 1000, expiresAt: 9000 },
  ...changes,
});

const aDesk = (id: string, expiresAt: number): Desk => ({
  ...{ ...arvenia, id, browserHash: "b", inviteId: "i", startedAt: 1, expiresAt },
});

const aCourse = (changes: Partial<Course> = {}): Course => ({
  ...{ ...arvenia, id: newId(), platformId: "platform", contextId: "c1", copiedFrom: [] },
  ...changes,
});

/** What an academy's owner, courses and limits need of a store. */
export function advantageContract(make: MakeDatabase): void {
  describe("invites and desks", () => {
    const store = eachTestHasAStore(make);

    it("lets one of many use an invite, and none when it was taken back", async () => {
      const { directory } = store();
      const [one, ended] = [anInvite(), anInvite({ createdAt: 2000 })];
      await directory.addInvite(one);
      await directory.addInvite(ended);
      const used = (await atOnce(20, (n) => directory.useInvite(one.id, 5000 + n))).filter(Boolean);
      expect(used).to.have.length(1);
      expect(await directory.endInvite(one.id, 6000)).to.equal(false);
      expect(await directory.endInvite(ended.id, 6000)).to.equal(true);
      expect(await directory.useInvite(ended.id, 7000)).to.equal(undefined);
      expect(await directory.useInvite("nobody's", 7000)).to.equal(undefined);
      expect((await directory.invites(arvenia)).map(({ id }) => id)).to.deep.equal([ended.id, one.id]);
      expect(await directory.invites(belmora)).to.deep.equal([]);
    });
    it("removes the desks that ended, and only those", async () => {
      const { directory } = store();
      for (const end of [100, 200]) await directory.addDesk(aDesk(`desk-${end}`, end));
      expect(await directory.purgeDesks(200)).to.equal(1);
      expect(await directory.desk("desk-100")).to.equal(undefined);
      expect(await directory.desk("desk-200")).to.deep.equal(aDesk("desk-200", 200));
    });
    it("keeps the last name of a person, until it runs out", async () => {
      const { directory } = store();
      const name = { ...arvenia, personId: "one", name: "Ada", expiresAt: 100 };
      await directory.savePersonName(name);
      await directory.savePersonName({ ...name, name: "Ada Meru", expiresAt: 200 });
      await directory.savePersonName({ ...name, personId: "two", expiresAt: 300 });
      expect((await directory.personNames(["one", "three"])).map((known) => known.name)).to.eql(["Ada Meru"]);
      expect(await directory.purgePersonNames(300)).to.equal(1);
      expect(await directory.personNames(["one"])).to.deep.equal([]);
    });
  });

  describe("courses, rosters and connections", () => {
    const store = eachTestHasAStore(make);

    it("agrees on one course, and brings it up to date", async () => {
      const { lti } = store();
      const seen = await atOnce(10, () => lti.saveCourse(aCourse()));
      expect(new Set(seen.map(({ id }) => id)).size).to.equal(1);
      const told = await lti.saveCourse(aCourse({ title: "Ethics", copiedFrom: ["c0"] }));
      expect(await lti.course("platform", "c1")).to.deep.equal({ ...told, id: seen[0]!.id });
      expect(await lti.course("platform", "c2")).to.equal(undefined);
    });
    it("keeps a course's rosters, the newest first", async () => {
      const { lti } = store();
      const members = [{ personId: "p", role: "trainee" as const, active: true }];
      for (const takenAt of [10, 30, 20])
        await lti.addRoster({ ...arvenia, id: newId(), courseId: "course", takenAt, members });
      expect((await lti.rosters("course", 2)).map(({ takenAt }) => takenAt)).to.deep.equal([30, 20]);
      expect(await lti.rosters("another", 2)).to.deep.equal([]);
    });
    it("saves one of many changes of the same version of a connection", async () => {
      const { lti } = store();
      const connection = (version: number, at: number): Connection => ({
        ...{ ...arvenia, platformId: "platform", version, lastLaunchAt: at, faults: [] },
      });
      expect(await atOnce(10, (n) => lti.saveConnection(connection(1, n)))).to.include(true);
      const saved = await atOnce(10, (n) => lti.saveConnection(connection(2, 100 + n)));
      expect(saved.filter(Boolean)).to.have.length(1);
      expect((await lti.connection("platform"))?.version).to.equal(2);
    });
    it("keeps a target a graded activity, with the event of the one that was added", async () => {
      const { lti, outbox } = store();
      const event = the.anEvent("lane", 1);
      const whole = await lti.saveGradeTarget(the.aGradeTarget(), [event]);
      await lti.saveGradeTarget(the.aGradeTarget(), [the.anEvent("lane", 2)]);
      const part = await lti.saveGradeTarget(the.aGradeTarget({ activityId: "quiz" }));
      expect(part.id).not.to.equal(whole.id);
      expect(await outbox.undispatched(10)).to.deep.equal([event]);
      await lti.setGradeFailure(whole.id, { code: "service_refused", at: 50 });
      const failed = await lti.saveGradeTarget(the.aGradeTarget());
      expect(failed).to.include({ failureCode: "service_refused", failureAt: 50 });
      await lti.setGradeFailure(whole.id);
      const targets = await lti.gradeTargetsOf("placement");
      expect(targets.map(({ activityId, failureCode }) => [activityId, failureCode])).to.have.deep.members([
        ["", undefined],
        ["quiz", undefined],
      ]);
    });
  });

  describe("counted requests", () => {
    const store = eachTestHasAStore(make);

    it("are all counted, however many come at once, and from one again in the next window", async () => {
      const { rates } = store();
      const counted = await atOnce(30, () => rates.countRequest("key", 1000, 5000));
      expect(counted.map(({ count }) => count).sort((a, b) => a - b)).to.deep.equal(
        Array.from({ length: 30 }, (_, n) => n + 1),
      );
      expect(await rates.countRequest("other", 1000, 5000)).to.include({ count: 1, endsAt: 6000 });
      expect(await rates.countRequest("key", 1000, 6000)).to.include({ count: 1, endsAt: 7000 });
      expect(await rates.purgeRates(7000)).to.equal(1);
    });
  });

  describe("a key", () => {
    const store = eachTestHasAStore(make);

    it("is retired once", async () => {
      const { keys } = store();
      await keys.addKey({
        ...{ ...arvenia, kid: "kid", keySet: "lti", generation: 1, alg: "RS256", publicJwk: {} },
        ...{ sealedPrivateJwk: "sealed", createdAt: 1 },
      });
      expect(await atOnce(5, () => keys.retireKey("kid", 70))).to.include(true);
      expect(await keys.retireKey("kid", 90)).to.equal(false);
      expect((await keys.keysOf(arvenia, "lti"))[0]?.retiredAt).to.equal(70);
    });
  });
}
