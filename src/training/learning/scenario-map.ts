import type { Scenario, ScenarioNode } from "../../standards/curriculum/index.js";

/** A decision or an ending on the map; places are in the map's own units. */
export interface MapNode {
  readonly id: string;
  readonly kind: ScenarioNode["kind"];
  /** The way came by here. */
  readonly taken: boolean;
  readonly x: number;
  readonly y: number;
  /** Its label, broken into lines. */
  readonly lines: readonly string[];
}

/** A way from one node to the next, whichever of its options lead there. */
export interface MapEdge {
  readonly from: string;
  readonly to: string;
  readonly taken: boolean;
  /** The path data of an SVG path, always from the start's side to the endings' side. */
  readonly path: string;
}

export interface ScenarioMap {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly MapNode[];
  /** Those that were taken last, so that they are drawn over the others. */
  readonly edges: readonly MapEdge[];
}

const width = 960;
const firstX = 72;
const endingX = 730;
const rowGap = 76;
const margin = 44;
/** From a node's middle to where its lines begin and end. */
const reach = 11;
const charWidth = 8;
const sweeps = 8;

/** Where something stands: a node, or a bend of a long edge (`from>to>layer`). */
type Slot = string;

interface Link {
  readonly from: string;
  readonly to: string;
  /** What it comes by, both ends included: one slot in each layer. */
  readonly slots: readonly Slot[];
}

/**
 * Lays a scenario out in columns: each decision stands after all that can lead to it, all endings stand in the last
 * column. Edges that pass a column get a place in it, and the rows of each column are ordered so that few edges cross.
 * The same scenario is always laid out the same, whichever way was taken.
 * @param way the ids of the nodes that were visited, in order
 */
export function mapOfScenario(scenario: Scenario, way: readonly string[]): ScenarioMap {
  const next = new Map(scenario.nodes.map((node) => [node.id, leadsTo(node)]));
  const layers = layersOf(scenario, next);
  const links = [...next].flatMap(([from, tos]) => tos.map((to) => linkOf(from, to, layers)));
  const columns = columnsOf(scenario.start, links, layers);
  const last = Math.max(...layers.values());
  const step = last === 0 ? 0 : (endingX - firstX) / last;
  const rows = Math.max(...columns.map((column) => column.length));
  const height = 2 * margin + (rows - 1) * rowGap;
  const places = new Map(
    columns.flatMap((column, layer) =>
      column.map((slot, row) => {
        const y = height / 2 + (row - (column.length - 1) / 2) * rowGap;
        return [slot, { x: Math.round(firstX + layer * step), y }] as const;
      }),
    ),
  );
  const placeOf = (slot: Slot): Place => places.get(slot) ?? { x: 0, y: 0 };
  const edges = links.map(({ from, to, slots }): MapEdge => {
    const at = way.indexOf(from);
    return { from, to, taken: at >= 0 && way[at + 1] === to, path: pathBy(slots.map(placeOf)) };
  });
  return {
    width,
    height,
    nodes: scenario.nodes.map((node) => ({
      ...{ id: node.id, kind: node.kind, taken: way.includes(node.id) },
      ...placeOf(node.id),
      lines: linesOf(node, step),
    })),
    edges: [...edges.filter(({ taken }) => !taken), ...edges.filter(({ taken }) => taken)],
  };
}

interface Place {
  readonly x: number;
  readonly y: number;
}

function leadsTo(node: ScenarioNode): string[] {
  if (node.kind === "ending") return [];
  return [...new Set(node.options.flatMap(({ ways }) => ways.map(({ to }) => to)))];
}

/** A decision's layer is the longest way to it; all endings share the last one. */
function layersOf(
  { start, nodes }: Scenario,
  next: ReadonlyMap<string, readonly string[]>,
): Map<string, number> {
  const layers = new Map<string, number>();
  const visit = (id: string, layer: number): void => {
    if ((layers.get(id) ?? -1) >= layer) return;
    layers.set(id, layer);
    for (const to of next.get(id) ?? []) visit(to, layer + 1);
  };
  visit(start, 0);
  const last = Math.max(...layers.values());
  for (const { id, kind } of nodes) if (kind === "ending") layers.set(id, last);
  return layers;
}

