import fc from "fast-check";
import { stringify } from "yaml";
import {
  rightsTests,
  type Rating,
  type RightsTest,
  type Scenario,
  type ScenarioChoice,
  type ScenarioDecision,
  type ScenarioEnding,
} from "../../../src/standards/curriculum/index.js";

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Way = ScenarioDecision["options"][number]["ways"][number];

interface Plan {
  /** Decisions side by side, a layer each; the first layer has one. */
  readonly layers: readonly number[];
  readonly endings: number;
  /** Options of each decision that lead into the next layer. */
  readonly options: number;
  /** The layers from which a further option leads straight to an ending. */
  readonly exits: readonly boolean[];
  /** Per decision: its ways lead elsewhere after `turning`. */
  readonly turns: readonly boolean[];
  readonly ratings: readonly Readonly<Partial<Record<RightsTest, Rating>>>[];
  readonly reveals: readonly boolean[];
}

const rating = fc.constantFrom<Rating>(-2, -1, 0, 1, 2);
const ratings = fc
  .subarray([...rightsTests], { minLength: 1 })
  .chain((tests) =>
    fc
      .array(rating, { minLength: tests.length, maxLength: tests.length })
      .map((values) => Object.fromEntries(tests.map((test, at) => [test, values[at] ?? 0]))),
  );
const manyOf = <T>(one: fc.Arbitrary<T>, length: number): fc.Arbitrary<T[]> =>
  fc.array(one, { minLength: length, maxLength: length });

const plans: fc.Arbitrary<Plan> = fc.record({
  layers: fc
    .array(fc.integer({ min: 1, max: 2 }), { minLength: 2, maxLength: 5 })
    .map((others) => [1, ...others]),
  endings: fc.integer({ min: 1, max: 2 }),
  options: fc.integer({ min: 2, max: 3 }),
  exits: manyOf(fc.boolean(), 6),
  turns: manyOf(fc.boolean(), 12),
  ratings: manyOf(ratings, 12),
  reveals: manyOf(fc.boolean(), 6),
});

/** The one choice on which conditions and echoes of a generated scenario hang. */
const turning: ScenarioChoice = { nodeId: "d0-0", optionId: "o0" };

/**
 * Any scenario that keeps to the rules. Every decision reaches the whole next layer, with the turning choice and
 * without it, so nothing is out of reach; the last option of each is rated 2 throughout, so some way passes.
 */
export const anyScenario: fc.Arbitrary<Scenario> = plans.map((plan) => {
  const nodes = plan.layers.flatMap((width, layer) =>
    Array.from({ length: width }, (_, at) => decision(plan, layer, at)),
  );
  const endings = Array.from({ length: plan.endings }, (_, at): ScenarioEnding => ({
    kind: "ending",
    id: `e${at}`,
    title: "It ends",
    text: "Quiet.",
    echoes: [],
  }));
  return {
    language: "en",
    title: "Any",
    setting: "Somewhere.",
    pass: 0.7,
    start: "d0-0",
    facts: [
      { id: "f-known", text: "Known", known: true },
      ...plan.layers.flatMap((_, layer) =>
        plan.reveals[layer] ? [{ id: `f${layer}`, text: `Fact ${layer}`, known: false }] : [],
      ),
    ],
    nodes: [...nodes, ...endings],
  };
});

function decision(plan: Plan, layer: number, at: number): ScenarioDecision {
  const next = plan.layers[layer + 1];
  const width = next ?? plan.endings;
  const target = (n: number): string => (next === undefined ? `e${n % width}` : `d${layer + 1}-${n % width}`);
  // From its second layer on, the turning choice leads everywhere.
  const turns = layer > 1 && plan.turns[layer * 2 + at] === true;
  const option = (n: number, ways: Way[]): ScenarioDecision["options"][number] => ({
    id: `o${n}`,
    text: `Option ${n}`,
    label: `${n}`,
    ratings: n === plan.options - 1 ? { legality: 2 } : (plan.ratings[(layer * 3 + at + n) % 12] ?? {}),
    why: "Because.",
    sources: [],
    consequence: `After ${layer}-${at}-${n}.`,
    reveals: n === 0 && plan.reveals[layer] ? [`f${layer}`] : [],
    ways,
  });
  const onward = Array.from({ length: plan.options }, (_, n) =>
    option(n, [...(turns ? [{ to: target(n + 1), after: [turning] }] : []), { to: target(n), after: [] }]),
  );
  const leaves = layer >= 2 && plan.exits[layer] === true;
  return {
    kind: "decision",
    id: `d${layer}-${at}`,
    label: "Here",
    scene: "A scene.",
    question: "What now?",
    echoes: turns ? [{ after: turning, text: "It comes back." }] : [],
    options: leaves ? [...onward, option(plan.options, [{ to: "e0", after: [] }])] : onward,
  };
}

/** A scenario as its author would write it. */
export type Draft = ReturnType<typeof draftOf>;
type Option = Scenario["nodes"][number] extends infer N
  ? N extends ScenarioDecision
    ? N["options"][number]
    : never
  : never;

const nameOf = ({ nodeId, optionId }: ScenarioChoice): string => `${nodeId}/${optionId}`;

function draftOption({ id, text, label, why, consequence, ways, ratings: rated, reveals }: Option) {
  return {
    id,
    text,
    label,
    why,
    consequence,
    ratings: { ...rated } as Record<string, number>,
    reveals: [...reveals],
    sources: [{ code: "CODE", note: "Rule" }],
    ways: ways.map(({ to, after }) => ({ to, after: after.map(nameOf) })),
  };
}

export function draftOf(scenario: Scenario) {
  const echoesOf = (echoes: ScenarioEnding["echoes"]): { after: string; text: string }[] =>
    echoes.map(({ after, text }) => ({ after: nameOf(after), text }));
  return {
    title: scenario.title,
    setting: scenario.setting,
    facts: scenario.facts.map((fact): Writable<typeof fact> => ({ ...fact })),
    decisions: scenario.nodes.flatMap((node) => {
      if (node.kind === "ending") return [];
      const { id, label, scene, question, echoes, options } = node;
      return [{ id, label, scene, question, echoes: echoesOf(echoes), options: options.map(draftOption) }];
    }),
    endings: scenario.nodes.flatMap((node) =>
      node.kind === "ending"
        ? [{ id: node.id, title: node.title, text: node.text, echoes: echoesOf(node.echoes) }]
        : [],
    ),
  };
}

export const writeScenario = (draft: Draft): string => stringify(draft, { aliasDuplicateObjects: false });
