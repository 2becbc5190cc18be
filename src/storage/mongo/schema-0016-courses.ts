import type { Connection } from "mongoose";
import type { MongoRow } from "./documents.js";
import { makeIndexes } from "./schema-0001.js";

/** Migration 16: which placements stand in a course. */
export async function courseIndexes(connection: Connection): Promise<void> {
  await makeIndexes(connection, {
    placements: [{ keys: { platformId: 1, deploymentId: 1, contextId: 1, _id: 1 } }],
  });
  const placements = connection.collection<MongoRow>("placements");
  const before = placements.find({ "body.contextId": { $exists: true } }).project<MongoRow>({ body: 1 });
  for await (const { _id, body } of before)
    await placements.updateOne(
      { _id },
      { $set: { contextId: body.contextId }, $unset: { "body.contextId": 1 } },
    );
}
