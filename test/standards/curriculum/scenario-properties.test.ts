import { expect } from "chai";
import fc from "fast-check";
import {
  type Rule,
  type Scenario,
  type ScenarioChoice,
  requireCurriculum,
  scoreScenario,
  validateCurriculum,
  walkScenario,
} from "../../../src/standards/curriculum/index.js";
import { aPackage, removePackages } from "./a-package.js";
import { allPaths, withScenario } from "./a-scenario.js";
import { anyScenario, draftOf, writeScenario, type Draft } from "./any-scenario.js";

const directory = new URL("../../../curriculum", import.meta.url).pathname;

/** Everything that holds of one way through. */
function expectRules(scenario: Scenario, choices: readonly ScenarioChoice[]): void {
  const whole = walkScenario(scenario, choices);
  expect(whole.at.kind).to.equal("ending");
  expect(whole.decisionsLeft).to.equal(0);
  expect(choices.length).to.be.within(3, 6);
  expect(new Set(choices.map(({ nodeId }) => nodeId)).size).to.equal(choices.length);

  let left = Number.POSITIVE_INFINITY;
  let known: readonly string[] = [];
  choices.forEach((choice, made) => {
    const stand = walkScenario(scenario, choices.slice(0, made));
    expect(stand.at.id).to.equal(choice.nodeId);
    expect(stand.steps).to.deep.equal(whole.steps.slice(0, made));
    expect(stand.decisionsLeft).to.be.at.least(choices.length - made);
    expect(stand.decisionsLeft).to.be.below(left);
    left = stand.decisionsLeft;
    const facts = stand.facts.map(({ id }) => id);
    expect(facts.slice(0, known.length)).to.deep.equal(known);
    expect(stand.facts.flatMap(({ id, fresh }) => (fresh ? [id] : []))).to.deep.equal(
      made === 0 ? [] : facts.slice(known.length),
    );
    known = facts;
    // One who has not finished has not passed.
    expect(scoreScenario(scenario, choices.slice(0, made)).passed).to.equal(false);
  });

  const ratings = whole.steps.flatMap(({ option }) => Object.values(option.ratings));
  const { passed, critical, scaled } = scoreScenario(scenario, choices);
  const sum = ratings.reduce<number>((total, one) => total + one, 0);
  expect(scaled).to.be.closeTo(sum / ratings.length / 4 + 0.5, 1e-12);
  expect(critical.length > 0).to.equal(ratings.includes(-2));
  // In whole numbers: scaled >= pass, where pass is hundredths.
  const reached = 100 * (sum + 2 * ratings.length) >= Math.round(scenario.pass * 100) * 4 * ratings.length;
  expect(passed).to.equal(reached && !ratings.includes(-2));
}

/** A way through, chosen by a list of whole numbers. */
function pathBy(scenario: Scenario, picks: readonly number[]): ScenarioChoice[] {
  const choices: ScenarioChoice[] = [];
  for (let { at } = walkScenario(scenario, []); at.kind === "decision";) {
    const option = at.options[(picks[choices.length] ?? 0) % at.options.length];
    choices.push({ nodeId: at.id, optionId: option?.id ?? "" });
    ({ at } = walkScenario(scenario, choices));
  }
  return choices;
}

const picks = fc.array(fc.nat({ max: 11 }), { minLength: 6, maxLength: 6 });

describe("every way through every scenario that we ship", function () {
  this.timeout(30_000);
  let scenarios: readonly (readonly [id: string, scenario: Scenario])[];
  before(async () => {
    const { modules } = await requireCurriculum(directory, { overlays: [], production: false });
    scenarios = modules
      .flatMap(({ activities }) => activities)
      .flatMap((activity) =>
        activity.kind === "scenario" ? activity.texts.map((text) => [activity.id, text] as const) : [],
      );
  });

  it("ends, can be left and taken up again, and is scored by the rules", () => {
    expect(scenarios.map(([id]) => id)).to.deep.equal(["bus-from-castellan", "festival-gate"]);
    for (const [, scenario] of scenarios) {
      for (const choices of allPaths(scenario)) expectRules(scenario, choices);
    }
  });

  it("reaches every ending, and passes on some ways", () => {
    for (const [, scenario] of scenarios) {
      const paths = [...allPaths(scenario)];
      const reached = new Set(paths.map((choices) => walkScenario(scenario, choices).at.id));
      const endings = scenario.nodes.flatMap(({ kind, id }) => (kind === "ending" ? [id] : []));
      expect(reached).to.deep.equal(new Set(endings));
      const passed = paths.filter((choices) => scoreScenario(scenario, choices).passed).length;
      expect(passed).to.be.within(1, paths.length - 1);
    }
  });
});

