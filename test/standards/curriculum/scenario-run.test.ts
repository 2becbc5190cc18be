import { expect } from "chai";
import {
  criticalTests,
  CurriculumError,
  requireCurriculum,
  type Scenario,
  scoreScenario,
  walkScenario,
} from "../../../src/standards/curriculum/index.js";
import { aPackage, removePackages } from "./a-package.js";
import { withScenario } from "./a-scenario.js";

/** `one/ask two/wait` as choices. */
const made = (names: string): { nodeId: string; optionId: string }[] =>
  names.split(" ").flatMap((name) => {
    const [nodeId = "", optionId = ""] = name.split("/");
    return nodeId === "" ? [] : [{ nodeId, optionId }];
  });

describe("a walk through a scenario", () => {
  let scenario: Scenario;
  before(async () => {
    const curriculum = await requireCurriculum(await aPackage(withScenario()), {
      overlays: [],
      production: false,
    });
    const activity = curriculum.modules[0]?.activities.find(({ kind }) => kind === "scenario");
    if (activity?.kind !== "scenario") throw new Error("a scenario was expected");
    [scenario] = activity.texts;
  });
  after(removePackages);

  const stand = (names: string): unknown[] => {
    const { at, happened, facts, decisionsLeft } = walkScenario(scenario, made(names));
    return [at.id, happened, facts.map(({ id, fresh }) => (fresh ? `new ${id}` : id)).join(), decisionsLeft];
  };

  it("is read with its rules and with paragraphs", () => {
    expect(scenario).to.include({
      language: "en",
      title: "At the gate",
      setting: "It is dark.\n\nIt rains.",
      pass: 0.7,
      start: "one",
    });
    expect(scenario.nodes.map(({ kind, id }) => `${kind} ${id}`)).to.deep.equal([
      "decision one",
      "decision two",
      "decision three",
      "ending good",
      "ending bad",
    ]);
    expect(scenario.nodes[0]).to.have.nested.property("options[0].sources[0].title", "A code");
    expect(scenario.nodes[0]).to.have.nested.property("options[0].sources[0].checked", true);
  });

  it("begins at the first decision, with what is known", () => {
    expect(stand("")).to.deep.equal(["one", [], "hour", 3]);
    expect(walkScenario(scenario, []).steps).to.deep.equal([]);
  });

  it("tells what a choice brings about, and marks as new what it brings to light", () => {
    expect(stand("one/ask")).to.deep.equal(["two", ["He answers."], "hour,new limp", 2]);
    expect(stand("one/ask two/wait")).to.deep.equal(["three", ["He rests."], "hour,limp", 1]);
  });

  it("lets an earlier choice come back, after what has just happened", () => {
    expect(stand("one/shout")).to.deep.equal([
      "two",
      ["He steps back.", "He does not look at you."],
      "hour",
      2,
    ]);
    expect(stand("one/ask two/search three/nothing")).to.deep.equal([
      "bad",
      ["You go home.", "His scarf lies there."],
      "hour,limp",
      0,
    ]);
  });

  it("takes the first way whose conditions hold", () => {
    expect(stand("one/ask two/search three/all")[0]).to.equal("bad");
    expect(stand("one/ask two/wait three/all")[0]).to.equal("good");
    expect(stand("one/ask two/wait three/nothing")).to.deep.equal(["bad", ["You go home."], "hour,limp", 0]);
  });

  it("refuses a choice that is not at hand", () => {
    for (const names of [
      "two/wait",
      "one/wait",
      "one/ask one/ask",
      "good/ask",
      "one/ask two/wait three/all good/x",
    ]) {
      expect(() => walkScenario(scenario, made(names)), names)
        .to.throw(CurriculumError)
        .with.property("code", "scenario_choice_unknown");
      expect(() => scoreScenario(scenario, made(names)), names).to.throw(CurriculumError);
    }
  });

  it("scores the mean of the ratings that apply", () => {
    // 2, 2, 2, 2: all there is.
    expect(scoreScenario(scenario, made("one/ask two/wait three/all"))).to.include({
      scaled: 1,
      passed: true,
    });
    // 0, -1, 2, -1: a mean of 0.
    expect(scoreScenario(scenario, made("one/shout two/wait three/nothing"))).to.include({
      scaled: 0.5,
      passed: false,
    });
  });

  it("passes at exactly the share that passes", () => {
    // 0, -1, 2, 2: a mean of 0.75, which is 0.6875.
    const path = made("one/shout two/wait three/all");
    expect(scoreScenario({ ...scenario, pass: 0.6875 }, path)).to.include({ scaled: 0.6875, passed: true });
    expect(scoreScenario({ ...scenario, pass: 0.69 }, path)).to.include({ passed: false });
    // 2, 2, 2, -1, on another scale: 0.8125 must not fail by a binary fraction.
    expect(
      scoreScenario({ ...scenario, pass: 0.8125 }, made("one/ask two/wait three/nothing")).passed,
    ).to.equal(true);
  });

  it("fails for a serious breach, and names the step", () => {
    const score = scoreScenario({ ...scenario, pass: 0.1 }, made("one/ask two/search three/all"));
    expect(score.passed).to.equal(false);
    expect(score.critical.map(({ option }) => option.id)).to.deep.equal(["search"]);
    expect(criticalTests({ ratings: { accountability: -2, legality: -2, necessity: -1 } })).to.deep.equal([
      "legality",
      "accountability",
    ]);
  });

  it("has passed only when it has come to an ending", () => {
    expect(scoreScenario(scenario, made("one/ask two/wait"))).to.include({ scaled: 1, passed: false });
    expect(scoreScenario({ ...scenario, pass: 0.1 }, [])).to.include({ scaled: 0.5, passed: false });
  });

  it("is cheap for a graph with very many ways", () => {
    const wide: Scenario = {
      ...scenario,
      start: "n0",
      nodes: [
        ...Array.from({ length: 60 }, (_, at) => ({
          kind: "decision" as const,
          id: `n${at}`,
          label: "",
          scene: "",
          question: "",
          echoes: [],
          options: ["a", "b"].map((id) => ({
            id,
            text: "",
            label: "",
            ratings: {},
            why: "",
            sources: [],
            consequence: "",
            reveals: [],
            ways: [
              { to: `n${at + 1}`, after: [{ nodeId: "n0", optionId: id }] },
              { to: `n${Math.min(60, at + 2)}`, after: [] },
            ],
          })),
        })),
        { kind: "ending", id: "n60", title: "", text: "", echoes: [] },
      ],
    };
    expect(walkScenario(wide, []).decisionsLeft).to.equal(60);
  });
});
