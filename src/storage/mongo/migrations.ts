import type { Connection } from "mongoose";
import type { Clock, NewId } from "../../foundation/kernel/index.js";
import { StorageError } from "../errors.js";
import { isDuplicate } from "./errors.js";
import { pendingMigrations, type Migration } from "../migrations.js";
import { firstIndexes } from "./schema-0001.js";
import { secondHalf } from "./schema-0003.js";
import { advantage } from "./schema-0004.js";
import { attachmentIndexes } from "./schema-0005-attachments.js";
import { documentIndexes } from "./schema-0006.js";
import { logIndexes } from "./schema-0010-log.js";
import { forwardingIndexes } from "./schema-0009-forwardings.js";
import { recognitionIndexes } from "./schema-0011-recognition.js";
import { lifeIndexes } from "./schema-0013-life.js";
import { walletIndexes } from "./schema-0014-wallet.js";
import { reminders } from "./schema-0015-reminders.js";
import { courseIndexes } from "./schema-0016-courses.js";
import { statementIndexes } from "./statement-schema.js";

/** All steps of the MongoDB schema. A step that was released is never changed; a new one is added below. */
const mongoMigrations: readonly Migration<Connection>[] = [
  { number: 1, name: "first rooms and the outbox", up: firstIndexes },
  { number: 2, name: "statements", up: statementIndexes },
  { number: 3, name: "credentials, standings, retention", up: secondHalf },
  { number: 4, name: "invites, courses, connections, rates", up: advantage },
  { number: 5, name: "attachments of statements", up: attachmentIndexes },
  { number: 6, name: "documents of the record store, OAuth tokens", up: documentIndexes },
  { number: 10, name: "the log", up: logIndexes },
  { number: 9, name: "forwarding", up: forwardingIndexes },
  { number: 11, name: "recognition", up: recognitionIndexes },
  { number: 12, name: "when standings fall due", up: programmes },
  { number: 13, name: "when credentials fall due", up: lifeIndexes },
  { number: 14, name: "wallets", up: walletIndexes },
  { number: 15, name: "reminders", up: reminders },
  { number: 16, name: "what stands in a course", up: courseIndexes },
];
import { programmes } from "./schema-0012.js";

interface MigrationRow {
  readonly _id: number;
  readonly name: string;
  readonly at: number;
}

interface LockRow {
  readonly _id: "schema";
  readonly owner: string;
  readonly until: number;
}

const lockMs = 120_000;
const pauseMs = 250;

/**
 * Brings the schema up to date; of several processes that start together one does it, the others wait for it.
 * Throws `store_schema_newer`, and `store_migration_stuck` when another process keeps the lock.
 */
export async function migrateMongo(
  connection: Connection,
  deps: { readonly clock: Clock; readonly newId: NewId },
  known: readonly Migration<Connection>[] = mongoMigrations,
): Promise<void> {
  const done = connection.collection<MigrationRow>("schema_migrations");
  const pending = async () =>
    pendingMigrations(
      known,
      (await done.find({}).toArray()).map((row) => row._id),
    );
  if ((await pending()).length === 0) return;
  const release = await takeLock(connection, deps);
  try {
    for (const migration of await pending()) {
      await migration.up(connection);
      await done.updateOne(
        { _id: migration.number },
        { $setOnInsert: { name: migration.name, at: deps.clock.now() } },
        { upsert: true },
      );
    }
  } finally {
    await release();
  }
}

/** A lock that runs out, so that a process that died while migrating does not stop the others for ever. */
async function takeLock(
  connection: Connection,
  { clock, newId }: { readonly clock: Clock; readonly newId: NewId },
): Promise<() => Promise<void>> {
  const locks = connection.collection<LockRow>("schema_lock");
  const owner = newId();
  for (let waited = 0; waited <= lockMs + pauseMs; waited += pauseMs) {
    const now = clock.now();
    const taken = await locks
      .updateOne(
        { _id: "schema", until: { $lte: now } },
        { $set: { owner, until: now + lockMs } },
        { upsert: true },
      )
      .then(
        () => true,
        (error: unknown) => {
          if (isDuplicate(error)) return false;
          throw error;
        },
      );
    if (taken) {
      return async () => {
        await locks.deleteOne({ _id: "schema", owner });
      };
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  throw new StorageError("store_migration_stuck");
}
