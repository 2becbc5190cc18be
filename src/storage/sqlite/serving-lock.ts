import Database from "better-sqlite3";
import { StorageError } from "../errors.js";
import { fileFailure } from "./failures.js";

/**
 * Takes the place of the one serving process of the SQLite file at `path`: an exclusive lock on a file beside it,
 * which the operating system takes back when the process dies, however it dies. Returns how to give it up.
 * Throws `store_in_use` when another process serves; `store_damaged`, `store_unreachable`.
 */
export function takeServingLock(path: string): () => void {
  const lock = openLock(`${path}.serving`);
  try {
    // A write-ahead log would let readers in and has files of its own: this file is only a lock.
    lock.pragma("journal_mode = DELETE");
    lock.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    lock.close();
    if (cause instanceof Error && "code" in cause && String(cause.code).startsWith("SQLITE_BUSY")) {
      throw new StorageError("store_in_use", {}, { cause });
    }
    throw fileFailure(cause, `${path}.serving`) ?? cause;
  }
  return () => void lock.close();
}

function openLock(path: string): Database.Database {
  try {
    return new Database(path, { timeout: 0 });
  } catch (cause) {
    throw fileFailure(cause, path) ?? cause;
  }
}
