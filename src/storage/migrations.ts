import { StorageError } from "./errors.js";

/** One step of a store's schema. `up` may be cut off by a crash and run again: it must bear that. */
export interface Migration<Handle> {
  /** 1, 2, 3, … without gaps. */
  readonly number: number;
  readonly name: string;
  up(handle: Handle): Promise<void> | void;
}

/**
 * What is left to apply, in order.
 * Throws `store_schema_newer` when the store has a migration that this code does not know.
 */
export function pendingMigrations<Handle>(
  known: readonly Migration<Handle>[],
  applied: readonly number[],
): Migration<Handle>[] {
  const newest = known.reduce((highest, migration) => Math.max(highest, migration.number), 0);
  const found = applied.reduce((highest, number) => Math.max(highest, number), 0);
  if (found > newest) throw new StorageError("store_schema_newer", { found, known: newest });
  return known
    .filter((migration) => !applied.includes(migration.number))
    .sort((one, other) => one.number - other.number);
}
