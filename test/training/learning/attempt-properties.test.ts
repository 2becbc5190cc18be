import { expect } from "chai";
import fc from "fast-check";
import type { CurriculumModule } from "../../../src/standards/curriculum/index.js";
import {
  activityState,
  gradeOf,
  nextActivity,
  openRun,
  recordOf,
} from "../../../src/training/learning/rules.js";
import { demoCurriculum } from "./a-classroom.js";
import { Work } from "./work.js";

describe("a trainee's way through a module, whatever is posted in whatever order", () => {
  let m01: CurriculumModule;
  before(async () => {
    m01 = (await demoCurriculum()).modules.find(({ id }) => id === "M01")!;
  });
  const ids = ["six-tests", "six-tests-quiz", "border-check", "no-excuse", "no-excuse-quiz"];
  const act = fc.oneof(
    fc.record({ do: fc.constant("open" as const), id: fc.constantFrom(...ids) }),
    fc.record({
      do: fc.constant("read" as const),
      id: fc.constantFrom("six-tests", "border-check", "no-excuse"),
    }),
    fc.record({
      do: fc.constant("begin" as const),
      id: fc.constantFrom("six-tests-quiz", "no-excuse-quiz"),
    }),
    fc.record({
      do: fc.constant("hand-in" as const),
      id: fc.constantFrom("six-tests-quiz", "no-excuse-quiz"),
      wrong: fc.integer({ min: 0, max: 8 }),
      old: fc.boolean(),
    }),
    // A step that leads on, so that many of the ways reach the end.
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant("on" as const), wrong: fc.integer({ min: 0, max: 2 }) }),
    },
  );
  const way = fc.array(act, { maxLength: 50, size: "max" });
  type Act = typeof act extends fc.Arbitrary<infer One> ? One : never;

  const perform = (work: Work, one: Act, form: string): void => {
    work.now += 1000;
    switch (one.do) {
      case "open":
        work.open(one.id);
        break;
      case "read":
        work.read(one.id, form);
        break;
      case "begin":
        work.begin(one.id, form);
        break;
      case "hand-in": {
        const run = recordOf(work.attempt, one.id).runs?.at(one.old ? 0 : -1);
        if (run) work.handIn(one.id, one.wrong, form, run.id);
        break;
      }
      case "on": {
        const next = nextActivity(work.attempt, work.module);
        if (!next) return;
        work.open(next.id);
        if (next.kind === "lesson") work.read(next.id, form);
        else if (openRun(recordOf(work.attempt, next.id))) work.handIn(next.id, one.wrong, form);
        else work.begin(next.id, form);
      }
    }
  };

  it("the grade never falls, and is told exactly when it rises or the module ends", () => {
    fc.assert(
      fc.property(way, (acts) => {
        const work = new Work(m01);
        let grade = 0;
        for (const [index, one] of acts.entries()) {
          const told = work.events.length;
          perform(work, one, `form-${String(index)}`);
          const now = gradeOf(work.attempt, m01);
          expect(now).to.be.at.least(grade);
          const progress = work.events.slice(told).filter(({ type }) => type === "module.progressed");
          const ended = work.events.slice(told).some(({ type }) => type === "module.completed");
          expect(progress.length).to.equal(now > grade || ended ? 1 : 0);
          const types = work.events.slice(told).map(({ type }) => type);
          if (types.includes("quiz.failed")) expect(types).not.to.include("module.progressed");
          grade = now;
        }
      }),
      { numRuns: 200 },
    );
  });

  it("what is done is done in order, at most one run is open, and events stand in order", () => {
    let completed = 0;
    fc.assert(
      fc.property(way, (acts) => {
        const work = new Work(m01);
        acts.forEach((one, index) => perform(work, one, `form-${String(index)}`));
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

  it("a post that comes twice counts once", () => {
    fc.assert(
      fc.property(way, (acts) => {
        const [once, twice] = [new Work(m01), new Work(m01)];
        acts.forEach((one, index) => {
          perform(once, one, `form-${String(index)}`);
          perform(twice, one, `form-${String(index)}`);
          if (one.do === "on" || (one.do === "hand-in" && one.old)) return;
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
      fc.property(way, fc.nat(50), (acts, at) => {
        const straight = new Work(m01);
        let resumed = new Work(m01);
        acts.forEach((one, index) => {
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
