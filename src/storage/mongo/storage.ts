import type { Tenant } from "../../foundation/kernel/index.js";
import * as collections from "../collections.js";
import type { Collection } from "../documents.js";
import { openPorts } from "../ports/index.js";
import type { OpenOptions, Storage } from "../storage.js";
import { hasMajorities, openMongo, pingMongo } from "./connection.js";
import { createMongoDocuments, modelOf } from "./documents.js";
import { migrateMongo } from "./migrations.js";
import { createMongoOutbox } from "./outbox.js";
import { createMongoStatements } from "./statements.js";

/**
 * The store for several tool processes. Throws `store_unreachable`, `store_unsupported`, `store_schema_newer`,
 * `store_migration_stuck`.
 */
export async function openMongoStorage(url: string, options: OpenOptions): Promise<Storage> {
  const { clock, newId, logger, serving } = options;
  const connection = await openMongo(url);
  try {
    await migrateMongo(connection, { clock, newId });
    if (serving && !(await hasMajorities(connection))) {
      logger.warn(
        "The MongoDB server stands alone: what was confirmed can be lost with it. Serve with several processes only on a replica set or a sharded cluster.",
      );
    }
  } catch (error) {
    await connection.close();
    throw error;
  }
  const raising = Object.values(collections).filter(
    (one) => one.raisesEvents,
  ) as readonly Collection<Tenant>[];
  const outbox = createMongoOutbox(
    connection,
    raising.map((collection) => modelOf(connection, collection)),
  );
  const statements = createMongoStatements(connection);
  return {
    ...openPorts(createMongoDocuments(connection)),
    outbox,
    statements,
    ping: () => pingMongo(connection),
    recover: async () => {
      await outbox.recover();
      await statements.recoverStatements();
    },
    // The server alone says when the space of a deleted document is written over.
    scrub: () => Promise.resolve(),
    close: () => connection.close(),
  };
}
