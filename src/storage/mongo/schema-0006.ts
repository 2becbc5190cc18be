import type { Connection } from "mongoose";
import { makeIndexes, type Indexes } from "./schema-0001.js";

const indexes: Indexes = {
  lrs_documents: [{ keys: { academyId: 1, jurisdictionId: 1, space: 1, listing: 1 } }],
  oauth_tokens: [{ keys: { expiresAt: 1 } }],
  oauth_assertions: [{ keys: { expiresAt: 1 } }],
};

/** Migration 6: the documents of the record store, OAuth tokens, and the assertions that were used for one. */
export const documentIndexes = (connection: Connection): Promise<void> => makeIndexes(connection, indexes);
