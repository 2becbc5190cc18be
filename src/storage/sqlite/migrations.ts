import type Database from "better-sqlite3";
import type { Clock } from "../../foundation/kernel/index.js";
import { pendingMigrations, type Migration } from "../migrations.js";
import { firstSchema } from "./schema-0001.js";
import { secondHalfSchema } from "./schema-0003.js";
import { advantageSchema } from "./schema-0004.js";
import { attachmentSchema } from "./schema-0005-attachments.js";
import { documentsSchema } from "./schema-0006.js";
import { inheritanceSchema } from "./schema-0007-inheritance.js";
import { compactStatements } from "./schema-0008-terms.js";
import { logSchema } from "./schema-0010-log.js";
import { forwardingSchema } from "./schema-0009-forwardings.js";
import { recognitionSchema } from "./schema-0011-recognition.js";
import { programmesSchema } from "./schema-0012-programmes.js";
import { lifeSchema } from "./schema-0013-life.js";
import { walletSchema } from "./schema-0014-wallet.js";
import { remindersSchema } from "./schema-0015-reminders.js";
import { coursesSchema } from "./schema-0016-courses.js";
import { statementSchema } from "./statements-schema.js";

/** All steps of the SQLite schema. A step that was released is never changed; a new one is added below. */
const sqliteMigrations: readonly Migration<Database.Database>[] = [
  { number: 1, name: "first rooms and the outbox", up: (db) => void db.exec(firstSchema) },
  { number: 2, name: "statements", up: (db) => void db.exec(statementSchema) },
  { number: 3, name: "credentials, standings, retention", up: (db) => void db.exec(secondHalfSchema) },
  { number: 4, name: "invites, courses, connections, rates", up: (db) => void db.exec(advantageSchema) },
  { number: 5, name: "attachments of statements", up: (db) => void db.exec(attachmentSchema) },
  {
    number: 6,
    name: "documents of the record store, OAuth tokens",
    up: (db) => void db.exec(documentsSchema),
  },
  { number: 7, name: "references bit by bit", up: (db) => void db.exec(inheritanceSchema) },
  { number: 8, name: "what statements are found by, in less room", up: compactStatements },
  { number: 10, name: "the log", up: (db) => void db.exec(logSchema) },
  { number: 9, name: "forwarding", up: (db) => void db.exec(forwardingSchema) },
  { number: 11, name: "recognition", up: (db) => void db.exec(recognitionSchema) },
  { number: 12, name: "when standings fall due", up: (db) => void db.exec(programmesSchema) },
  { number: 13, name: "when credentials fall due", up: (db) => void db.exec(lifeSchema) },
  { number: 14, name: "wallets", up: (db) => void db.exec(walletSchema) },
  { number: 15, name: "reminders", up: (db) => void db.exec(remindersSchema) },
  { number: 16, name: "what stands in a course", up: (db) => void db.exec(coursesSchema) },
];

/**
 * Brings the file's schema up to date, in one transaction that shuts out other processes.
 * Throws `store_schema_newer`, and changes nothing then.
 */
export function migrateSqlite(
  db: Database.Database,
  clock: Clock,
  known: readonly Migration<Database.Database>[] = sqliteMigrations,
): void {
  const migrate = db.transaction(() => {
    db.exec(
      "CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, at INTEGER NOT NULL) STRICT",
    );
    const rows = db.prepare("SELECT number FROM schema_migrations").all() as { number: number }[];
    const record = db.prepare("INSERT INTO schema_migrations (number, name, at) VALUES (?, ?, ?)");
    const pending = pendingMigrations(
      known,
      rows.map((row) => row.number),
    );
    for (const migration of pending) {
      void migration.up(db);
      record.run(migration.number, migration.name, clock.now());
    }
  });
  migrate.immediate();
}