function linkOf(from: string, to: string, layers: ReadonlyMap<string, number>): Link {
  const [first, last] = [layers.get(from) ?? 0, layers.get(to) ?? 0];
  const bends = Array.from(
    { length: Math.max(0, last - first - 1) },
    (_, index) => `${from}>${to}>${String(first + 1 + index)}`,
  );
  return { from, to, slots: [from, ...bends, to] };
}

/** The slots of each layer, in their order from the top. */
function columnsOf(start: string, links: readonly Link[], layers: ReadonlyMap<string, number>): Slot[][] {
  const before = new Map<Slot, Slot[]>();
  const after = new Map<Slot, Slot[]>();
  for (const { slots } of links) {
    slots.slice(1).forEach((slot, index) => {
      const from = slots[index] ?? slot;
      before.set(slot, [...(before.get(slot) ?? []), from]);
      after.set(from, [...(after.get(from) ?? []), slot]);
    });
  }
  const columns = firstColumns(start, links, layers);
  for (let turn = 0; turn < sweeps; turn += 1) {
    const [sides, order] = turn % 2 === 0 ? [before, 1] : [after, -1];
    for (let index = 1; index < columns.length; index += 1) {
      const at = order === 1 ? index : columns.length - 1 - index;
      columns[at] = byMiddle(columns[at] ?? [], columns[at - order] ?? [], sides);
    }
  }
  return columns;
}

/** Each slot in its layer, in the order in which a walk over all options first comes by. */
function firstColumns(start: string, links: readonly Link[], layers: ReadonlyMap<string, number>): Slot[][] {
  const columns: Slot[][] = [[start]];
  const seen = new Set<Slot>();
  const visit = (id: string): void => {
    if (seen.has(id)) return;
    seen.add(id);
    for (const { from, to, slots } of links) {
      if (from !== id) continue;
      slots.slice(1).forEach((slot, index) => {
        const column = (columns[(layers.get(from) ?? 0) + 1 + index] ??= []);
        if (!column.includes(slot)) column.push(slot);
      });
      visit(to);
    }
  };
  visit(start);
  return columns;
}

/** Orders slots by the mean place of their neighbours in the column beside; ties keep their order. */
function byMiddle(
  column: readonly Slot[],
  beside: readonly Slot[],
  sides: ReadonlyMap<Slot, Slot[]>,
): Slot[] {
  const middle = (slot: Slot, at: number): number => {
    const places = (sides.get(slot) ?? []).map((one) => beside.indexOf(one)).filter((place) => place >= 0);
    const own = column.length > 1 ? (at / (column.length - 1)) * Math.max(0, beside.length - 1) : 0;
    return places.length === 0 ? own : places.reduce((sum, place) => sum + place, 0) / places.length;
  };
  return column
    .map((slot, at) => ({ slot, middle: middle(slot, at) }))
    .sort((one, other) => one.middle - other.middle)
    .map(({ slot }) => slot);
}

function pathBy(places: readonly Place[]): string {
  const [start = { x: 0, y: 0 }, ...rest] = places;
  let path = `M${String(start.x + reach)} ${String(start.y)}`;
  let from = { ...start, x: start.x + reach };
  rest.forEach(({ x, y }, index) => {
    const to = { x: index === rest.length - 1 ? x - reach : x, y };
    const middle = Math.round((from.x + to.x) / 2);
    path += ` C${String(middle)} ${String(from.y)} ${String(middle)} ${String(y)} ${String(to.x)} ${String(y)}`;
    from = to;
  });
  return path;
}

/** A decision's label stands below it and may be as wide as a column, an ending's beside it in what is left. */
function linesOf(node: ScenarioNode, step: number): string[] {
  if (node.kind === "ending") return wrapped(node.title, Math.floor((width - endingX - 8) / charWidth));
  return wrapped(node.label, Math.max(10, Math.floor(step / charWidth)));
}

function wrapped(text: string, room: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
