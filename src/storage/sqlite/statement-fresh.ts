import type { SqliteStore } from "./database.js";

/**
 * Which statements are fresh, why: `schema-0008-terms.ts`. Who looks into both tables takes this one first: what another
 * process moves in between is then seen twice, never not at all.
 */
const mostFresh = 2000;

/** A new statement's own terms. */
export function addFresh(
  store: SqliteStore,
  { position, class: digit }: { readonly position: number; readonly class: number },
  terms: readonly number[],
): void {
  store.prepare("INSERT INTO statement_fresh VALUES (?, ?, ?)").run(position, digit, `,${terms.join()},`);
}

/** The condition that a row `alias` has one of so many terms, and the values for it. */
export const hasTerm = (alias: string, count: number): string =>
  `(${Array.from({ length: count }, () => `instr(${alias}.terms, ?)`).join(" OR ")})`;
export const termValues = (terms: readonly number[]): string[] => terms.map((term) => `,${String(term)},`);

/** Moves what is fresh into the index. Within a transaction. */
export function settle(store: SqliteStore): void {
  // In the order of the index, so that each of its pages is changed once for all that goes there.
  store
    .prepare(
      `INSERT OR IGNORE INTO statement_keys
       SELECT t.value, f.class, f.position, 0
       FROM statement_fresh f CROSS JOIN json_each('[' || trim(f.terms, ',') || ']') t ORDER BY 1, 2, 3`,
    )
    .run();
  store.prepare("DELETE FROM statement_fresh").run();
}

interface Settling {
  /** To be told how many statements were added. */
  added(count: number): void;
}

/** Settles, in a transaction of its own, whenever enough is fresh. Nobody waits for the disk for that alone. */
export function settling(store: SqliteStore): Settling {
  /** Counted once, as a process before this one may have left some. Those of others beside it are theirs to count. */
  let count: number | undefined;
  return {
    added(more) {
      count ??= store.prepare("SELECT count(*) FROM statement_fresh").pluck().get() as number;
      count += more;
      if (count < mostFresh) return;
      count = 0;
      // What fails here stays fresh, and is found all the same.
      void store.write(() => settle(store), true).catch(() => undefined);
    },
  };
}
