import type { StandingStore } from "../../training/programmes/index.js";
import { standings } from "../collections.js";
import type { DocumentEngine } from "../documents.js";

export function createStandingStore(engine: DocumentEngine): StandingStore {
  const rows = engine.collection(standings);
  return {
    addStanding: async (standing, events) =>
      (await rows.insert(standing, events)) === "inserted" ? "saved" : "taken",
    standingOf: async ({ academyId, jurisdictionId }, personId) =>
      (await rows.find({ where: { academyId, jurisdictionId, personId }, limit: 1 }))[0],
    standingsDue: (until, limit, after) => rows.findUpTo("dueAt", until, { limit, after }),
    saveStanding: async (standing, expectedVersion, events) => {
      const { academyId, jurisdictionId, personId } = standing;
      const expected = { version: expectedVersion, academyId, jurisdictionId, personId };
      return (await rows.replace(standing, expected, events)) ? "saved" : "stale";
    },
  };
}
