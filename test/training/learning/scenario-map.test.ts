import { expect } from "chai";
import fc from "fast-check";
import type { Scenario } from "../../../src/standards/curriculum/index.js";
import { mapOfScenario } from "../../../src/training/learning/scenario-map.js";
import { scenario } from "./a-scenario.js";

const way = ["papers", "talk", "report", "heard"];

/** Scenarios of two to six columns of one to three decisions, each option leading to some later column. */
const graphs = fc
  .tuple(
    fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 5 }),
    fc.integer({ min: 1, max: 4 }),
    fc.infiniteStream(fc.nat(1000)),
  )
  .map(([sizes, endings, picks]): Scenario => {
    const pick = (most: number): number => (picks.next().value ?? 0) % most;
    const columns = [
      ["start"],
      ...sizes.map((size, at) => Array.from({ length: size }, (_, row) => `d${String(at)}-${String(row)}`)),
      Array.from({ length: endings }, (_, row) => `e${String(row)}`),
    ];
    const [node] = scenario.nodes;
    if (node?.kind !== "decision") throw new Error("the first node is a decision");
    const leads = new Map<string, Set<string>>();
    const lead = (from: string, to: string) => leads.set(from, (leads.get(from) ?? new Set()).add(to));
    columns.slice(1).forEach((column, at) => {
      for (const id of column) lead(columns[at]![pick(columns[at]!.length)]!, id);
    });
    columns.slice(0, -1).forEach((column, at) => {
      const later = columns.slice(at + 1).flat();
      for (const id of column)
        for (let more = pick(2) + 1; more > 0; more -= 1) lead(id, later[pick(later.length)]!);
    });
    const nodes = columns.flat().map((id) => {
      const to = [...(leads.get(id) ?? [])];
      if (to.length === 0) return { kind: "ending" as const, id, title: `End ${id}`, text: "", echoes: [] };
      const options = to.map((one) => ({ ...node.options[0]!, id: one, ways: [{ to: one, after: [] }] }));
      return { ...node, id, label: `A rather long label of ${id}`, options };
    });
    return { ...scenario, start: "start", nodes };
  });

/** A way from the start, by the options that `pick` takes. */
function walk({ nodes, start }: Scenario, pick: number): string[] {
  const visited = [start];
  for (;;) {
    const node = nodes.find(({ id }) => id === visited.at(-1))!;
    if (node.kind === "ending") return visited;
    visited.push(node.options[pick % node.options.length]!.ways[0]!.to);
  }
}

describe("the map of a scenario", () => {
  it("stands each decision after all that can lead to it, and all endings at the end", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const { nodes, edges } = mapOfScenario(graph, []);
        const at = new Map(nodes.map((node) => [node.id, node]));
        for (const { from, to } of edges) expect(at.get(from)!.x).to.be.below(at.get(to)!.x);
        const endings = nodes.filter(({ kind }) => kind === "ending");
        expect(new Set(endings.map(({ x }) => x)).size).to.equal(1);
        const most = Math.max(...nodes.map(({ x }) => x));
        expect(endings[0]!.x).to.equal(most);
      }),
    );
  });

  it("stands nothing on another's place or outside", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const { nodes, width, height } = mapOfScenario(graph, []);
        for (const { x, y } of nodes) {
          expect(x).to.be.within(0, width);
          expect(y).to.be.within(20, height - 20);
        }
        const places = nodes.map(({ x, y }) => `${String(x)} ${String(y)}`);
        expect(new Set(places).size).to.equal(nodes.length);
      }),
    );
  });

  it("draws the way that was taken, unbroken, over the others, and nothing else as taken", () => {
    fc.assert(
      fc.property(graphs, fc.nat(5), (graph, pick) => {
        const visited = walk(graph, pick);
        const { nodes, edges } = mapOfScenario(graph, visited);
        const taken = edges.filter((edge) => edge.taken);
        expect(taken.map(({ from, to }) => `${from} ${to}`)).to.have.members(
          visited.slice(1).map((to, index) => `${visited[index]!} ${to}`),
        );
        expect(edges.slice(-taken.length)).to.eql(taken);
        expect(nodes.filter((node) => node.taken).map(({ id }) => id)).to.have.members(visited);
      }),
    );
  });

  it("is laid out the same whichever way was taken", () => {
    fc.assert(
      fc.property(graphs, fc.nat(5), (graph, pick) => {
        const strip = (ids: string[]) =>
          mapOfScenario(graph, ids).nodes.map(({ id, x, y }) => ({ id, x, y }));
        expect(strip(walk(graph, pick))).to.eql(strip([]));
      }),
    );
  });

  it("takes an edge past a column on a place of its own there", () => {
    const { nodes, edges } = mapOfScenario(scenario, way);
    const past = edges.find(({ from, to }) => from === "talk" && to === "report")!;
    const bend = [...past.path.matchAll(/ (\d+) ([\d.]+)(?= C|$)/g)].map(([, x, y]) => [
      Number(x),
      Number(y),
    ]);
    const bags = nodes.find(({ id }) => id === "bags")!;
    expect(bend[0]![0]).to.equal(bags.x);
    expect(Math.abs(bend[0]![1]! - bags.y)).to.be.at.least(60);
  });

  it("breaks labels into lines that fit, and loses no word", () => {
    const { nodes } = mapOfScenario(scenario, way);
    expect(nodes.map(({ lines }) => lines.join(" "))).to.eql([
      ...["papers", "talk", "bags", "report"].map((id) => `Decision ${id}`),
      ...["heard", "left"].map((id) => `Ending ${id}`),
    ]);
    const long = {
      ...scenario,
      nodes: scenario.nodes.map((node) => ({ ...node, label: "one two three four five six" })),
    };
    for (const { lines } of mapOfScenario(long, []).nodes)
      for (const line of lines) expect(line.length).to.be.at.most(22);
  });
});
