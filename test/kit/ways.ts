import {
  scoreScenario,
  walkScenario,
  type Scenario,
  type ScenarioChoice,
} from "../../src/standards/curriculum/index.js";

/** A whole way through a scenario, and what it comes to. */
export interface ScenarioWay {
  readonly choices: readonly ScenarioChoice[];
  readonly scaled: number;
  readonly passed: boolean;
  /** One of its choices alone fails the run. */
  readonly critical: boolean;
}

/** Every way through a scenario. */
export function everyWay(scenario: Scenario): ScenarioWay[] {
  const from = (choices: readonly ScenarioChoice[]): ScenarioWay[] => {
    const { at } = walkScenario(scenario, choices);
    if (at.kind === "decision")
      return at.options.flatMap(({ id }) => from([...choices, { nodeId: at.id, optionId: id }]));
    const { scaled, passed, critical } = scoreScenario(scenario, choices);
    return [{ choices, scaled, passed, critical: critical.length > 0 }];
  };
  return from([]);
}

/** A shortest way that passes, or one that a critical option fails. */
export function aWay(scenario: Scenario, { pass }: { readonly pass: boolean }): ScenarioWay {
  const fitting = everyWay(scenario).filter(({ passed, critical }) => (pass ? passed : critical));
  const [way] = fitting.sort((one, other) => one.choices.length - other.choices.length);
  if (!way) throw new Error(`${scenario.title} has no way that ${pass ? "passes" : "fails"}`);
  return way;
}
