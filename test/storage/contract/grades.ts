import { expect } from "chai";
import type { Course } from "../../../src/standards/lti/index.js";
import { eachTestHasAStore, newId, type MakeDatabase } from "./database.js";
import * as the from "./samples.js";
import { arvenia, atOnce, belmora } from "./samples.js";

const aCourse = (changes: Partial<Course> = {}): Course => ({
  ...{ ...arvenia, id: newId(), platformId: "platform", contextId: "c1", copiedFrom: [] },
  ...changes,
});

/** What grades, rosters and a class's page need of a store. */
export function gradesContract(make: MakeDatabase): void {
  describe("grades and classes", () => {
    const store = eachTestHasAStore(make);

    it("leases a gradebook's column to one of many who look for it, and tells all of them once it is known", async () => {
      const { lti } = store();
      const column = { ...arvenia, id: "placement M01 " };
      const asked = await atOnce(20, () => lti.leaseColumn(column, 1000, 2000));
      expect(asked.filter(({ leased }) => leased)).to.have.length(1);
      expect(await lti.leaseColumn(column, 1999, 3000)).to.deep.equal({ leased: false });
      expect(await lti.leaseColumn({ ...column, id: "another" }, 1999, 3000)).to.deep.equal({ leased: true });
      const later = await atOnce(20, () => lti.leaseColumn(column, 2000, 3000));
      expect(later.filter(({ leased }) => leased)).to.have.length(1);
      await lti.settleColumn(column.id);
      expect(await lti.leaseColumn(column, 2001, 3000)).to.deep.equal({ leased: true });
      await lti.settleColumn(column.id, "https://lms.example/items/1");
      const known = { lineItemUrl: "https://lms.example/items/1", leased: false };
      expect(await lti.leaseColumn(column, 9000, 9999)).to.deep.equal(known);
      await lti.forgetColumn(column.id, "https://lms.example/items/2");
      expect(await lti.leaseColumn(column, 9000, 9999)).to.deep.equal(known);
      await lti.forgetColumn(column.id, "https://lms.example/items/1");
      expect(await lti.leaseColumn(column, 9000, 9999)).to.deep.equal({ leased: true });
    });
    it("saves the events of a target that is new, of one of many that are", async () => {
      const { lti, outbox } = store();
      await atOnce(10, (n) => lti.saveGradeTarget(the.aGradeTarget(), [the.anEvent("lane", n)]));
      expect(await outbox.undispatched(100)).to.have.length(1);
      await lti.saveGradeTarget(the.aGradeTarget({ activityId: "quiz" }), [the.anEvent("lane", 20)]);
      expect(await outbox.undispatched(100)).to.have.length(2);
      expect(await lti.gradeTargetsOf("placement")).to.have.length(2);
      expect(await lti.gradeTargetsOf("another")).to.deep.equal([]);
    });
    it("forgets column, score and failure of a target whose link leads to another module now", async () => {
      const { lti, outbox } = store();
      const { id } = await lti.saveGradeTarget(the.aGradeTarget());
      await lti.setLineItem(id, "https://lms.example/items/1");
      await lti.reserveScoreSecond(id, 7000);
      await lti.recordScore(id, 66.5);
      await lti.setGradeFailure(id, { code: "service_refused", at: 8000 });
      const other = the.aGradeTarget({ moduleId: "M02" });
      const moved = await lti.saveGradeTarget(other, [the.anEvent("lane", 1)]);
      expect(moved).to.deep.equal({ ...other, id, lastScoreAt: 7000 });
      expect(await lti.gradeTargets("person", "M02")).to.deep.equal([moved]);
      expect(await lti.gradeTargets("person", "M01")).to.deep.equal([]);
      expect(await outbox.undispatched(100)).to.have.length(1);
    });
    it("saves the events of a target whose last score could not be sent, until one could", async () => {
      const { lti, outbox } = store();
      const { id } = await lti.saveGradeTarget(the.aGradeTarget());
      await lti.recordScore(id, 10);
      await lti.setGradeFailure(id, { code: "service_refused", at: 8000, eventId: "event-1" });
      const again = await lti.saveGradeTarget(the.aGradeTarget({ scopes: ["score", "more"] }), [
        the.anEvent("lane", 1),
      ]);
      expect(again).to.include({ id, lastScore: 10, failureCode: "service_refused", failureAt: 8000 });
      expect(again).to.include({ failureEventId: "event-1" });
      expect(await lti.saveGradeTarget(the.aGradeTarget())).to.include({ failureEventId: "event-1" });
      await lti.saveGradeTarget(the.aGradeTarget({ scopes: ["score", "more"] }));
      expect(again.scopes).to.deep.equal(["score", "more"]);
      expect(await outbox.undispatched(100)).to.have.length(1);
      await lti.setGradeFailure(id);
      const [mended] = await lti.gradeTargetsOf("placement");
      expect(mended).not.to.have.any.keys("failureCode", "failureAt", "failureEventId");
      await lti.saveGradeTarget(the.aGradeTarget(), [the.anEvent("lane", 2)]);
      expect(await outbox.undispatched(100)).to.have.length(1);
    });
    it("keeps of a course what a later launch leaves out, and when its members were read", async () => {
      const { lti } = store();
      const rosterUrl = "https://lms.example/members";
      const { id } = await lti.saveCourse(aCourse({ title: "Ethics", rosterUrl, copiedFrom: ["c0"] }));
      await lti.setRosterRead(id, 5000);
      await lti.saveCourse(aCourse());
      const kept = { id, title: "Ethics", rosterUrl, rosterReadAt: 5000, copiedFrom: ["c0"] };
      expect(await lti.course("platform", "c1")).to.deep.include(kept);
      await atOnce(10, (n) =>
        lti.saveCourse(aCourse(n % 2 === 0 ? { title: "New" } : { copiedFrom: ["c9"] })),
      );
      expect(await lti.course("platform", "c1")).to.deep.include({ title: "New", copiedFrom: ["c9"] });
    });
    it("replaces the roster of the same id", async () => {
      const { lti } = store();
      const roster = { ...arvenia, id: "course 2026-03-01", courseId: "course", takenAt: 10, members: [] };
      const members = [{ personId: "p", role: "trainee" as const, active: true }];
      await lti.addRoster(roster);
      await lti.addRoster({ ...roster, takenAt: 20, members });
      expect(await lti.rosters("course", 5)).to.deep.equal([{ ...roster, takenAt: 20, members }]);
    });
    it("finds the latest attempts of many persons at once, of this academy and module only", async () => {
      const { attempts } = store();
      for (const [personId, cycle] of [
        ["one", 1],
        ["one", 2],
        ["two", 1],
        ["three", 1],
      ] as const)
        await attempts.addAttempt(the.anAttempt({ personId, cycle }), []);
      await attempts.addAttempt(the.anAttempt({ personId: "two", moduleId: "M02" }), []);
      await attempts.addAttempt(the.anAttempt({ personId: "two", ...belmora, cycle: 7 }), []);
      const found = await attempts.findAttempts(arvenia, ["one", "two", "nobody"], "M01");
      expect(found.map(({ personId, cycle }) => [personId, cycle]).sort()).to.deep.equal([
        ["one", 2],
        ["two", 1],
      ]);
      expect(await attempts.findAttempts(arvenia, [], "M01")).to.deep.equal([]);
    });
  });
}
