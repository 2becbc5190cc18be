import { openPorts } from "../ports/index.js";
import type { OpenOptions, Storage } from "../storage.js";
import { openSqlite } from "./database.js";
import { createSqliteDocuments } from "./documents.js";
import { fileFailure } from "./failures.js";
import { migrateSqlite } from "./migrations.js";
import { createSqliteOutbox, eventSaver, releaseAllLeases } from "./outbox.js";
import { takeServingLock } from "./serving-lock.js";
import { createSqliteStatements } from "./statements.js";

/**
 * The embedded store: one file (`:memory:` for tests). Everything of one verb is one transaction, so a crash leaves
 * nothing half derived; `recover` of the serving process gives back what a dead one had leased.
 * Throws `store_unreachable`, `store_damaged`, `store_in_use`, `store_schema_newer`.
 */
export function openSqliteStorage(path: string, { clock, serving }: OpenOptions): Storage {
  const store = openSqlite(path);
  let release = (): void => undefined;
  try {
    if (serving && path !== ":memory:") release = takeServingLock(path);
    migrateSqlite(store.db, clock);
  } catch (error) {
    release();
    store.close();
    throw fileFailure(error, path) ?? error;
  }
  const statements = createSqliteStatements(store);
  return {
    ...openPorts(createSqliteDocuments(store, eventSaver(store))),
    outbox: createSqliteOutbox(store),
    statements,
    ping: async () => {
      store.prepare("SELECT count(*) FROM schema_migrations").get();
      return Promise.resolve();
    },
    // A command beside the serving process must not take its lanes away.
    recover: async () => {
      if (!serving) return;
      statements.recoverStatements();
      await releaseAllLeases(store);
    },
    scrub: () => {
      // The log beside the file holds earlier versions of its pages. With a reader in the way it stays for the next time.
      store.db.pragma("wal_checkpoint(TRUNCATE)");
      return Promise.resolve();
    },
    close: () => {
      store.close();
      release();
      return Promise.resolve();
    },
  };
}
