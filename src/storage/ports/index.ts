import type { DocumentEngine } from "../documents.js";
import type { Storage } from "../storage.js";
import { createAttemptStore } from "./attempts.js";
import { createDirectoryStore } from "./directory.js";
import { createKeyStore } from "./keys.js";
import { createLtiStore } from "./lti.js";
import { createVisitStore } from "./visits.js";

/** The ports that are written once, over the documents engine of either database. */
export function openPorts(
  engine: DocumentEngine,
): Pick<Storage, "keys" | "visits" | "directory" | "lti" | "attempts"> {
  return {
    keys: createKeyStore(engine),
    visits: createVisitStore(engine),
    directory: createDirectoryStore(engine),
    lti: createLtiStore(engine),
    attempts: createAttemptStore(engine),
  };
}
