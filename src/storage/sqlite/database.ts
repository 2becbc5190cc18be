import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname, resolve } from "node:path";
import Database from "better-sqlite3";
import { StorageError } from "../errors.js";
import { fileFailure } from "./failures.js";

/** One open SQLite file. All access of this process goes through it. */
export interface SqliteStore {
  readonly db: Database.Database;
  /**
   * Runs `work` in a transaction of its own: whole or not at all. What was asked for in the same turn of the event
   * loop shares one commit (and one fsync), each piece in its own savepoint. Resolves once it survives a power loss;
   * `passing` work, once it survives the end of this process: a commit of nothing else waits for no disk.
   */
  write<T>(work: () => T, passing?: boolean): Promise<T>;
  /** A prepared statement, kept for the next time. */
  prepare(sql: string): Database.Statement;
  close(): void;
}

/** How long a writer waits for another process (a CLI command beside the server), milliseconds. */
const busyTimeoutMs = 5000;

/** Opens the file, making it and its folder if needed. Throws `store_unreachable`, `store_damaged`. */
export function openSqlite(path: string): SqliteStore {
  const db = connect(path);
  const statements = new Map<string, Database.Statement>();
  const queue = createCommitQueue(db);
  return {
    db,
    write: queue.write,
    prepare(sql) {
      const known = statements.get(sql);
      if (known) return known;
      const made = db.prepare(sql);
      statements.set(sql, made);
      return made;
    },
    close() {
      queue.flush();
      db.close();
    },
  };
}

function connect(path: string): Database.Database {
  try {
    if (path !== ":memory:") makeFile(path);
    const db = new Database(path, { timeout: busyTimeoutMs });
    db.pragma("journal_mode = WAL");
    // WAL alone loses the last commits on a power cut; FULL syncs the log at each of them.
    db.pragma("synchronous = FULL");
    db.pragma("foreign_keys = ON");
    // What is deleted is overwritten, not only forgotten.
    db.pragma("secure_delete = ON");
    return db;
  } catch (cause) {
    throw fileFailure(cause, path) ?? new StorageError("store_unreachable", {}, { cause });
  }
}

/** For its owner alone: it holds who is behind each pseudonym. SQLite gives the files beside it the same rights. */
function makeFile(path: string): void {
  mkdirSync(dirname(resolve(path)), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, "a", 0o600));
}

interface Waiting {
  readonly passing: boolean;
  run(): void;
  resolve(): void;
  reject(error: unknown): void;
}

const asFailure = (error: unknown): unknown => fileFailure(error) ?? error;

/** Gathers writes until the end of the turn and commits them together. */
function createCommitQueue(db: Database.Database) {
  let waiting: Waiting[] = [];

  const commitTogether = db.transaction((pieces: readonly Waiting[]) => {
    const failed = new Map<Waiting, unknown>();
    for (const piece of pieces) {
      try {
        piece.run();
      } catch (error) {
        // A full disk or the like may end the whole transaction, not only this piece's savepoint.
        if (!db.inTransaction) throw error;
        failed.set(piece, error);
      }
    }
    return failed;
  });

  /** The next commit that is synced takes those before it along, so nothing later survives without them. */
  function commit(pieces: readonly Waiting[]): ReadonlyMap<Waiting, unknown> {
    if (pieces.some(({ passing }) => !passing)) return commitTogether.immediate(pieces);
    db.pragma("synchronous = NORMAL");
    try {
      return commitTogether.immediate(pieces);
    } finally {
      db.pragma("synchronous = FULL");
    }
  }

  function flush(): void {
    const pieces = waiting;
    waiting = [];
    if (pieces.length === 0) return;
    try {
      const failed = commit(pieces);
      for (const piece of pieces) {
        if (failed.has(piece)) piece.reject(asFailure(failed.get(piece)));
        else piece.resolve();
      }
    } catch (error) {
      for (const piece of pieces) piece.reject(asFailure(error));
    }
  }

  function write<T>(work: () => T, passing = false): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let result: T;
      const inSavepoint = db.transaction(() => {
        result = work();
      });
      waiting.push({ passing, run: () => inSavepoint(), resolve: () => resolve(result), reject });
      if (waiting.length === 1) setImmediate(flush);
    });
  }

  return { write, flush };
}
