import type { Level } from "../../standards/curriculum/index.js";

export { eqfIri, eqfLevel } from "../../standards/curriculum/index.js";

export function highest(levels: readonly Level[]): Level {
  return levels.reduce((most, level) => (level > most ? level : most), 1);
}
