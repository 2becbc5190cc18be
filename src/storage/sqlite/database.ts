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

/** What frames a commit. Made once: `db.transaction` would make and prepare it anew for each piece of work. */
function createFrames(db: Database.Database) {
  const [begin, commit, rollBack, mark, release, undo] = [
    "BEGIN IMMEDIATE",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT piece",
    "RELEASE piece",
    "ROLLBACK TO piece",
  ].map((sql) => db.prepare<[]>(sql)) as unknown as Frames;
  return {
    /** The whole of it, or nothing. */
    whole(work: () => void): void {
      begin.run();
      try {
        work();
        commit.run();
      } finally {
        if (db.inTransaction) rollBack.run();
      }
    },
    /** A piece of it. A full disk or the like may end the whole transaction, not only this piece. */
    piece(work: () => void): void {
      mark.run();
      try {
        work();
      } catch (error) {
        if (db.inTransaction) {
          undo.run();
          release.run();
        }
        throw error;
      }
      release.run();
    },
  };
}
type Frame = Database.Statement<[]>;
type Frames = readonly [Frame, Frame, Frame, Frame, Frame, Frame];

/** Gathers writes until the end of the turn and commits them together. */
function createCommitQueue(db: Database.Database) {
  let waiting: Waiting[] = [];
  let synced = true;
  const frames = createFrames(db);

  function commitTogether(pieces: readonly Waiting[]): ReadonlyMap<Waiting, unknown> {
    const failed = new Map<Waiting, unknown>();
    frames.whole(() => {
      for (const piece of pieces) {
        try {
          // One alone is whole or not at all as the transaction is.
          if (pieces.length === 1) piece.run();
          else frames.piece(() => piece.run());
        } catch (error) {
          if (!db.inTransaction || pieces.length === 1) throw error;
          failed.set(piece, error);
        }
      }
    });
    return failed;
  }

  /** The next commit that is synced takes those before it along, so nothing later survives without them. */
  function commit(pieces: readonly Waiting[]): ReadonlyMap<Waiting, unknown> {
    const syncs = pieces.some(({ passing }) => !passing);
    if (syncs !== synced) {
      db.pragma(`synchronous = ${syncs ? "FULL" : "NORMAL"}`);
      synced = syncs;
    }
    return commitTogether(pieces);
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
      const run = (): void => void (result = work());
      waiting.push({ passing, run, resolve: () => resolve(result), reject });
      if (waiting.length === 1) setImmediate(flush);
    });
  }

  return { write, flush };
}
