import type { Connection } from "mongoose";
import { statementCollections } from "./statement-rows.js";

/**
 * The statements' indexes. A sharded cluster shards `statements` by (academyId, jurisdictionId, statementId): ids are
 * random, and uniqueness holds across shards.
 */
export async function statementIndexes(connection: Connection): Promise<void> {
  const { statements, journals } = statementCollections(connection);
  const owner = { academyId: 1, jurisdictionId: 1 } as const;
  await statements.createIndexes([
    { key: { ...owner, statementId: 1 }, unique: true },
    { key: { ...owner, found: 1, order: 1 } },
    { key: { ...owner, class: 1, order: 1 } },
    { key: { ...owner, refersTo: 1 } },
    { key: { attempt: 1 } },
  ]);
  await journals.createIndexes([{ key: { storedAt: 1 } }]);
}
