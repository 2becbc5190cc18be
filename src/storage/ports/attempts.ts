import type { Attempt, AttemptStore } from "../../training/learning/index.js";
import { attempts } from "../collections.js";
import type { DocumentEngine } from "../documents.js";

export function createAttemptStore(engine: DocumentEngine): AttemptStore {
  const rows = engine.collection(attempts);
  return {
    addAttempt: async (attempt, events) =>
      (await rows.insert(attempt, events)) === "inserted" ? "saved" : "taken",
    findAttempt: async ({ academyId, jurisdictionId }, personId, moduleId) => {
      const where = { academyId, jurisdictionId, personId, moduleId };
      return (await rows.find({ where, order: { by: "cycle", descending: true }, limit: 1 }))[0];
    },
    findAttempts: async ({ academyId, jurisdictionId }, personIds, moduleId) => {
      const found = await rows.findAny("personId", personIds, { academyId, jurisdictionId, moduleId });
      const latest = new Map<string, Attempt>();
      for (const attempt of found) {
        const known = latest.get(attempt.personId);
        if (!known || known.cycle < attempt.cycle) latest.set(attempt.personId, attempt);
      }
      return [...latest.values()];
    },
    saveAttempt: async (attempt, expectedVersion, events) => {
      // The tenant is compared too: an attempt can't be carried over to another academy.
      const { academyId, jurisdictionId } = attempt;
      const expected = { version: expectedVersion, academyId, jurisdictionId };
      return (await rows.replace(attempt, expected, events)) ? "saved" : "stale";
    },
    attemptsToTrim: (now, limit, after) => rows.findUpTo("formativeUntil", now, { limit, after }),
  };
}
