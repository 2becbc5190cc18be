import type { SqliteStore } from "./database.js";

/**
 * The two tables of keys, alike but for size: see `schema-0008-terms.ts`. Who looks into both takes the fresh ones
 * first: what another process moves in between is then seen twice, never not at all.
 */
export const levels = ["statement_keys_fresh", "statement_keys"] as const;
export const [fresh, settled] = levels;

/** How many keys may be fresh, about. More would make each write dearer, fewer would move them too often. */
const mostFresh = 12_000;

/** Commands for so many rows are kept prepared. */
const mostRows = 12;

/** Moves what is fresh to the rest. Within a transaction. */
export function settle(store: SqliteStore): void {
  // In the order of the large table, so that each of its pages is changed once for all that goes there.
  store
    .prepare(`INSERT OR IGNORE INTO ${settled} SELECT * FROM ${fresh} ORDER BY term, class, position, source`)
    .run();
  store.prepare(`DELETE FROM ${fresh}`).run();
}

/** A new statement's own keys. One command for some of them costs little more than for one. */
export function addKeys(
  store: SqliteStore,
  { position, class: digit }: { readonly position: number; readonly class: number },
  terms: readonly number[],
): void {
  for (let from = 0; from < terms.length; from += mostRows) {
    const some = terms.slice(from, from + mostRows);
    const rows = some.map(() => "(?, ?, ?, 0)").join();
    const values = some.flatMap((term) => [term, digit, position]);
    store.prepare(`INSERT OR IGNORE INTO ${fresh} VALUES ${rows}`).run(values);
  }
}

export interface Settling {
  /** To be told how many keys were added. */
  added(count: number): void;
}

/** Settles, in a transaction of its own, whenever enough is fresh. Nobody waits for the disk for that alone. */
export function settling(store: SqliteStore): Settling {
  /** Counted once, as a process before this one may have left some. Those of others beside it are theirs to count. */
  let count: number | undefined;
  return {
    added(more) {
      count ??= store.prepare(`SELECT count(*) FROM ${fresh}`).pluck().get() as number;
      count += more;
      if (count < mostFresh) return;
      count = 0;
      // What fails here stays fresh, and is found all the same.
      void store.write(() => settle(store), true).catch(() => undefined);
    },
  };
}