describe("the scenario engine, over generated scenarios", () => {
  it("ends, can be left and taken up again, and scores by the rules", () => {
    fc.assert(
      fc.property(anyScenario, picks, (scenario, chosen) => {
        expectRules(scenario, pathBy(scenario, chosen));
      }),
      { numRuns: 300 },
    );
  });

  it("fails a run for one -2 on any test, whatever the rest is rated", () => {
    const tests = [
      "legality",
      "precaution",
      "necessity",
      "proportionality",
      "non-discrimination",
      "accountability",
    ] as const;
    fc.assert(
      fc.property(anyScenario, picks, fc.nat(), fc.constantFrom(...tests), (scenario, chosen, at, test) => {
        const path = pathBy(scenario, chosen);
        const critical = path[at % path.length];
        const best: Scenario = {
          ...scenario,
          pass: 0.01,
          nodes: scenario.nodes.map((node) =>
            node.kind === "ending"
              ? node
              : {
                  ...node,
                  options: node.options.map((option) => ({
                    ...option,
                    ratings:
                      node.id === critical?.nodeId && option.id === critical.optionId
                        ? { legality: 2, [test]: -2 }
                        : { legality: 2, precaution: 2, necessity: 2, accountability: 2 },
                  })),
                },
          ),
        };
        const score = scoreScenario(best, path);
        expect(score).to.include({ passed: false });
        expect(score.critical.map(({ decision }) => decision.id)).to.deep.equal([critical?.nodeId]);
      }),
    );
  });

  it("takes no choice that is not at hand", () => {
    fc.assert(
      fc.property(anyScenario, picks, fc.nat(), (scenario, chosen, at) => {
        const path = pathBy(scenario, chosen);
        const made = at % path.length;
        const before = path.slice(0, made);
        const { nodeId = "", optionId = "" } = path[made] ?? {};
        for (const wrong of [
          { nodeId, optionId: "o99" },
          { nodeId: "d9-9", optionId },
          { nodeId: "e0", optionId },
        ]) {
          expect(() => walkScenario(scenario, [...before, wrong])).to.throw("scenario_choice_unknown");
        }
        // A choice sent twice does not slide into the next decision, nor past an ending.
        const twice = [...path.slice(0, made + 1), { nodeId, optionId }];
        expect(() => walkScenario(scenario, twice)).to.throw("scenario_choice_unknown");
      }),
    );
  });
});

type Seed = (draft: Draft, at: number) => void;

const pick = <T>(items: readonly T[], at: number): T => {
  const item = items[at % items.length];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
};
const anOption = ({ decisions }: Draft, at: number): Draft["decisions"][number]["options"][number] =>
  pick(
    decisions.flatMap(({ options }) => options),
    at,
  );
const lastDecision = ({ decisions }: Draft): Draft["decisions"][number] =>
  pick(decisions, decisions.length - 1);

