import type { StatementQuery } from "../../standards/lrs/index.js";
import { StorageError } from "../errors.js";
import { authorityKey, filtersOfQuery } from "../statement-keys.js";
import type { SqliteStore } from "./database.js";
import { classNumber, marks, ownerNumber, positionsPerMs } from "./statement-rows.js";

/** What every range of a query shares. */
interface Range {
  readonly owner: number;
  readonly lowest: number;
  readonly highest: number;
  readonly query: StatementQuery;
}

/**
 * The positions that a query finds, in its order, `limit` at most. Each (key, class) is one range of an index, read in
 * order and no further than the limit; the few ranges of a query are merged. So the cost does not grow with the store.
 */
export function queryPositions(store: SqliteStore, query: StatementQuery): number[] {
  const owner = ownerNumber(store, query);
  if (owner === undefined) return [];
  const range = { owner, query, ...bounds(store, query) };
  const filters = narrowestFirst(store, range, filtersOfQuery(query));
  const [driver, ...others] = filters;
  const found = query.classes.map(classNumber).flatMap((statementClass) => {
    if (driver === undefined) return unfiltered(store, range, statementClass);
    return driver.flatMap((key) => filtered(store, range, { key, statementClass, others }));
  });
  const sorted = [...new Set(found)].sort((a, b) => (query.ascending ? a - b : b - a));
  return sorted.slice(0, query.limit);
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
function narrowestFirst(store: SqliteStore, { owner, query }: Range, filters: Buffer[][]): Buffer[][] {
  if (filters.length < 2) return filters;
  const count = store
    .prepare(
      "SELECT count(*) FROM (SELECT 1 FROM statement_keys WHERE owner = ? AND key = ? AND class = ? LIMIT ?)",
    )
    .pluck();
  const size = (keys: Buffer[]): number =>
    keys
      .flatMap((key) =>
        query.classes.map((name) => count.get(owner, key, classNumber(name), countUpTo) as number),
      )
      .reduce((sum, one) => sum + one, 0);
  return filters
    .map((keys) => ({ keys, size: size(keys) }))
    .sort((a, b) => a.size - b.size)
    .map(({ keys }) => keys);
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

interface Lookup {
  readonly key: Buffer;
  readonly statementClass: number;
  readonly others: readonly Buffer[][];
}

function filtered(store: SqliteStore, range: Range, { key, statementClass, others }: Lookup): number[] {
  const time = timeLimits(range);
  const classes = range.query.classes.map(classNumber);
  const also = others.map(
    (
      keys,
    ) => ` AND EXISTS (SELECT 1 FROM statement_keys o WHERE o.owner = k.owner AND o.key IN (${marks(keys)})
      AND o.class = k.class AND o.position = k.position AND o.source = k.source)`,
  );
  const own = range.query.authority === undefined ? [] : [authorityKey(range.query.authority)];
  // Someone else's statement about one's own is not one's own.
  const isOwn = own.map(
    () => ` AND EXISTS (SELECT 1 FROM statement_keys o WHERE o.owner = k.owner AND o.key = ? AND o.class = s.class
      AND o.position = k.position AND o.source = k.position)`,
  );
  const sql = `SELECT DISTINCT k.position FROM statement_keys k CROSS JOIN statements s ON s.position = k.position
    WHERE k.owner = ? AND k.key = ? AND k.class = ? AND k.position BETWEEN ? AND ?
      AND s.voided = 0 AND s.class IN (${marks(classes)})${time.sql}${also.join("")}${isOwn.join("")}
    ORDER BY k.position ${order(range)} LIMIT ?`;
  return store
    .prepare(sql)
    .pluck()
    .all(
      range.owner,
      key,
      statementClass,
      range.lowest,
      range.highest,
      ...classes,
      ...time.values,
      ...others.flat(),
      ...own,
      range.query.limit,
    ) as number[];
}
