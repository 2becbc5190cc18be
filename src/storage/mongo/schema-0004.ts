import type { Connection } from "mongoose";
import type { MongoRow } from "./documents.js";
import { makeIndexes, type Indexes } from "./schema-0001.js";

const indexes: Indexes = {
  grade_targets: [
    {
      keys: { academyId: 1, jurisdictionId: 1, personId: 1, placementId: 1, activityId: 1 },
      unique: true,
    },
    { keys: { placementId: 1 } },
    { keys: { eventsAt: 1 } },
    { keys: { "events.id": 1 } },
  ],
  courses: [
    { keys: { academyId: 1, jurisdictionId: 1, platformId: 1, contextId: 1 }, unique: true },
    { keys: { platformId: 1, contextId: 1 } },
  ],
  grade_columns: [],
  rosters: [{ keys: { courseId: 1, takenAt: 1 } }],
  connections: [],
  invites: [{ keys: { academyId: 1, jurisdictionId: 1, createdAt: 1 } }],
  desks: [{ keys: { expiresAt: 1 } }],
  person_names: [{ keys: { expiresAt: 1 } }],
  rates: [{ keys: { endsAt: 1 } }],
};

const before = "academyId_1_jurisdictionId_1_personId_1_placementId_1";

/**
 * Migration 4: invites and desks, courses and rosters, connections, names, counted requests; what an owner decides
 * about a platform; and grades of single activities, whose part of the unique key takes the narrower index away.
 */
export async function advantage(connection: Connection): Promise<void> {
  await liftStatus(connection);
  const targets = connection.collection<MongoRow>("grade_targets");
  await targets.updateMany({ activityId: { $exists: false } }, { $set: { activityId: "" } });
  await makeIndexes(connection, indexes);
  const known = await targets.indexes();
  if (known.some(({ name }) => name === before)) await targets.dropIndex(before);
}

/** A platform's status stood in its body, where nothing can change it alone. */
async function liftStatus(connection: Connection): Promise<void> {
  const platforms = connection.collection<MongoRow>("platforms");
  for (const { _id, body } of await platforms.find({ status: { $exists: false } }).toArray()) {
    const { status, ...rest } = body;
    await platforms.updateOne({ _id }, { $set: { status, body: rest } });
  }
}
