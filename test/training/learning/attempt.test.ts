import { expect } from "chai";
import type { CurriculumModule } from "../../../src/standards/curriculum/index.js";
import { endRun, saveAnswers, unansweredItems } from "../../../src/training/learning/quiz-steps.js";
import {
  activityState,
  gradeOf,
  isComplete,
  isOpen,
  minutesLeft,
  nextActivity,
  openRun,
  recordOf,
  runGate,
} from "../../../src/training/learning/rules.js";
import { demoCurriculum, tenant } from "./a-classroom.js";
import { withoutScenario } from "./a-scenario.js";
import { start, Work } from "./work.js";

describe("a trainee's way through a module", () => {
  let m01: CurriculumModule;
  before(async () => {
    m01 = withoutScenario((await demoCurriculum()).modules.find(({ id }) => id === "M01")!);
  });

  const quizReady = () => {
    const work = new Work(m01);
    work.read("six-tests");
    work.begin("six-tests-quiz", "begin-1");
    return work;
  };
  const failed = () => {
    const work = quizReady();
    work.handIn("six-tests-quiz", 3, "hand-in-1");
    return work;
  };

  it("begins with one event that says so, in the attempt's lane", () => {
    const { attempt, events } = new Work(m01);
    expect(attempt).to.include({ version: 1, cycle: 1, begunAt: start, moduleId: "M01", ...tenant });
    expect(events).to.have.length(1);
    expect(events[0]).to.include({ type: "module.begun", lane: attempt.id, sequence: 100, at: start });
    expect(events[0]!.data).to.include({ attemptId: attempt.id, registration: "registration-1" });
  });

  it("opens activities in order, and keeps open what was done", () => {
    const work = new Work(m01);
    expect(m01.activities.filter(({ id }) => isOpen(work.attempt, m01, id)).map(({ id }) => id)).to.eql([
      "six-tests",
    ]);
    expect(work.open("no-excuse")).to.equal("not-open");
    expect(work.read("no-excuse")).to.equal("not-open");
    expect(work.begin("six-tests-quiz", "f")).to.equal("not-open");
    expect(work.attempt.version).to.equal(1);
    work.read("six-tests");
    expect(m01.activities.filter(({ id }) => isOpen(work.attempt, m01, id)).map(({ id }) => id)).to.eql([
      "six-tests",
      "six-tests-quiz",
    ]);
    expect(work.open("six-tests")).to.equal("done");
  });

  it("shows a lesson as begun once opened and as done once continued", () => {
    const work = new Work(m01);
    const lesson = work.lesson("six-tests");
    expect(activityState(work.attempt, lesson)).to.equal("new");
    work.open("six-tests");
    expect(activityState(work.attempt, lesson)).to.equal("half");
    work.read("six-tests");
    expect(activityState(work.attempt, lesson)).to.equal("done");
    expect(minutesLeft(work.attempt, m01)).to.equal(44);
  });

  it("changes nothing when a lesson is opened a second time for no reason", () => {
    const work = new Work(m01);
    work.open("six-tests");
    const { version } = work.attempt;
    work.open("six-tests");
    expect(work.attempt.version).to.equal(version);
  });

  it("draws a run's items and keeps drafts until it is handed in", () => {
    const work = quizReady();
    const run = work.run("six-tests-quiz");
    expect(run.items).to.have.length(8);
    expect(activityState(work.attempt, work.quiz("six-tests-quiz"))).to.equal("half");
    const [[itemId, chosen]] = Object.entries(work.answers("six-tests-quiz", 0)) as [[string, string[]]];
    work.take(saveAnswers(work.attempt, work.quiz("six-tests-quiz"), run.id, { [itemId]: chosen }));
    const saved = work.run("six-tests-quiz");
    expect([...saved.answers[itemId]!].sort()).to.eql([...chosen].sort());
    expect(unansweredItems(saved)).to.have.length(7);
    expect(work.types()).to.eql(["module.begun"]);
  });

  it("keeps a single choice when two or none are sent, and leaves out what was not drawn", () => {
    const work = quizReady();
    const quiz = work.quiz("six-tests-quiz");
    const run = work.run("six-tests-quiz");
    const single = run.items.find(
      ({ itemId }) => quiz.texts[0].items.find(({ id }) => id === itemId)!.kind === "choice",
    )!;
    const [first, second] = single.options as [string, string];
    const save = (answers: Record<string, string[]>) =>
      work.take(saveAnswers(work.attempt, quiz, run.id, answers));
    save({ [single.itemId]: [first] });
    save({ [single.itemId]: [first, second] });
    save({ [single.itemId]: [] });
    save({ [single.itemId]: ["no-such-option"], "no-such-item": ["x"] });
    expect(work.run("six-tests-quiz").answers).to.eql({ [single.itemId]: [first] });
  });

  it("does not end a run with items unanswered, but saves the others", () => {
    const work = quizReady();
    const quiz = work.quiz("six-tests-quiz");
    const run = work.run("six-tests-quiz");
    const answers = Object.fromEntries(Object.entries(work.answers("six-tests-quiz", 0)).slice(0, 6));
    const what = { activity: quiz, runId: run.id, answers };
    expect(work.take(endRun(work.attempt, m01, what, { ...work.moment(), form: "f" }))).to.equal(
      "unanswered",
    );
    expect(unansweredItems(work.run("six-tests-quiz"))).to.have.length(2);
    expect(openRun(recordOf(work.attempt, quiz.id))?.id).to.equal(run.id);
    // The same form, completed: it was not taken in before, so it counts now.
    expect(work.handIn("six-tests-quiz", 0, "f")).to.equal("done");
    expect(work.run("six-tests-quiz").passed).to.equal(true);
  });

  it("tells of a passed run: each answer, the pass, the grade, in this order", () => {
    const work = quizReady();
    work.now += 90_000;
    work.handIn("six-tests-quiz", 1, "hand-in");
    const told = work.events.slice(1);
    expect(told.map(({ type }) => type)).to.eql([
      ...Array<string>(8).fill("question.answered"),
      "quiz.passed",
      "module.progressed",
    ]);
    expect(told.filter((event) => event.type === "question.answered" && !event.data.correct)).to.have.length(
      1,
    );
    expect(told[8]!.data).to.include({ scaled: 0.875, durationMs: 90_000 });
    expect(told[9]!.data).to.include({ score: 43.75, completed: false });
    expect(told.map(({ sequence }) => sequence)).to.eql(
      told.map((_, index) => work.attempt.version * 100 + index),
    );
  });

  it("tells of a failed run without a word about the grade", () => {
    const work = failed();
    expect(work.types()).to.include("quiz.failed");
    expect(work.types()).not.to.include("module.progressed");
    expect(gradeOf(work.attempt, m01)).to.equal(0);
    expect(activityState(work.attempt, work.quiz("six-tests-quiz"))).to.equal("retry");
    expect(isOpen(work.attempt, m01, "border-check")).to.equal(false);
  });

  it("opens the retake only after its lesson was opened again, even where the clock stands still", () => {
    const work = failed();
    expect(runGate(work.attempt, work.quiz("six-tests-quiz"))).to.include({
      may: "read-first",
      lessonId: "six-tests",
    });
    expect(work.begin("six-tests-quiz", "begin-2")).to.equal("read-first");
    work.open("six-tests");
    expect(work.begin("six-tests-quiz", "begin-2")).to.equal("done");
    expect(recordOf(work.attempt, "six-tests-quiz").runs).to.have.length(2);
    const [first, second] = recordOf(work.attempt, "six-tests-quiz").runs!;
    expect(second!.items).not.to.eql(first!.items);
  });

  it("lets a quiz that may be retaken at once be retaken at once", () => {
    const atOnce: CurriculumModule = {
      ...m01,
      activities: m01.activities.map((activity) =>
        activity.kind === "quiz"
          ? { ...activity, texts: [{ ...activity.texts[0], retake: "at-once" as const }] as const }
          : activity,
      ),
    };
    const work = new Work(atOnce);
    work.read("six-tests");
    work.begin("six-tests-quiz", "begin-1");
    work.handIn("six-tests-quiz", 8, "hand-in-1");
    expect(work.begin("six-tests-quiz", "begin-2")).to.equal("done");
    expect(recordOf(work.attempt, "six-tests-quiz").runs).to.have.length(2);
  });

  it("counts a form once: the same hand-in again is done, another one comes too late", () => {
    const work = failed();
    const before = work.attempt;
    expect(work.handIn("six-tests-quiz", 0, "hand-in-1")).to.equal("done");
    expect(work.handIn("six-tests-quiz", 0, "another")).to.equal("run-ended");
    expect(work.attempt).to.equal(before);
  });

  it("does not begin a second run with a start form that was taken before", () => {
    const work = failed();
    work.open("six-tests");
    work.begin("six-tests-quiz", "begin-1");
    expect(recordOf(work.attempt, "six-tests-quiz").runs).to.have.length(1);
  });

  it("does not reopen a passed quiz", () => {
    const work = quizReady();
    work.handIn("six-tests-quiz", 0, "hand-in");
    expect(work.begin("six-tests-quiz", "again")).to.equal("passed-already");
  });

  it("says of a run it does not know that it does not know it", () => {
    const work = quizReady();
    expect(work.take(saveAnswers(work.attempt, work.quiz("six-tests-quiz"), "no-such-run", {}))).to.equal(
      "run-unknown",
    );
  });

  it("completes the module once, with its grade and how long it took", () => {
    const work = quizReady();
    work.handIn("six-tests-quiz", 1, "hand-in-1");
    work.read("border-check");
    work.read("no-excuse");
    work.begin("no-excuse-quiz", "begin-2");
    work.now += 3_600_000;
    work.handIn("no-excuse-quiz", 0, "hand-in-2");
    expect(isComplete(work.attempt, m01)).to.equal(true);
    expect(work.scores()).to.eql([43.75, 93.75]);
    expect(work.events.at(-1)).to.deep.include({ type: "module.completed" });
    expect(work.events.at(-1)!.data).to.include({ durationMs: 3_600_000 });
    expect(work.attempt.completedAt).to.equal(work.now);
    expect(work.attempt.formativeUntil).to.equal(work.now + 90 * 86_400_000);
    expect(nextActivity(work.attempt, m01)).to.equal(undefined);
  });

  it("says that a module ended by a lesson is completed, although the grade did not rise", () => {
    const short: CurriculumModule = { ...m01, activities: m01.activities.slice(0, 3) };
    const work = new Work(short);
    work.read("six-tests");
    work.begin("six-tests-quiz", "begin-1");
    work.handIn("six-tests-quiz", 0, "hand-in-1");
    work.read("border-check");
    expect(work.types().slice(-2)).to.eql(["module.progressed", "module.completed"]);
    const progress = work.events.at(-2)!.data;
    expect(progress).to.include({ score: 100, completed: true });
  });
});
