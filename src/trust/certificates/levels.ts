import type { Level } from "../../standards/curriculum/index.js";

/** The level of the European Qualifications Framework that is nearest; only a national authority can say that it is. */
export const eqfLevel: Readonly<Record<Level, number>> = { 1: 4, 2: 5, 3: 6 };

/** The European Union's own IRI of that level. */
export const eqfIri = (level: Level): string => `http://data.europa.eu/snb/eqf/${String(eqfLevel[level])}`;

export function highest(levels: readonly Level[]): Level {
  return levels.reduce((most, level) => (level > most ? level : most), 1);
}
