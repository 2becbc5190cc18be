import type { AnyEvent } from "../../foundation/events/index.js";
import type { Tenant } from "../../foundation/kernel/index.js";
import {
  checked,
  conditions,
  toRow,
  type Change,
  type Collection,
  type DocumentEngine,
  type Documents,
  type Name,
  type Page,
  type Query,
  type Row,
  type Scalar,
  type Where,
} from "../documents.js";
import { StorageError } from "../errors.js";
import type { SqliteStore } from "./database.js";

type Bound = Scalar | null;
type TableRow = Record<string, Bound> & { readonly body: string };
type SaveEvents = (events: readonly AnyEvent[]) => void;

/**
 * The documents engine on SQLite: a table each, declared fields as columns, the body as JSON. Names of tables and
 * columns come from `collections.ts` alone; every value is bound. `saveEvents` runs within the change's transaction.
 */
export function createSqliteDocuments(store: SqliteStore, saveEvents: SaveEvents): DocumentEngine {
  return { collection: (collection) => new SqliteDocuments(store, saveEvents, collection) };
}

class SqliteDocuments<T extends Tenant> implements Documents<T> {
  readonly #columns: readonly string[];
  readonly #table: string;
  readonly #byKey: string;
  readonly #insertSql: string;

  constructor(
    private readonly store: SqliteStore,
    private readonly saveEvents: SaveEvents,
    private readonly collection: Collection<T>,
  ) {
    this.#columns = Object.keys(collection.fields);
    this.#table = quoted(collection.name);
    this.#byKey = `${quoted(collection.key)} = ?`;
    const all = [...this.#columns, "body"];
    this.#insertSql = `INSERT INTO ${this.#table} (${all.map(quoted).join(", ")}) VALUES (${all.map(() => "?").join(", ")})`;
  }

  insert(document: T, events: readonly AnyEvent[] = []): Promise<"inserted" | "taken"> {
    return this.#write(() => {
      const { changes } = this.store
        .prepare(`${this.#insertSql} ON CONFLICT DO NOTHING`)
        .run(this.#values(document));
      if (changes === 0) return "taken";
      this.saveEvents(events);
      return "inserted";
    });
  }

  get(key: string): Promise<T | undefined> {
    return promised(() => this.#one(`SELECT * FROM ${this.#table} WHERE ${this.#byKey}`, [this.#keyOf(key)]));
  }

  find(query: Query<T>): Promise<T[]> {
    return promised(() => {
      const { sql, bound } = selection(this.collection, query);
      const rows = this.store.prepare(`SELECT * FROM ${this.#table} ${sql}`).all(bound);
      return rows.map((row) => this.#document(row as TableRow));
    });
  }

  findUpTo(field: Name<T>, value: number, { limit, after }: Page<T>): Promise<T[]> {
    return promised(() => {
      const order = `${quoted(field)}, ${quoted(this.collection.key)}`;
      const last = after ? [field, this.collection.key] : [];
      const behind = after ? `AND (${order}) > (?, ?)` : "";
      const sql = `SELECT * FROM ${this.#table} WHERE ${quoted(field)} <= ? ${behind} ORDER BY ${order} LIMIT ?`;
      const from = last.map((name) => checked(this.collection, name, after?.[name]));
      const rows = this.store.prepare(sql).all(checked(this.collection, field, value), ...from, limit);
      return rows.map((row) => this.#document(row as TableRow));
    });
  }

  findAny(field: string, values: readonly Scalar[], where: Where<T>): Promise<T[]> {
    return promised(() => {
      const { sql, bound } = clause(this.collection, where);
      const any = values.map((value) => checked(this.collection, field, value));
      const found = [...sql, `${quoted(field)} IN (SELECT value FROM json_each(?))`].join(" AND ");
      const query = `SELECT * FROM ${this.#table} WHERE ${found}`;
      const rows = this.store.prepare(query).all(...bound, JSON.stringify(any));
      return rows.map((row) => this.#document(row as TableRow));
    });
  }

  valuesOf(field: string, where: Where<T>): Promise<Scalar[]> {
    return promised(() => {
      const { sql, bound } = clause(this.collection, where);
      const column = quoted(field);
      const found = [...sql, `${column} IS NOT NULL`].join(" AND ");
      const query = `SELECT ${column} FROM ${this.#table} WHERE ${found} ORDER BY ${column}`;
      return this.store.prepare(query).pluck().all(bound) as Scalar[];
    });
  }

  replace(document: T, expected: Where<T>, events: readonly AnyEvent[] = []): Promise<boolean> {
    return this.#write(() => {
      const where = clause(this.collection, expected);
      const assignments = [...this.#columns, "body"].map((column) => `${quoted(column)} = ?`).join(", ");
      const { changes } = this.store
        .prepare(
          `UPDATE ${this.#table} SET ${assignments} WHERE ${[this.#byKey, ...where.sql].join(" AND ")}`,
        )
        .run(...this.#values(document), document[this.collection.key], ...where.bound);
      if (changes === 0) return false;
      this.saveEvents(events);
      return true;
    });
  }

  async upsert(document: T, on: readonly string[], keep: readonly string[] | "all"): Promise<T> {
    const row = toRow(this.collection, document);
    const found = this.#standing(row, on);
    if (found && keep === "all") return this.#document(found);
    const columns = [...this.#columns, "body"];
    const values = this.#bound(row);
    const kept = keep === "all" ? columns : [...on, ...keep, this.collection.key];
    const changed = columns.filter((column) => !kept.includes(column));
    // An upsert that would change nothing is not written: each write costs a sync of the disk.
    if (found && changed.every((column) => found[column] === values[columns.indexOf(column)])) {
      return this.#document(found);
    }
    // `DO NOTHING` would return no row, so what stays as it is sets its key to itself.
    const assignments =
      keep === "all"
        ? `${quoted(this.collection.key)} = ${this.#table}.${quoted(this.collection.key)}`
        : changed.map((column) => `${quoted(column)} = excluded.${quoted(column)}`).join(", ");
    const sql = `${this.#insertSql} ON CONFLICT (${on.map(quoted).join(", ")}) DO UPDATE SET ${assignments} RETURNING *`;
    return this.#write(() => this.#document(this.store.prepare(sql).get(values) as TableRow));
  }

  change(key: string, change: Change<T>): Promise<T | undefined> {
    return this.#write(() => {
      const { assignments, where, bound } = changing(this.collection, change);
      const sql = `UPDATE ${this.#table} SET ${assignments} WHERE ${[this.#byKey, ...where].join(" AND ")} RETURNING *`;
      return this.#one(sql, [...bound.set, this.#keyOf(key), ...bound.where]);
    });
  }

  take(key: string, ifEqual: Where<T> = {}): Promise<T | undefined> {
    return this.#write(() => {
      const { sql, bound } = clause(this.collection, ifEqual);
      const where = [this.#byKey, ...sql].join(" AND ");
      return this.#one(`DELETE FROM ${this.#table} WHERE ${where} RETURNING *`, [this.#keyOf(key), ...bound]);
    });
  }

  removeBelow(field: string, value: number): Promise<number> {
    return this.#write(() => {
      const bound = checked(this.collection, field, value);
      return this.store.prepare(`DELETE FROM ${this.#table} WHERE ${quoted(field)} < ?`).run(bound).changes;
    });
  }

