import type { Scenario, ScenarioChoice } from "../../../src/standards/curriculum/index.js";
import { smallPackage, type Changes } from "./a-package.js";

/** Where the small package's scenario stands. */
export const scenarioFile = "core/modules/M01/scenarios/gate.en.yaml";
const moduleFile = "core/modules/M01/module.yaml";

/** The smallest scenario that has one of everything. */
export const smallScenario = `title: At the gate
setting: >-
  It is dark.

  It rains.
facts:
  - { id: hour, text: It is nine, known: true }
  - { id: limp, text: He limps }
decisions:
  - id: one
    label: The gate
    scene: A man stands there.
    question: What now?
    options:
      - id: ask
        text: Ask him.
        label: Asked
        ratings: { legality: 2, precaution: 2 }
        why: It costs little.
        sources: [{ code: CODE, provisions: "6", note: Rule }]
        consequence: He answers.
        reveals: [limp]
        ways: [{ to: two }]
      - id: shout
        text: Shout at him.
        label: Shouted at
        ratings: { legality: 0, proportionality: -1 }
        why: It was loud.
        sources: [{ code: CODE, note: Rule }]
        consequence: He steps back.
        ways:
          - { to: two }
  - id: two
    label: The bench
    scene: He sits down.
    question: And now?
    echoes:
      - { after: one/shout, text: He does not look at you. }
    options:
      - id: wait
        text: Wait.
        label: Waited
        ratings: { necessity: 2 }
        why: Time helps.
        sources: [{ code: CODE, note: Rule }]
        consequence: He rests.
        ways:
          - { to: three, after: [one/shout] }
          - { to: three }
      - id: search
        text: Search him.
        label: Searched
        ratings: { legality: -2, accountability: 2 }
        why: There was no ground.
        sources: [{ code: CODE, note: Rule }]
        consequence: Nothing is found.
        ways: [{ to: three }]
  - id: three
    label: The log
    scene: Morning.
    question: What is written?
    options:
      - id: all
        text: All of it.
        label: All
        ratings: { accountability: 2 }
        why: It can be read.
        sources: [{ code: CODE, note: Rule }]
        consequence: You write.
        ways:
          - { to: bad, after: [two/search] }
          - { to: good }
      - id: nothing
        text: Nothing.
        label: Nothing
        ratings: { accountability: -1 }
        why: It is quick.
        sources: [{ code: CODE, note: Rule }]
        consequence: You go home.
        ways: [{ to: bad }]
endings:
  - id: good
    title: He was heard
    text: He comes in.
  - id: bad
    title: He left
    text: The gate is empty.
    echoes:
      - after: two/search
        text: His scarf lies there.
`;

/** The small package with this scenario in it, and with other changes. */
export function withScenario(text: string = smallScenario, changes: Changes = {}): Changes {
  return {
    [moduleFile]: `${smallPackage[moduleFile] ?? ""}  - { id: gate, kind: scenario, outcome: M01-O1, minutes: 9, rules: { pass: 0.7 } }\n`,
    [scenarioFile]: text,
    ...changes,
  };
}

/** All ways through, by their choices. */
export function* allPaths(scenario: Scenario): Generator<ScenarioChoice[]> {
  const nodes = new Map(scenario.nodes.map((node) => [node.id, node]));
  function* from(nodeId: string, choices: ScenarioChoice[]): Generator<ScenarioChoice[]> {
    const node = nodes.get(nodeId);
    if (node?.kind !== "decision") {
      yield choices;
      return;
    }
    for (const option of node.options) {
      const made = [...choices, { nodeId, optionId: option.id }];
      const holds = ({ nodeId, optionId }: ScenarioChoice): boolean =>
        made.some((choice) => choice.nodeId === nodeId && choice.optionId === optionId);
      const way = option.ways.find(({ after }) => after.every(holds));
      yield* from(way?.to ?? "", made);
    }
  }
  yield* from(scenario.start, []);
}
