import { expect } from "chai";
import type { CurriculumModule } from "../../../src/standards/curriculum/index.js";
import { trimAttempt, type Attempt } from "../../../src/training/learning/index.js";
import { activityState, gradeOf } from "../../../src/training/learning/rules.js";
import { isTrimmed } from "../../../src/training/learning/trim.js";
import { demoCurriculum } from "./a-classroom.js";
import { scenarioId, withScenario } from "./a-scenario.js";
import { Work } from "./work.js";

describe("what stays of an attempt after its time", () => {
  const way = { startedAt: 1, endedAt: 2, endEventId: "end", debriefedAt: 3, notes: { saw: "what I wrote" } };
  const choices = [{ nodeId: "papers", optionId: "ask", at: 1 }];
  let m01: CurriculumModule;
  let whole: Attempt;
  let after: Attempt;
  before(async () => {
    m01 = withScenario((await demoCurriculum()).modules.find(({ id }) => id === "M01")!);
    const work = new Work(m01);
    work.read("six-tests");
    work.begin("six-tests-quiz", "begin-1");
    work.handIn("six-tests-quiz", 8, "hand-in-1");
    work.now += 1000;
    work.open("six-tests");
    work.begin("six-tests-quiz", "begin-2");
    work.handIn("six-tests-quiz", 1, "hand-in-2");
    const ways = [
      { ...way, id: "way-1", choices, scaled: 0.2, passed: false },
      { ...way, id: "way-2", choices, scaled: 0.9, passed: true },
    ];
    const activities = { ...work.attempt.activities, [scenarioId]: { openedAt: 1, doneAt: 3, ways } };
    whole = { ...work.attempt, activities, completedAt: 4, formativeUntil: 5 };
    after = trimAttempt(whole);
  });

  it("is one version higher and is not due again", () => {
    expect(after.version).to.equal(whole.version + 1);
    expect(after).not.to.have.property("formativeUntil");
    expect(after.completedAt).to.equal(4);
  });

  it("keeps what was done and the score of each passed run", () => {
    expect(gradeOf(after, m01)).to.equal(gradeOf(whole, m01)).and.to.be.above(0);
    for (const activity of m01.activities)
      expect(activityState(after, activity)).to.equal(activityState(whole, activity));
    const { runs } = after.activities["six-tests-quiz"]!;
    expect(runs!.map(({ scaled, passed }) => [scaled, passed])).to.eql([[0.875, true]]);
    expect(after.activities[scenarioId]!.ways!.map(({ id, endEventId }) => [id, endEventId])).to.eql([
      ["way-2", "end"],
    ]);
  });

  it("holds no answer, no item, no choice, no word of a debrief, and nothing of a run that was not passed", () => {
    const text = JSON.stringify(after);
    const run = whole.activities["six-tests-quiz"]!.runs![0]!;
    for (const gone of [
      "what I wrote",
      "papers",
      "way-1",
      run.id,
      ...run.items.map(({ itemId }) => itemId),
    ]) {
      expect(JSON.stringify(whole)).to.include(`"${gone}"`);
      expect(text).not.to.include(`"${gone}"`);
    }
    expect(after.activities["six-tests"]).not.to.have.property("lastOpenedAt");
  });

  it("can be told from what is whole", () => {
    expect(isTrimmed(after.activities["six-tests-quiz"]!.runs![0]!)).to.equal(true);
    expect(isTrimmed(after.activities[scenarioId]!.ways![0]!)).to.equal(true);
    expect(isTrimmed(whole.activities["six-tests-quiz"]!.runs![1]!)).to.equal(false);
    expect(isTrimmed({ choices: [] }), "a way that has only begun").to.equal(false);
  });

  it("comes to the same when it is done twice", () => {
    expect(trimAttempt(after)).to.eql({ ...after, version: after.version + 1 });
  });
});
