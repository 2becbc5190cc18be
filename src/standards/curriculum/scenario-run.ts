import {
  rightsTests,
  type RightsTest,
  type Scenario,
  type ScenarioChoice,
  type ScenarioDecision,
  type ScenarioNode,
  type ScenarioOption,
} from "./model.js";
import { CurriculumError } from "./errors.js";

/** One decision that was made. */
export interface ScenarioStep {
  readonly decision: ScenarioDecision;
  readonly option: ScenarioOption;
}

/** Where a run stands after its choices. */
export interface ScenarioWalk {
  readonly steps: readonly ScenarioStep[];
  /** The decision to be made now, or the ending. */
  readonly at: ScenarioNode;
  /** What to read first: the last choice's consequence, then what earlier choices bring about here. */
  readonly happened: readonly string[];
  /** Known facts, the oldest first; `fresh` came to light by the last choice. */
  readonly facts: readonly { readonly id: string; readonly text: string; readonly fresh: boolean }[];
  /** The longest way on, in decisions, the one at hand included; it falls with each decision. */
  readonly decisionsLeft: number;
}

/**
 * Walks a scenario by its choices: the same choices always come to the same place.
 * @throws CurriculumError `scenario_choice_unknown` when a choice is none of the decision that is at hand
 */
export function walkScenario(scenario: Scenario, choices: readonly ScenarioChoice[]): ScenarioWalk {
  const steps: ScenarioStep[] = [];
  let at = nodeOf(scenario, scenario.start);
  for (const choice of choices) {
    const option =
      at.kind === "decision" && at.id === choice.nodeId
        ? at.options.find(({ id }) => id === choice.optionId)
        : undefined;
    if (at.kind !== "decision" || !option) throw new CurriculumError("scenario_choice_unknown");
    steps.push({ decision: at, option });
    at = nodeOf(scenario, wayTaken(option, steps)?.to);
  }
  return {
    steps,
    at,
    happened: happenedAt(at, steps),
    facts: factsAfter(scenario, steps),
    decisionsLeft: longestFrom(scenario, at),
  };
}

/** What a finished run comes to: see `Scenario rules` in docs/content.md. */
export interface ScenarioScore {
  /** The mean of all applicable ratings, (x + 2) / 4: 0 to 1. */
  readonly scaled: number;
  /** The steps with a -2 on any test: rights are not averaged. */
  readonly critical: readonly ScenarioStep[];
  readonly passed: boolean;
}

/**
 * Scores a run. One that has not come to an ending has not passed.
 * @throws CurriculumError `scenario_choice_unknown` as `walkScenario`
 */
export function scoreScenario(scenario: Scenario, choices: readonly ScenarioChoice[]): ScenarioScore {
  const { steps, at } = walkScenario(scenario, choices);
  const score = scoreSteps(steps, scenario.pass);
  return { ...score, passed: score.passed && at.kind === "ending" };
}

/** The score of steps that end at an ending; `pass` is the share that passes, 0 to 1. */
export function scoreSteps(steps: readonly ScenarioStep[], pass: number): ScenarioScore {
  const ratings = steps.flatMap(({ option }) => Object.values(option.ratings));
  const mean = ratings.reduce<number>((sum, one) => sum + one, 0) / Math.max(1, ratings.length);
  const scaled = (mean + 2) / 4;
  const critical = steps.filter(({ option }) => criticalTests(option).length > 0);
  // 0.7 must be reached by 0.7, whatever binary fractions say.
  return { scaled, critical, passed: critical.length === 0 && scaled >= pass - 1e-9 };
}

/** The tests on which an option is a serious breach. */
export function criticalTests({ ratings }: Pick<ScenarioOption, "ratings">): RightsTest[] {
  return rightsTests.filter((test) => ratings[test] === -2);
}

function nodeOf(scenario: Scenario, id: string | undefined): ScenarioNode {
  const node = scenario.nodes.find((one) => one.id === id);
  if (!node) throw new CurriculumError("scenario_choice_unknown");
  return node;
}

/** The first way whose conditions all hold after these steps, the option's own included. */
export function wayTaken(
  option: ScenarioOption,
  steps: readonly ScenarioStep[],
): ScenarioOption["ways"][number] | undefined {
  return option.ways.find(({ after }) => after.every((choice) => wasMade(choice, steps)));
}

function wasMade({ nodeId, optionId }: ScenarioChoice, steps: readonly ScenarioStep[]): boolean {
  return steps.some(({ decision, option }) => decision.id === nodeId && option.id === optionId);
}

function happenedAt(at: ScenarioNode, steps: readonly ScenarioStep[]): string[] {
  const last = steps.at(-1);
  const echoes = at.echoes.filter(({ after }) => wasMade(after, steps)).map(({ text }) => text);
  return [...(last ? [last.option.consequence] : []), ...echoes];
}

function factsAfter(scenario: Scenario, steps: readonly ScenarioStep[]): ScenarioWalk["facts"] {
  const known = new Map(scenario.facts.filter(({ known }) => known).map(({ id }) => [id, false]));
  steps.forEach(({ option }, index) => {
    for (const id of option.reveals) if (!known.has(id)) known.set(id, index === steps.length - 1);
  });
  return [...known].map(([id, fresh]) => ({
    id,
    fresh,
    text: scenario.facts.find((fact) => fact.id === id)?.text ?? "",
  }));
}

/** Over every way, whatever its conditions: so the number falls with each decision, and never rises. */
function longestFrom(scenario: Scenario, node: ScenarioNode): number {
  const known = new Map<string, number>();
  const longest = (from: ScenarioNode): number => {
    if (from.kind === "ending") return 0;
    const there = known.get(from.id);
    if (there !== undefined) return there;
    const next = new Set(from.options.flatMap(({ ways }) => ways.map(({ to }) => to)));
    const found = 1 + Math.max(0, ...[...next].map((to) => longest(nodeOf(scenario, to))));
    known.set(from.id, found);
    return found;
  };
  return longest(node);
}
