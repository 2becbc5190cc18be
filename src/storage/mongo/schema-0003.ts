import type { Connection } from "mongoose";
import { days } from "../../foundation/kernel/index.js";
import type { MongoRow } from "./documents.js";
import { makeIndexes, type Indexes } from "./schema-0001.js";

const indexes: Indexes = {
  attempts: [{ keys: { formativeUntil: 1, _id: 1 } }],
  outbox_jobs: [{ keys: { academyId: 1, jurisdictionId: 1, lane: 1, state: 1 } }],
  credentials: [
    { keys: { academyId: 1, jurisdictionId: 1, cause: 1 }, unique: true },
    { keys: { statusList: 1, statusIndex: 1 }, unique: true },
    { keys: { academyId: 1, jurisdictionId: 1, ownerId: 1, reservedAt: 1 } },
    { keys: { academyId: 1, jurisdictionId: 1, reservedAt: 1 } },
    { keys: { statusList: 1, withdrawn: 1, statusIndex: 1 } },
    { keys: { eventsAt: 1 } },
    { keys: { "events.id": 1 } },
  ],
  standings: [
    { keys: { academyId: 1, jurisdictionId: 1, personId: 1 }, unique: true },
    { keys: { eventsAt: 1 } },
    { keys: { "events.id": 1 } },
  ],
  holder_codes: [{ keys: { expiresAt: 1 } }],
};

/**
 * Migration 3: credentials, standings, holders' codes, and until when an attempt keeps what was learning. Modules that
 * were completed before get their 90 days too.
 */
export async function secondHalf(connection: Connection): Promise<void> {
  await makeIndexes(connection, indexes);
  const attempts = connection.collection<MongoRow>("attempts");
  const completed = attempts.find(
    { "body.completedAt": { $gt: 0 }, formativeUntil: { $exists: false } },
    { projection: { "body.completedAt": 1 } },
  );
  for await (const { _id, body } of completed) {
    const formativeUntil = Number(body["completedAt"]) + days(90);
    await attempts.updateOne({ _id, formativeUntil: { $exists: false } }, { $set: { formativeUntil } });
  }
}