  #write<R>(work: () => R): Promise<R> {
    return this.store.write(work, this.collection.passing).catch(asStorageError);
  }

  #one(sql: string, bound: readonly Bound[]): T | undefined {
    const row = this.store.prepare(sql).get(bound) as TableRow | undefined;
    return row && this.#document(row);
  }

  #keyOf(key: string): Scalar {
    return checked(this.collection, this.collection.key, key);
  }

  #values(document: T): Bound[] {
    return this.#bound(toRow(this.collection, document));
  }

  #bound({ fields, body }: Row): Bound[] {
    return [...this.#columns.map((column) => fields[column] ?? null), JSON.stringify(body)];
  }

  #standing({ fields }: Row, on: readonly string[]): TableRow | undefined {
    const where = on.map((column) => `${quoted(column)} = ?`).join(" AND ");
    const bound = on.map((column) => fields[column] ?? null);
    return this.store.prepare(`SELECT * FROM ${this.#table} WHERE ${where}`).get(bound) as
      TableRow | undefined;
  }

  #document(row: TableRow): T {
    const document = JSON.parse(row.body) as Record<string, unknown>;
    for (const column of this.#columns) {
      const value = row[column];
      if (value !== null && value !== undefined) document[column] = value;
    }
    return document as unknown as T;
  }
}

/** A promise of what `work` returns or throws at once. */
const promised = <R>(work: () => R): Promise<R> => new Promise((resolve) => resolve(work()));

const quoted = (name: string): string => `"${name}"`;

/** `IS` compares as `=` does and finds an absent value too; SQLite uses an index for either. */
function clause<T extends Tenant>(collection: Collection<T>, where: Where<T>) {
  const list = conditions(collection, where);
  return { sql: list.map(([name]) => `${quoted(name)} IS ?`), bound: list.map(([, value]) => value) };
}

function selection<T extends Tenant>(collection: Collection<T>, { where, order, limit }: Query<T>) {
  const { sql, bound } = clause(collection, where);
  const parts = sql.length > 0 ? [`WHERE ${sql.join(" AND ")}`] : [];
  if (order) parts.push(`ORDER BY ${quoted(order.by)} ${order.descending === true ? "DESC" : "ASC"}`);
  if (limit === undefined) return { sql: parts.join(" "), bound };
  // SQLite looks at a bound limit when it plans, so it would plan anew each time that one is bound.
  if (limit === 1) return { sql: [...parts, "LIMIT 1"].join(" "), bound };
  return { sql: [...parts, "LIMIT ?"].join(" "), bound: [...bound, limit] };
}

function changing<T extends Tenant>(collection: Collection<T>, change: Change<T>) {
  const set = conditions(collection, change.set);
  const equal = clause(collection, change.ifEqual ?? {});
  return {
    assignments: set.map(([name]) => `${quoted(name)} = ?`).join(", "),
    where: equal.sql,
    bound: { set: set.map(([, value]) => value), where: equal.bound },
  };
}

/** A clash with a unique key that the verb did not ask about. */
function asStorageError(error: unknown): never {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code.startsWith("SQLITE_CONSTRAINT")) throw new StorageError("store_row_clash", {}, { cause: error });
  throw error;
}
