import { CaseError } from "./errors.js";
import { readFilter } from "./filter.js";
import { collator, documentFields, textOf, valueAt, type Fields } from "./fields.js";

/** What is asked of a collection (REST binding §3). */
export interface CaseQuery {
  readonly limit: number;
  readonly offset: number;
  /** The records in the order that is asked for, those that the filter leaves. */
  readonly choose: (records: readonly Fields[]) => Fields[];
  /** A record with the fields that are asked for. */
  readonly cut: (record: Fields) => Fields;
}

const usualLimit = 100;

/**
 * Reads the parameters of a request for documents. Each is given once, `fields` any number of times.
 * @throws CaseError `case_selection_malformed`, `case_order_malformed`
 */
export function readQuery(query: Readonly<Record<string, unknown>>): CaseQuery {
  const filter = readFilter(single(query, "filter"));
  const compare = readOrder(single(query, "sort"), single(query, "orderBy"));
  return {
    limit: readCount(single(query, "limit"), "limit", 1) ?? usualLimit,
    offset: readCount(single(query, "offset"), "offset", 0) ?? 0,
    choose: (records) => records.filter(filter).sort(compare),
    cut: readFields(query["fields"]),
  };
}

function single(query: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || typeof value === "string") return value;
  throw new CaseError("case_selection_malformed", { parameter: name });
}

function readCount(text: string | undefined, parameter: string, least: number): number | undefined {
  if (text === undefined) return undefined;
  // As many digits as an int32 has (OpenAPI file).
  const count = /^\d{1,10}$/.test(text) ? Number(text) : -1;
  if (count < least || count > 0x7fffffff) throw new CaseError("case_selection_malformed", { parameter });
  return count;
}

/** By a field that there is not, the order is as it was (§3.2). */
function readOrder(sort: string | undefined, orderBy = "asc"): (a: Fields, b: Fields) => number {
  if (orderBy !== "asc" && orderBy !== "desc") throw new CaseError("case_order_malformed");
  if (sort === undefined || !documentFields.has(sort)) return () => 0;
  const sign = orderBy === "asc" ? 1 : -1;
  return (a, b) => sign * collator.compare(textOf(valueAt(a, sort)), textOf(valueAt(b, sort)));
}

/** Of a field that there is not, all are given; a blank one is refused (§3.4). */
function readFields(value: unknown): (record: Fields) => Fields {
  if (value === undefined) return (record) => record;
  const names = textOf(value)
    .split(",")
    .map((name) => name.trim());
  if (names.includes("")) throw new CaseError("case_selection_malformed", { parameter: "fields" });
  if (!names.every((name) => documentFields.has(name))) return (record) => record;
  return (record) => Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)));
}
