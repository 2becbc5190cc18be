import type { Connection } from "mongoose";
import type { MongoRow } from "./documents.js";
import { makeIndexes } from "./schema-0001.js";

/**
 * Migration 12: when a standing's first late window closes. Those that were there before are looked at once, and then
 * say it themselves.
 */
export async function programmes(connection: Connection): Promise<void> {
  await makeIndexes(connection, { standings: [{ keys: { dueAt: 1, _id: 1 } }] });
  const standings = connection.collection<MongoRow>("standings");
  await standings.updateMany({ dueAt: { $exists: false } }, { $set: { dueAt: 0 } });
}
