import { errorFamily } from "../foundation/kernel/index.js";

/** What can go wrong with the store itself. An operator reads most of these at start. */
export class StorageError extends errorFamily({
  /** `TESSERA_DATABASE` is neither `file:…` nor `mongodb://…`. */
  store_address_unknown: 500,
  /** The file can't be opened, or the server does not answer. */
  store_unreachable: 503,
  /** The file is no database, or not a whole one: `file` says which. */
  store_damaged: 503,
  /** Another process serves this SQLite file already. */
  store_in_use: 503,
  /** The store was migrated by a newer Tessera. */
  store_schema_newer: 503,
  /** Another process holds the migration lock for longer than a migration takes. */
  store_migration_stuck: 503,
  /** A server that speaks MongoDB's protocol but loses updates (FerretDB). */
  store_unsupported: 503,
  /** A value that is no plain text or number where one must be: never passed on to the database. */
  store_value_refused: 400,
  store_row_missing: 404,
  /** A row clashes with another one that it should not have met. */
  store_row_clash: 409,
}) {}
