import { StorageError } from "./errors.js";
import { openMongoStorage } from "./mongo/storage.js";
import { openSqliteStorage } from "./sqlite/storage.js";
import type { OpenOptions, Storage } from "./storage.js";

export { StorageError } from "./errors.js";
export { type OpenOptions, type Storage } from "./storage.js";

/**
 * Opens the store at `database`: `file:PATH` (SQLite; `file::memory:` for tests), `mongodb://…` or `mongodb+srv://…`,
 * and brings its schema up to date. Throws StorageError: `store_address_unknown` and what the adapters throw.
 */
export async function openStorage(database: string, options: OpenOptions): Promise<Storage> {
  if (/^file:./u.test(database)) return openSqliteStorage(database.slice("file:".length), options);
  if (/^mongodb(\+srv)?:\/\//u.test(database)) return openMongoStorage(database, options);
  throw new StorageError("store_address_unknown");
}
