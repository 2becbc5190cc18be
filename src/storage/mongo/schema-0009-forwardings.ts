import type { Connection } from "mongoose";
import { makeIndexes, type Indexes } from "./schema-0001.js";

const indexes: Indexes = {
  forwardings: [
    { keys: { academyId: 1, jurisdictionId: 1, name: 1 }, unique: true },
    { keys: { eventsAt: 1 } },
    { keys: { "events.id": 1 } },
  ],
};

/** Migration 9: where statements are forwarded to. */
export const forwardingIndexes = (connection: Connection): Promise<void> => makeIndexes(connection, indexes);
