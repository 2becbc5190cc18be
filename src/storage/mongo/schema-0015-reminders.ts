import type { Connection } from "mongoose";
import type { MongoRow } from "./documents.js";
import { makeIndexes } from "./schema-0001.js";

/**
 * Migration 15: where people want to be reminded. Standings with an end that is still ahead are looked at once: what
 * was said of them before knew of no reminders.
 */
export async function reminders(connection: Connection): Promise<void> {
  await makeIndexes(connection, {
    contacts: [
      ...[{ keys: { confirmHash: 1 } }, { keys: { stopHash: 1 } }, { keys: { lookAt: 1, _id: 1 } }],
      ...[{ keys: { eventsAt: 1 } }, { keys: { "events.id": 1 } }],
    ] as const,
  });
  const standings = connection.collection<MongoRow>("standings");
  await standings.updateMany({ dueAt: { $gt: 0 } }, { $set: { dueAt: 0 } });
}
