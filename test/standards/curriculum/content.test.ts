import { expect } from "chai";
import {
  type Curriculum,
  loadCurriculum,
  requireCurriculum,
  scoreScenario,
  validateCurriculum,
  walkScenario,
} from "../../../src/standards/curriculum/index.js";
import { allPaths } from "./a-scenario.js";

const directory = new URL("../../../curriculum", import.meta.url).pathname;
const demonstration = { overlays: ["XA", "XB", "XC"], production: false };

describe("the content that we ship", () => {
  let curriculum: Curriculum;
  before(async () => {
    curriculum = await requireCurriculum(directory, demonstration);
  });

  it("is valid", async () => {
    expect(await validateCurriculum(directory)).to.deep.equal([]);
  });

  it("has the whole framework: 21 competencies, 10 modules, a practicum, 4 refreshers, 34 outcomes, 4 programmes", () => {
    expect(curriculum.competencies).to.have.length(21);
    expect(curriculum.modules.map((module) => module.id).join(" ")).to.equal(
      "M01 M02 M03 M04 M05 M06 M07 M08 M09 M10 P01 R01 R02 R03 R04",
    );
    expect(curriculum.modules.flatMap((module) => module.outcomes)).to.have.length(34);
    expect(curriculum.programmes.map((programme) => programme.id)).to.deep.equal([
      "hcp-induction",
      "hcp-foundation",
      "hcp-practitioner",
      "hcp-leader",
    ]);
  });

  it("has in M01 a lesson on each outcome and quizzes that draw 8 of at least 10 items", () => {
    const activities = curriculum.modules[0]?.activities ?? [];
    expect(activities.map((activity) => `${activity.outcome} ${activity.id}`)).to.deep.equal([
      "M01-O1 six-tests",
      "M01-O1 six-tests-quiz",
      "M01-O2 border-check",
      "M01-O2 bus-from-castellan",
      "M01-O3 no-excuse",
      "M01-O3 no-excuse-quiz",
    ]);
    for (const activity of activities) {
      if (activity.kind === "lesson") {
        const local = activity.texts[0].body.flatMap((part) => (part.kind === "local" ? [part.name] : []));
        expect(new Set(local)).to.deep.equal(new Set(["Arvenia", "Belmora", "Castellan"]));
        continue;
      }
      if (activity.kind !== "quiz") continue;
      const [quiz] = activity.texts;
      expect(quiz.items.length).to.be.at.least(10);
      expect(quiz).to.include({ draw: 8, pass: 0.8 });
      expect(quiz.items.filter((item) => item.kind === "multiple").length).to.be.at.least(2);
      for (const item of quiz.items) expect(item.options.length).to.be.at.least(4);
    }
  });

  it("has in M01 a scenario whose run passes only when the boy is heard", () => {
    const activity = curriculum.modules[0]?.activities.find(({ kind }) => kind === "scenario");
    if (activity?.kind !== "scenario") throw new Error("a scenario was expected");
    const [scenario] = activity.texts;
    const passed = [...allPaths(scenario)].filter((choices) => scoreScenario(scenario, choices).passed);
    expect(new Set(passed.map((choices) => walkScenario(scenario, choices).at.id))).to.deep.equal(
      new Set(["heard", "heard-not-written"]),
    );
  });

  it("has in R01 an hour's refresher: a lesson, a quiz, and a scenario that passes without a critical choice", () => {
    const module = curriculum.modules.find(({ id }) => id === "R01")!;
    expect(module.activities.map(({ kind }) => kind)).to.deep.equal(["lesson", "quiz", "scenario"]);
    expect(module.activities.reduce((sum, { minutes }) => sum + minutes, 0)).to.equal(60);
    const activity = module.activities.at(-1);
    if (activity?.kind !== "scenario") throw new Error("a scenario was expected");
    const [scenario] = activity.texts;
    const critical = ["use-it", "only-marked", "not-mine", "trade", "between-us"];
    for (const choices of allPaths(scenario)) {
      if (scoreScenario(scenario, choices).passed)
        expect(choices.some(({ optionId }) => critical.includes(optionId))).to.equal(false);
    }
  });

  it("is a draft as long as no one reviewed it, so production refuses it", async () => {
    expect(curriculum.modules.some((module) => module.reviewed)).to.equal(false);
    const loaded = await loadCurriculum(directory, { overlays: [], production: true });
    expect("findings" in loaded && loaded.findings.map(({ file, rule }) => `${file} ${rule}`)).to.deep.equal(
      ["M01", "R01"].map((id) => `core/modules/${id}/module.yaml not-reviewed`),
    );
  });

  it("marks all shipped law of jurisdictions as invented", () => {
    expect(curriculum.overlays.map((overlay) => [overlay.jurisdiction, overlay.invented])).to.deep.equal([
      ["XA", true],
      ["XB", true],
      ["XC", true],
    ]);
  });

  it("loads within 200 ms", async () => {
    const times: number[] = [];
    for (let run = 0; run < 10; run += 1) {
      // Of the processor: on a busy machine the clock would tell how long others took.
      const start = process.cpuUsage();
      await requireCurriculum(directory, demonstration);
      const { user, system } = process.cpuUsage(start);
      times.push((user + system) / 1000);
    }
    expect(Math.min(...times)).to.be.below(200);
  });
});
