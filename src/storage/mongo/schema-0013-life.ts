import type { Connection } from "mongoose";
import { makeIndexes } from "./schema-0001.js";

/** Migration 13: when something is to be done with a credential, such as a revocation that was announced. */
export const lifeIndexes = (connection: Connection): Promise<void> =>
  makeIndexes(connection, { credentials: [{ keys: { dueAt: 1, _id: 1 } }] });
