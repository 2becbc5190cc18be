import type { StatementQuery } from "../../standards/lrs/index.js";
import { StorageError } from "../errors.js";
import { authorityKey, filtersOfQuery } from "../statement-keys.js";
import type { SqliteStore } from "./database.js";
import { hasTerm, termValues } from "./statement-fresh.js";
import { classNumber, marks, ownerNumber, positionsPerMs } from "./statement-rows.js";
import { termOf } from "./statement-terms.js";

/** What every range of a query shares. */
interface Range {
  readonly owner: number;
  readonly lowest: number;
  readonly highest: number;
  readonly query: StatementQuery;
}

/**
 * The positions that a query finds, in its order, `limit` at most. Each (term, class) is one range of an index, read in
 * order and no further than the limit; the few ranges of a query are merged. The fresh statements, a few thousand at
 * most, are looked through. So the cost does not grow with the store.
 */
export function queryPositions(store: SqliteStore, query: StatementQuery): number[] {
  const owner = ownerNumber(store, query);
  if (owner === undefined) return [];
  const range = { owner, query, ...bounds(store, query) };
  const filters = filtersOfQuery(query).map((keys) => known(store, owner, keys));
  if (filters.some((terms) => terms.length === 0)) return [];
  const fresh = filters.length === 0 ? [] : amongFresh(store, range, filters);
  const [driver, ...others] = narrowestFirst(store, range, filters);
  const settled = query.classes.map(classNumber).flatMap((statementClass) => {
    if (driver === undefined) return unfiltered(store, range, statementClass);
    return driver.flatMap((term) => filtered(store, range, { term, statementClass, others }));
  });
  const found = [...fresh, ...settled];
  const sorted = [...new Set(found)].sort((a, b) => (query.ascending ? a - b : b - a));
  return sorted.slice(0, query.limit);
}

/** The terms of those keys under which there ever was anything. */
function known(store: SqliteStore, owner: number, keys: readonly Buffer[]): number[] {
  return keys.map((key) => termOf(store, owner, key)).filter((term) => term !== undefined);
}

function bounds(store: SqliteStore, query: StatementQuery): { lowest: number; highest: number } {
  const lead = store.prepare("SELECT lead FROM statement_order").pluck().get() as number;
  let lowest = query.since === undefined ? 0 : (query.since + 1) * positionsPerMs;
  let highest =
    query.until === undefined ? Number.MAX_SAFE_INTEGER : (query.until + lead + 1) * positionsPerMs - 1;
  if (query.after !== undefined) {
    const after = Number(query.after);
    if (!/^\d{1,16}$/.test(query.after) || !Number.isSafeInteger(after))
      throw new StorageError("store_value_refused", { collection: "statements", field: "cursor" });
    if (query.ascending) lowest = Math.max(lowest, after + 1);
    else highest = Math.min(highest, after - 1);
  }
  return { lowest: Math.max(0, lowest), highest: Math.min(Number.MAX_SAFE_INTEGER, highest) };
}

/** How far a filter is counted before it is known to be no narrow one. */
const countUpTo = 1000;

/** The filter with the fewest statements leads; the others are looked up for each of its statements. */
function narrowestFirst(store: SqliteStore, { query }: Range, filters: number[][]): number[][] {
  if (filters.length < 2) return filters;
  const count = store
    .prepare("SELECT count(*) FROM (SELECT 1 FROM statement_keys WHERE term = ? AND class = ? LIMIT ?)")
    .pluck();
  const size = (terms: readonly number[]): number =>
    terms
      .flatMap((term) => query.classes.map((name) => count.get(term, classNumber(name), countUpTo) as number))
      .reduce((sum, one) => sum + one, 0);
  return filters
    .map((terms) => ({ terms, size: size(terms) }))
    .sort((a, b) => a.size - b.size)
    .map(({ terms }) => terms);
}

const order = ({ query }: Range): string => (query.ascending ? "ASC" : "DESC");

function timeLimits({ query }: Range): { sql: string; values: number[] } {
  const { since, until } = query;
  return {
    sql: `${since === undefined ? "" : " AND s.storedAt > ?"}${until === undefined ? "" : " AND s.storedAt <= ?"}`,
    values: [since, until].filter((value) => value !== undefined),
  };
}

function unfiltered(store: SqliteStore, range: Range, statementClass: number): number[] {
  const time = timeLimits(range);
  const sql = `SELECT s.position FROM statements s
    WHERE s.owner = ? AND s.class = ? AND s.position BETWEEN ? AND ? AND s.voided = 0${time.sql}
    ORDER BY s.position ${order(range)} LIMIT ?`;
  return store
    .prepare(sql)
    .pluck()
    .all(
      range.owner,
      statementClass,
      range.lowest,
      range.highest,
      ...time.values,
      range.query.limit,
    ) as number[];
}

/** What is fresh has no keys but its own. */
function amongFresh(store: SqliteStore, range: Range, filters: readonly number[][]): number[] {
  const { query, lowest, highest } = range;
  const time = timeLimits(range);
  const classes = query.classes.map(classNumber);
  const sql = `SELECT f.position FROM statement_fresh f CROSS JOIN statements s ON s.position = f.position
    WHERE f.position BETWEEN ? AND ? AND f.class IN (${marks(classes)})
      ${filters.map((terms) => ` AND ${hasTerm("f", terms.length)}`).join("")} AND s.voided = 0${time.sql}
    ORDER BY f.position ${order(range)} LIMIT ?`;
  const terms = filters.flatMap(termValues);
  const values = [lowest, highest, ...classes, ...terms, ...time.values, query.limit];
  return store.prepare(sql).pluck().all(values) as number[];
}

interface Lookup {
  readonly term: number;
  readonly statementClass: number;
  readonly others: readonly number[][];
}

/** One range of the index. */
function filtered(store: SqliteStore, range: Range, { term, statementClass, others }: Lookup): number[] {
  const { owner, query, lowest, highest } = range;
  const time = timeLimits(range);
  const classes = query.classes.map(classNumber);
  const also = others.map(
    (terms) => ` AND EXISTS (SELECT 1 FROM statement_keys o WHERE o.term IN (${marks(terms)})
      AND o.class = k.class AND o.position = k.position AND o.source = k.source)`,
  );
  const own = query.authority === undefined ? [] : known(store, owner, [authorityKey(query.authority)]);
  const sql = `SELECT DISTINCT k.position FROM statement_keys k CROSS JOIN statements s ON s.position = k.position
    WHERE k.term = ? AND k.class = ? AND k.position BETWEEN ? AND ?
      AND s.voided = 0 AND s.class IN (${marks(classes)})${time.sql}${also.join("")}${own.length > 0 ? isOwn : ""}
    ORDER BY k.position ${order(range)} LIMIT ?`;
  const fixed = [term, statementClass, lowest, highest, ...classes, ...time.values, ...others.flat()];
  return store
    .prepare(sql)
    .pluck()
    .all(...fixed, ...own, ...termValues(own), query.limit) as number[];
}

/** Someone else's statement about one's own is not one's own. It may be fresh and have inherited all the same. */
const isOwn = ` AND (EXISTS (SELECT 1 FROM statement_keys o
    WHERE o.term = ? AND o.class = s.class AND o.position = k.position AND o.source = 0)
  OR EXISTS (SELECT 1 FROM statement_fresh o WHERE o.position = k.position AND ${hasTerm("o", 1)}))`;
