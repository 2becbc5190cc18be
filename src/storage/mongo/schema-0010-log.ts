import type { Connection } from "mongoose";
import { makeIndexes, type Indexes } from "./schema-0001.js";

const indexes: Indexes = {
  log_entries: [
    { keys: { academyId: 1, jurisdictionId: 1, index: 1 }, unique: true },
    { keys: { academyId: 1, jurisdictionId: 1, key: 1 }, unique: true },
    { keys: { academyId: 1, jurisdictionId: 1, kind: 1, subject: 1, loggedAt: 1, index: 1 } },
  ],
  log_heads: [
    { keys: { academyId: 1, jurisdictionId: 1, number: 1 }, unique: true },
    { keys: { academyId: 1, jurisdictionId: 1, size: 1 }, unique: true },
  ],
  log_cosignatures: [{ keys: { academyId: 1, jurisdictionId: 1, size: 1, _id: 1 } }],
  log_seen: [{ keys: { academyId: 1, jurisdictionId: 1, origin: 1, size: 1 }, unique: true }],
};

/** Migration 10: the log's entries, its tree, its heads with their co-signatures, and what was seen of partners' logs. */
export const logIndexes = (connection: Connection): Promise<void> => makeIndexes(connection, indexes);
