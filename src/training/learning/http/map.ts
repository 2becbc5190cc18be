import type { Scenario } from "../../../standards/curriculum/index.js";
import { mapOfScenario } from "../scenario-map.js";

interface Line {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** The map as a view draws it. It is not read out: a list beside it says the same. */
export interface MapModel {
  readonly width: number;
  readonly height: number;
  /** Path data of the ways not taken, then of the way taken. */
  readonly off: readonly string[];
  readonly on: readonly string[];
  readonly tiles: readonly {
    readonly x: number;
    readonly y: number;
    readonly taken: boolean;
    readonly middle: Line;
  }[];
  readonly labels: readonly {
    readonly taken: boolean;
    /** Beside its place (an ending), else below it. */
    readonly beside: boolean;
    readonly lines: readonly Line[];
  }[];
}

const tile = 22;
const lineHeight = 17;

/** @param way the ids of the nodes that were visited; empty for a preview */
export function mapModel(scenario: Scenario, way: readonly string[]): MapModel {
  const { width, height, nodes, edges } = mapOfScenario(scenario, way);
  return {
    ...{ width, height },
    off: edges.filter(({ taken }) => !taken).map(({ path }) => path),
    on: edges.filter(({ taken }) => taken).map(({ path }) => path),
    tiles: nodes
      .filter(({ kind }) => kind === "decision")
      .map(({ id, x, y, taken }) => ({
        ...{ taken, x: x - tile / 2, y: y - tile / 2 },
        middle: { x, y: y + 5, text: taken ? String(way.indexOf(id) + 1) : "" },
      })),
    labels: nodes.map(({ kind, x, y, taken, lines }) => {
      const beside = kind === "ending";
      const first = beside ? y + 5 - ((lines.length - 1) * lineHeight) / 2 : y + tile / 2 + 16;
      return {
        ...{ taken, beside },
        lines: lines.map((text, index) => ({ text, x, y: first + index * lineHeight })),
      };
    }),
  };
}