/** What an author may get wrong, anywhere in any scenario. */
const defects: Readonly<Record<string, readonly [Rule, Seed]>> = {
  "a way back to the beginning": [
    "scenario-loop",
    (draft, at) => {
      pick(lastDecision(draft).options, at).ways = [{ to: "d0-0", after: [] }];
    },
  ],
  "a conditional way back to the beginning": [
    "scenario-loop",
    (draft, at) => {
      pick(lastDecision(draft).options, at).ways.unshift({ to: "d0-0", after: ["d0-0/o1"] });
    },
  ],
  "a way into nothing": [
    "scenario-way-unknown",
    (draft, at) => {
      anOption(draft, at).ways = [{ to: "nothing", after: [] }];
    },
  ],
  "a decision with one option": [
    "scenario-options",
    (draft, at) => {
      pick(draft.decisions, at).options.splice(1);
    },
  ],
  "a condition on the last way": [
    "scenario-way-condition",
    (draft, at) => {
      anOption(draft, at).ways.at(-1)?.after.push("d0-0/o1");
    },
  ],
  "an ending out of reach": [
    "scenario-unreachable",
    (draft) => {
      draft.endings.push({ id: "island", title: "I", text: "I", echoes: [] });
    },
  ],
  "a decision out of reach": [
    "scenario-unreachable",
    (draft, at) => {
      draft.decisions.push({ ...structuredClone(pick(draft.decisions, at)), id: "island", echoes: [] });
    },
  ],
  "an unknown fact": ["scenario-fact-unknown", (draft, at) => anOption(draft, at).reveals.push("f99")],
  "a fact that nobody reveals": [
    "scenario-fact-unrevealed",
    (draft) => {
      draft.facts.push({ id: "f99", text: "F", known: false });
    },
  ],
  "a fact that is known already": [
    "scenario-fact-known",
    (draft, at) => anOption(draft, at).reveals.push("f-known"),
  ],
  "an echo of nothing": [
    "scenario-choice-unknown",
    (draft, at) => {
      pick([...draft.decisions, ...draft.endings], at).echoes.push({ after: "d0-0/o99", text: "E" });
    },
  ],
  "an echo of what is still to come": [
    "scenario-choice-impossible",
    (draft, at) => {
      const { id } = lastDecision(draft);
      pick(draft.decisions, at).echoes.push({ after: `${id}/o0`, text: "E" });
    },
  ],
  "a condition that can't hold": [
    "scenario-way-never",
    (draft, at) => {
      const { ways } = anOption(draft, at);
      ways.unshift({ to: ways[0]?.to ?? "", after: ["d0-0/o0", "d0-0/o1"] });
    },
  ],
  "a way that ends too soon": [
    "scenario-length",
    (draft, at) => {
      pick(draft.decisions[0]?.options ?? [], at).ways = [{ to: "e0", after: [] }];
    },
  ],
  "a rating beyond the scale": [
    "scenario-rating",
    (draft, at) => {
      anOption(draft, at).ratings["necessity"] = at % 2 === 0 ? 3 : -3;
    },
  ],
  "an option without a rating": [
    "scenario-rating",
    (draft, at) => {
      anOption(draft, at).ratings = {};
    },
  ],
  "no way that passes": [
    "scenario-no-pass",
    (draft, at) => {
      for (const option of pick(draft.decisions.slice(0, 1), at).options) option.ratings["precaution"] = -2;
    },
  ],
  "an unknown instrument": [
    "reference-unknown",
    (draft, at) => {
      anOption(draft, at).sources = [{ code: "OTHER", note: "N" }];
    },
  ],
};

describe("the validator, over generated scenarios", function () {
  this.timeout(60_000);
  after(removePackages);

  const findingsOf = async (draft: Draft): ReturnType<typeof validateCurriculum> =>
    validateCurriculum(await aPackage(withScenario(writeScenario(draft))));

  it("accepts every one that keeps to the rules, and reads what was written", async () => {
    await fc.assert(
      fc.asyncProperty(anyScenario, async (scenario) => {
        const folder = await aPackage(withScenario(writeScenario(draftOf(scenario))));
        expect(await validateCurriculum(folder)).to.deep.equal([]);
        const curriculum = await requireCurriculum(folder, { overlays: [], production: false });
        const read = curriculum.modules[0]?.activities.find(({ kind }) => kind === "scenario")?.texts[0];
        expect(draftOf(read as Scenario)).to.deep.equal(draftOf(scenario));
      }),
      { numRuns: 40 },
    );
  });

  for (const [what, [rule, seed]] of Object.entries(defects)) {
    it(`refuses ${what}, wherever it is`, async () => {
      await fc.assert(
        fc.asyncProperty(anyScenario, fc.nat(), async (scenario, at) => {
          const draft = draftOf(scenario);
          seed(draft, at);
          expect((await findingsOf(draft)).map((finding) => finding.rule)).to.include(rule);
        }),
        { numRuns: 15 },
      );
    });
  }
});
