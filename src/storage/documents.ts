import type { AnyEvent } from "../foundation/events/index.js";
import type { Tenant } from "../foundation/kernel/index.js";
import { StorageError } from "./errors.js";

/**
 * The small engine beneath the simple ports: one interface, an adapter each for SQLite and MongoDB. A document's
 * declared fields can be asked for and changed one by one; the rest is its body, kept and replaced as a whole.
 * Every method is one atomic step.
 */

export type Scalar = string | number;
type FieldKind = "text" | "integer" | "real";
export type Name<T> = keyof T & string;

/** Field → the value it must equal; `null` asks that it is absent. */
export type Where<T> = { readonly [F in Name<T>]?: Scalar | null };

export interface Collection<T extends Tenant> {
  readonly name: string;
  /** The field whose value names the document, unique in the collection. */
  readonly key: Name<T>;
  /** What queries ask for, order by or change. Its indexes and unique keys are in the migrations. */
  readonly fields: Readonly<Partial<Record<Name<T>, FieldKind>>>;
  /** Events are saved with its documents. */
  readonly raisesEvents?: true;
  /**
   * What a launch needs for some hours at most. It survives the end of the process, and a store may lose its last
   * moments in a power cut: the person then opens the activity again. So a launch does not wait for the disk.
   */
  readonly passing?: true;
}

export interface Query<T> {
  readonly where: Where<T>;
  readonly order?: { readonly by: Name<T>; readonly descending?: boolean };
  readonly limit?: number;
}

export interface Page<T> {
  readonly limit: number;
  readonly after?: Partial<T> | undefined;
}

/** A change of single fields of one document, on condition. */
export interface Change<T> {
  readonly set: Where<T>;
  readonly ifEqual?: Where<T>;
}

export interface Documents<T extends Tenant> {
  /** `taken` when any unique key is. Events are saved when it is inserted, and only then. */
  insert(document: T, events?: readonly AnyEvent[]): Promise<"inserted" | "taken">;
  get(key: string): Promise<T | undefined>;
  find(query: Query<T>): Promise<T[]>;
  /**
   * Those whose `field` is `value` or below, the lowest first, equals by their key; without the field they are none of
   * them. The next page is what comes behind the last one of the page before.
   */
  findUpTo(field: Name<T>, value: number, page: Page<T>): Promise<T[]>;
  /** As `find`, in no order, those whose `field` is one of these values, however many they are. */
  findAny(field: Name<T>, values: readonly Scalar[], where: Where<T>): Promise<T[]>;
  /** What stands in one field of those that match, lowest first: the documents themselves are not read. */
  valuesOf(field: Name<T>, where: Where<T>): Promise<Scalar[]>;
  /** Replaces the document of that key if it equals `expected`; its events are saved in the same write. */
  replace(document: T, expected: Where<T>, events?: readonly AnyEvent[]): Promise<boolean>;
  /**
   * Inserts, or brings the document with the same values of the unique key `on` up to date, but for its key and the
   * fields to `keep` (`all`: it stays as it is). Returns what stands there afterwards; concurrent calls agree.
   */
  upsert(document: T, on: readonly Name<T>[], keep: readonly Name<T>[] | "all"): Promise<T>;
  /** The changed document, or undefined when there is none or its condition does not hold. */
  change(key: string, change: Change<T>): Promise<T | undefined>;
  /** Removes and returns it, if it equals what is asked: of any number of concurrent calls one gets it. */
  take(key: string, ifEqual?: Where<T>): Promise<T | undefined>;
  /** Removes those whose `field` is below `value`; returns how many. */
  removeBelow(field: Name<T>, value: number): Promise<number>;
}

export interface DocumentEngine {
  collection<T extends Tenant>(collection: Collection<T>): Documents<T>;
}

/** A document taken apart: its declared fields (`null`: absent) and the rest. */
export interface Row {
  readonly fields: Record<string, Scalar | null>;
  readonly body: Record<string, unknown>;
}

/** Takes a document apart. Throws `store_value_refused` when a declared field is not of its kind. */
export function toRow<T extends Tenant>(collection: Collection<T>, document: T): Row {
  const fields: Record<string, Scalar | null> = {};
  const body: Record<string, unknown> = {};
  for (const field of Object.keys(collection.fields)) fields[field] = null;
  for (const [name, value] of Object.entries(document)) {
    if (value === undefined) continue;
    if (Object.hasOwn(collection.fields, name)) fields[name] = checked(collection, name, value);
    else body[name] = value as unknown;
  }
  return { fields, body };
}

/** Puts a document together again; of its type it is what `toRow` was given. */
export function fromRow({ fields, body }: Row): Record<string, unknown> {
  const present = Object.entries(fields).filter(([, value]) => value !== null);
  return { ...body, ...Object.fromEntries(present) };
}

/**
 * The border that every value of a query passes: a plain text or number of the field's kind. An object that a
 * database could read as an operator never gets further. Throws `store_value_refused`.
 */
export function conditions<T extends Tenant>(
  collection: Collection<T>,
  where: Where<T>,
): (readonly [string, Scalar | null])[] {
  return Object.entries(where).map(
    ([name, value]) => [name, value === null ? null : checked(collection, name, value)] as const,
  );
}

/** One value, checked as `conditions` does. */
export function checked<T extends Tenant>(collection: Collection<T>, name: string, value: unknown): Scalar {
  const kind = Object.hasOwn(collection.fields, name) ? collection.fields[name as Name<T>] : undefined;
  if (kind === "text" && typeof value === "string") return value;
  if (kind === "integer" && Number.isSafeInteger(value)) return value as number;
  if (kind === "real" && Number.isFinite(value)) return value as number;
  throw new StorageError("store_value_refused", { collection: collection.name, field: name });
}
