import type { Scenario, ScenarioNode, ScenarioOption } from "./model.js";
import { scoreSteps, wayTaken, type ScenarioStep } from "./scenario-run.js";

/** A scenario with more paths than these is refused: nobody could review what it says. */
export const mostPaths = 20_000;

/** A choice as it is written in content: `decision/option`. */
export const choiceName = (nodeId: string, optionId: string): string => `${nodeId}/${optionId}`;

/** What is true of a scenario as it can be played, over all of its paths. */
export interface PathFacts {
  /** There are more than `mostPaths`; the rest then tells of those alone. */
  readonly tooMany: boolean;
  /** Node id → names of the choices that can have been made when one comes there. Nodes that no path reaches are absent. */
  readonly madeBefore: ReadonlyMap<string, ReadonlySet<string>>;
  /** `decision/option#index` of each way that some path takes. */
  readonly taken: ReadonlySet<string>;
  /** `decision/option fact` where the fact comes to light by this choice on some path. */
  readonly fresh: ReadonlySet<string>;
  /** Paths with fewer or more decisions than `lengths` allows, each by the steps at which that shows. */
  readonly wrongLength: readonly (readonly ScenarioStep[])[];
  readonly somePasses: boolean;
}

interface Walk {
  readonly scenario: Scenario;
  readonly nodes: ReadonlyMap<string, ScenarioNode>;
  readonly lengths: { readonly least: number; readonly most: number };
  readonly steps: ScenarioStep[];
  readonly made: string[];
  readonly madeBefore: Map<string, Set<string>>;
  readonly taken: Set<string>;
  readonly fresh: Set<string>;
  readonly wrongLength: (readonly ScenarioStep[])[];
  paths: number;
  somePasses: boolean;
}

/** Walks every path of a scenario without loops and with no way to a node that is not there. */
export function walkAllPaths(
  scenario: Scenario,
  lengths: { readonly least: number; readonly most: number },
): PathFacts {
  const walk: Walk = {
    scenario,
    lengths,
    nodes: new Map(scenario.nodes.map((node) => [node.id, node])),
    steps: [],
    made: [],
    madeBefore: new Map(),
    taken: new Set(),
    fresh: new Set(),
    wrongLength: [],
    paths: 0,
    somePasses: false,
  };
  visit(walk, scenario.start, new Set(scenario.facts.flatMap(({ id, known }) => (known ? [id] : []))));
  return { ...walk, tooMany: walk.paths > mostPaths };
}

function visit(walk: Walk, id: string, known: ReadonlySet<string>): void {
  const node = walk.nodes.get(id);
  if (!node || walk.paths > mostPaths) return;
  const before = walk.madeBefore.get(id) ?? new Set();
  walk.madeBefore.set(id, before);
  for (const choice of walk.made) before.add(choice);
  if (node.kind === "ending") {
    endPath(walk);
    return;
  }
  // One step beyond is enough to tell; a path can't be longer than there are decisions.
  if (walk.steps.length === walk.lengths.most) walk.wrongLength.push([...walk.steps]);
  for (const option of node.options) {
    const name = choiceName(node.id, option.id);
    walk.steps.push({ decision: node, option });
    walk.made.push(name);
    const next = reveal(walk, option, name, known);
    const way = wayTaken(option, walk.steps);
    if (way) {
      walk.taken.add(`${name}#${option.ways.indexOf(way)}`);
      visit(walk, way.to, next);
    }
    walk.steps.pop();
    walk.made.pop();
  }
}

function reveal(walk: Walk, option: ScenarioOption, name: string, known: ReadonlySet<string>): Set<string> {
  const next = new Set(known);
  for (const fact of option.reveals) {
    if (!next.has(fact)) walk.fresh.add(`${name} ${fact}`);
    next.add(fact);
  }
  return next;
}

function endPath(walk: Walk): void {
  walk.paths += 1;
  if (walk.steps.length < walk.lengths.least) walk.wrongLength.push([...walk.steps]);
  walk.somePasses ||= scoreSteps(walk.steps, walk.scenario.pass).passed;
}
