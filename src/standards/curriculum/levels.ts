import type { Level } from "./model.js";

/** The level of the European Qualifications Framework that is nearest; only a national authority can say that it is. */
export const eqfLevel: Readonly<Record<Level, number>> = { 1: 4, 2: 5, 3: 6 };

/** The European Union's own IRI of that level. */
export const eqfIri = (level: Level): string => `http://data.europa.eu/snb/eqf/${String(eqfLevel[level])}`;
