import Database from "better-sqlite3";
import { StorageError } from "../errors.js";

/**
 * Takes the place of the one serving process of the SQLite file at `path`: an exclusive lock on a file beside it,
 * which the operating system takes back when the process dies, however it dies. Returns how to give it up.
 * Throws `store_in_use` when another process serves.
 */
export function takeServingLock(path: string): () => void {
  const lock = new Database(`${path}.serving`, { timeout: 0 });
  try {
    // A write-ahead log would let readers in and has files of its own: this file is only a lock.
    lock.pragma("journal_mode = DELETE");
    lock.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    lock.close();
    if (cause instanceof Error && "code" in cause && String(cause.code).startsWith("SQLITE_BUSY")) {
      throw new StorageError("store_in_use", {}, { cause });
    }
    throw cause;
  }
  return () => void lock.close();
}
