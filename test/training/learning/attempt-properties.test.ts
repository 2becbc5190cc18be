import { expect } from "chai";
import fc from "fast-check";
import type { AnyEvent } from "../../../src/foundation/events/index.js";
import type { CurriculumModule } from "../../../src/standards/curriculum/index.js";
import type { ScenarioRun } from "../../../src/training/learning/index.js";
import { activityState, gradeOf, recordOf } from "../../../src/training/learning/rules.js";
import { acts, perform } from "./acts.js";
import { demoCurriculum } from "./a-classroom.js";
import { scenarioId, withScenario } from "./a-scenario.js";
import { Work } from "./work.js";

describe("a trainee's way through a module, whatever is posted in whatever order", () => {
  let m01: CurriculumModule;
  before(async () => {
    m01 = withScenario((await demoCurriculum()).modules.find(({ id }) => id === "M01")!);
  });

  it("the grade never falls, and is told exactly when it rises or the module ends", () => {
    fc.assert(
      fc.property(acts, (way) => {
        const work = new Work(m01);
        let grade = 0;
        for (const [index, one] of way.entries()) {
          const told = work.events.length;
          perform(work, one, `form-${String(index)}`);
          const now = gradeOf(work.attempt, m01);
          expect(now).to.be.at.least(grade);
          const progress = work.events.slice(told).filter(({ type }) => type === "module.progressed");
          const ended = work.events.slice(told).some(({ type }) => type === "module.completed");
          expect(progress.length).to.equal(now > grade || ended ? 1 : 0);
          const types = work.events.slice(told).map(({ type }) => type);
          for (const silent of ["quiz.failed", "decision.made", "scenario.failed", "failed-run.debriefed"])
            if (types.includes(silent as AnyEvent["type"])) expect(types).not.to.include("module.progressed");
          grade = now;
        }
      }),
      { numRuns: 200 },
    );
  });

  it("what is done is done in order, at most one run is open, and events stand in order", () => {
    let completed = 0;
    fc.assert(
      fc.property(acts, (way) => {
        const work = new Work(m01);
        way.forEach((one, index) => perform(work, one, `form-${String(index)}`));
        const states = m01.activities.map((activity) => activityState(work.attempt, activity));
        const firstOpen = states.findIndex((state) => state !== "done");
        if (firstOpen >= 0)
          expect(states.slice(firstOpen + 1).every((state) => state === "new")).to.equal(true);
        for (const { runs = [] } of Object.values(work.attempt.activities)) {
          expect(runs.slice(0, -1).every(({ endedAt }) => endedAt !== undefined)).to.equal(true);
          expect(runs.filter(({ passed }) => passed).length).to.be.at.most(1);
        }
        const places = work.events.map(({ sequence }) => sequence);
        expect(places).to.eql([...new Set(places)].sort((a, b) => a - b));
        expect(work.types().filter((type) => type === "module.completed").length).to.equal(
          firstOpen < 0 ? 1 : 0,
        );
        expect(work.attempt.completedAt !== undefined).to.equal(firstOpen < 0);
        if (firstOpen < 0) completed += 1;
      }),
      { numRuns: 300, seed: 7 },
    );
    expect(completed, "some ways reach the end, or this shows little").to.be.above(20);
  });

  it("a scenario's runs keep their order: each ends once, is debriefed once, and only then comes the next", () => {
    const seen = { retaken: 0, done: 0 };
    fc.assert(
      fc.property(acts, (way) => {
        const work = new Work(m01);
        for (const [index, one] of way.entries()) {
          const before = work.ways();
          perform(work, one, `form-${String(index)}`);
          const after = work.ways();
          // What is chosen stays chosen, and only the newest run changes.
          before.slice(0, -1).forEach((run, place) => expect(after[place]).to.equal(run));
          const [was, is] = [before.at(-1), after[before.length - 1]];
          if (was && is) expect(is.choices.slice(0, was.choices.length)).to.eql(was.choices);
          if (was && after.length > before.length) expect(was.debriefedAt).to.be.a("number");
        }
        const ways = work.ways();
        for (const run of ways) expectToldOnce(work, run);
        expect(ways.filter(({ debriefedAt }) => debriefedAt === undefined).length).to.be.at.most(1);
        const done = recordOf(work.attempt, scenarioId).doneAt !== undefined;
        expect(done).to.equal(ways.some(({ passed, debriefedAt }) => passed && debriefedAt !== undefined));
        if (ways.length > 1) seen.retaken += 1;
        if (done) seen.done += 1;
      }),
      { numRuns: 300, seed: 7 },
    );
    expect(seen.retaken, "some are retaken, or this shows little").to.be.above(10);
    expect(seen.done, "some are done").to.be.above(10);
  });

  it("a post that comes twice counts once", () => {
    fc.assert(
      fc.property(acts, (way) => {
        const [once, twice] = [new Work(m01), new Work(m01)];
        way.forEach((one, index) => {
          perform(once, one, `form-${String(index)}`);
          perform(twice, one, `form-${String(index)}`);
          if (one.moves) return;
          twice.now -= 1000;
          perform(twice, one, `form-${String(index)}`);
        });
        expect(twice.types()).to.eql(once.types());
        expect(gradeOf(twice.attempt, m01)).to.equal(gradeOf(once.attempt, m01));
      }),
      { numRuns: 200 },
    );
  });

  it("resuming from the store at any point goes on the same", () => {
    fc.assert(
      fc.property(acts, fc.nat(50), (way, at) => {
        const straight = new Work(m01);
        let resumed = new Work(m01);
        way.forEach((one, index) => {
          if (index === at) resumed = new Work(m01, resumed);
          perform(straight, one, `form-${String(index)}`);
          perform(resumed, one, `form-${String(index)}`);
        });
        expect(resumed.attempt).to.eql(straight.attempt);
      }),
      { numRuns: 200 },
    );
  });
});

/** Its end and its debrief are told by one event each, once they came; the debrief's names the end's. */
function expectToldOnce(work: Work, run: ScenarioRun): void {
  const told = work.events.filter(({ data }) => "runId" in data && data.runId === run.id);
  const ends = told.filter(({ type }) => type === "scenario.passed" || type === "scenario.failed");
  expect(ends.map(({ id }) => id)).to.eql(run.endedAt === undefined ? [] : [run.endEventId]);
  const debriefs = told.filter(({ type }) => type.includes("debrief"));
  expect(debriefs.map(({ type, data }) => [type, "endEventId" in data && data.endEventId])).to.eql(
    run.debriefedAt === undefined
      ? []
      : [[run.passed ? "debrief.completed" : "failed-run.debriefed", run.endEventId]],
  );
}
