import { expect } from "chai";
import type { CurriculumModule, Scenario } from "../../../src/standards/curriculum/index.js";
import { activityState, gradeOf, isOpen, nextActivity } from "../../../src/training/learning/rules.js";
import { everyWay } from "../../kit/ways.js";
import { demoCurriculum } from "./a-classroom.js";
import { scenario, scenarioId, ways, withScenario } from "./a-scenario.js";
import { start, Work } from "./work.js";

describe("a run of a scenario", () => {
  let module: CurriculumModule;
  before(async () => {
    const m01 = withScenario((await demoCurriculum()).modules.find(({ id }) => id === "M01")!);
    const activities = m01.activities.filter(({ id }) =>
      ["border-check", scenarioId, "no-excuse"].includes(id),
    );
    module = { ...m01, activities };
  });

  const ready = (text?: Scenario) => {
    const own = text ? { ...module, activities: withScenario(module, text).activities } : module;
    const work = new Work(own);
    work.read("border-check");
    return work;
  };
  const ended = (choices: readonly (typeof ways.passing)[number][]) => {
    const work = ready();
    work.play(choices, "first");
    return work;
  };
  const state = (work: Work) => activityState(work.attempt, work.scenario());

  it("begins once what comes before is done, and once for a form", () => {
    const work = new Work(module);
    expect(work.startWay("early")).to.equal("not-open");
    work.read("border-check");
    expect(state(work)).to.equal("new");
    expect(work.startWay("begin")).to.equal("done");
    expect(work.startWay("begin")).to.equal("done");
    expect(work.startWay("another window"), "the run goes on").to.equal("done");
    expect(work.ways()).to.have.length(1);
    expect(state(work)).to.equal("half");
    expect(work.types()).to.eql(["module.begun"]);
  });

  it("tells of each choice with its ratings, and of nothing else before the end", () => {
    const work = ready();
    work.startWay("begin");
    work.decide(ways.passing[0]!, "one");
    expect(work.types()).to.eql(["module.begun", "decision.made"]);
    expect(work.events.at(-1)!.data).to.deep.include({
      ...{ activityId: scenarioId, runId: work.way().id, nodeId: "papers", optionId: "ask" },
      ratings: { legality: 2, accountability: 1 },
    });
  });

  it("takes no choice back: another one at the same decision changes nothing", () => {
    const work = ready();
    work.startWay("begin");
    work.decide(ways.passing[0]!, "one");
    const before = work.attempt;
    expect(work.decide({ nodeId: "papers", optionId: "grave" }, "two")).to.equal("elsewhere");
    expect(work.decide({ nodeId: "report", optionId: "write" }, "three"), "not there yet").to.equal(
      "elsewhere",
    );
    expect(work.decide(ways.passing[0]!, "one"), "the same form").to.equal("done");
    expect(work.attempt).to.equal(before);
  });

  it("asks for a choice where none, or one that there is not, was sent", () => {
    const work = ready();
    work.startWay("begin");
    const before = work.attempt;
    expect(work.decide({ nodeId: "papers" }, "none")).to.equal("unanswered");
    expect(work.decide({ nodeId: "papers", optionId: "listen" }, "of another decision")).to.equal(
      "unanswered",
    );
    expect(work.decide(ways.passing[0]!, "x", "no such run")).to.equal("run-unknown");
    expect(work.attempt).to.equal(before);
    expect(work.decide(ways.passing[0]!, "none"), "the form was not taken in").to.equal("done");
    expect(work.way().choices).to.have.length(1);
  });

  it("that passes says so with its way, and moves no grade before its debrief", () => {
    const work = ended(ways.passing);
    expect(work.types().slice(-2)).to.eql(["decision.made", "scenario.passed"]);
    const end = work.events.at(-1)!;
    expect(work.way().endEventId).to.equal(end.id);
    expect(end.data).to.deep.include({ path: ["papers", "talk", "report", "heard"], durationMs: 180_000 });
    expect(end.data).to.include({ scaled: work.way().scaled });
    expect(work.way().scaled).to.equal(0.875);
    expect(gradeOf(work.attempt, module)).to.equal(0);
    expect(state(work)).to.equal("half");
    expect(work.gate().may).to.equal("debrief");
    expect(isOpen(work.attempt, module, "no-excuse")).to.equal(false);
  });

  it("that passes is done once it is debriefed: the grade rises, and the next activity opens", () => {
    const work = ended(ways.passing);
    expect(work.hold({ saw: "The boy." }, "hold")).to.equal("done");
    expect(work.types().slice(-2)).to.eql(["debrief.completed", "module.progressed"]);
    expect(work.events.at(-2)!.data).to.include({ endEventId: work.way().endEventId });
    expect(work.events.at(-1)!.data).to.include({ score: 100, completed: false });
    expect(state(work)).to.equal("done");
    expect(nextActivity(work.attempt, module)?.id).to.equal("no-excuse");
    expect(work.gate().may).to.equal("look-back");
    expect(work.startWay("again")).to.equal("passed-already");
  });

  it("ends the module with its debrief when it comes last, and sets when its learning goes", () => {
    const work = new Work({ ...module, activities: module.activities.slice(0, 2) });
    work.read("border-check");
    work.play(ways.passing, "first");
    expect(work.attempt.completedAt).to.equal(undefined);
    work.now += 1000;
    work.hold({}, "hold");
    expect(work.types().slice(-3)).to.eql(["debrief.completed", "module.progressed", "module.completed"]);
    expect(work.attempt.formativeUntil).to.equal(work.now + 90 * 86_400_000);
  });

  for (const [name, choices] of [
    ["by a critical choice, though the mean would do", ways.critical],
    ["by its ratings alone", ways.weak],
  ] as const) {
    it(`that fails ${name} has to be debriefed before a retake, and shows nowhere else`, () => {
      const work = ended(choices);
      expect(work.types().slice(-1)).to.eql(["scenario.failed"]);
      expect(work.way().passed).to.equal(false);
      if (choices === ways.critical) expect(work.way().scaled).to.be.above(0.7);
      expect(state(work)).to.equal("half");
      const before = work.attempt;
      expect(work.startWay("retake")).to.equal("debrief-first");
      expect(work.attempt).to.equal(before);

      work.hold({}, "hold");
      expect(work.types().slice(-1)).to.eql(["failed-run.debriefed"]);
      expect(work.types()).not.to.include("module.progressed");
      expect(gradeOf(work.attempt, module)).to.equal(0);
      expect(state(work)).to.equal("retry");
      expect(work.startWay("retake")).to.equal("done");
      expect(work.ways()).to.have.length(2);
      expect(state(work)).to.equal("half");
    });
  }

  it("that has ended takes no more choices, and says so", () => {
    const work = ended(ways.weak);
    const before = work.attempt;
    expect(work.decide({ nodeId: "bags", optionId: "stop" }, "late")).to.equal("run-ended");
    expect(work.decide(ways.weak[2]!, "first-2"), "the same form").to.equal("done");
    expect(work.attempt).to.equal(before);
  });

  it("keeps what is written in its debrief as a draft until it is held, and as it is after that", () => {
    const work = ended(ways.weak);
    expect(work.write({ saw: "One.\r\nTwo.", rule: "ICCPR 2" })).to.equal("done");
    work.write({ rule: "" });
    expect(work.way().notes).to.eql({ saw: "One.\nTwo." });
    expect(work.types().slice(-1), "no event tells of it").to.eql(["scenario.failed"]);
    const same = work.attempt;
    work.write({ saw: "One.\nTwo." });
    expect(work.attempt, "nothing new to save").to.equal(same);

    work.hold({ procedure: "A second pair of eyes." }, "hold");
    const before = work.attempt;
    expect(work.way().notes).to.eql({ saw: "One.\nTwo.", procedure: "A second pair of eyes." });
    expect(work.write({ saw: "Another." })).to.equal("run-ended");
    expect(work.hold({ saw: "Another." }, "another form")).to.equal("run-ended");
    expect(work.hold({ saw: "Another." }, "hold"), "the same form").to.equal("done");
    expect(work.attempt).to.equal(before);
    expect(JSON.stringify(work.events)).not.to.include("pair of eyes").and.not.to.include("Two.");
  });

  it("keeps 4,000 characters of an answer as a browser counts them, and no half of one", () => {
    const work = ended(ways.weak);
    const lines = "x\r\n".repeat(2000);
    work.write({ saw: lines, rule: "x".repeat(3999) + "😀" });
    expect(work.way().notes!.saw).to.equal("x\n".repeat(2000).trim());
    expect(work.way().notes!.rule).to.equal("x".repeat(3999));
  });

  it("is not debriefed before its end", () => {
    const work = ready();
    work.startWay("begin");
    const before = work.attempt;
    expect(work.write({ saw: "x" })).to.equal("elsewhere");
    expect(work.hold({}, "hold")).to.equal("elsewhere");
    expect(work.hold({}, "hold", "no such run")).to.equal("run-unknown");
    expect(work.attempt).to.equal(before);
  });

  it("whose choices this version does not have is begun anew, and breaks nothing", () => {
    const work = ready();
    work.startWay("begin");
    work.decide(ways.passing[0]!, "one");
    const renamed = JSON.parse(JSON.stringify(scenario).replaceAll('"ask"', '"inquire"')) as Scenario;
    const later = ready(renamed);
    later.attempt = work.attempt;
    expect(activityState(later.attempt, later.scenario())).to.equal("half");
    expect(later.gate()).to.eql({ may: "begin" });
    expect(later.decide({ nodeId: "talk", optionId: "listen" }, "two")).to.equal("elsewhere");
    expect(later.startWay("anew")).to.equal("done");
    expect(later.ways().map(({ choices }) => choices)).to.eql([[]]);
  });

  it("comes to the same by every way, wherever it is resumed from the store", () => {
    for (const { choices, passed } of everyWay(scenario)) {
      for (const at of choices.keys()) {
        const straight = ready();
        straight.play(choices, "run");
        let work = ready();
        work.startWay("run-begin");
        choices.forEach((choice, index) => {
          if (index === at) work = new Work(module, work);
          work.now += 60_000;
          work.decide(choice, `run-${String(index)}`);
        });
        expect(work.attempt).to.eql(straight.attempt);
        expect(work.way()).to.include({ passed, startedAt: start });
      }
    }
  });
});
