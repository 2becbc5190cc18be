import type { VisitStore } from "../../foundation/web/index.js";
import { visits } from "../collections.js";
import type { DocumentEngine } from "../documents.js";
import { inserted } from "./insert.js";

export function createVisitStore(engine: DocumentEngine): VisitStore {
  const rows = engine.collection(visits);
  return {
    addVisit: (visit) => inserted(rows.insert(visit)),
    findVisit: (id) => rows.get(id),
    purgeVisits: (endedBefore) => rows.removeBelow("expiresAt", endedBefore),
  };
}
