import type { StatementQuery } from "../../standards/lrs/index.js";
import { StorageError } from "../errors.js";
import { authorityKey, filtersOfQuery } from "../statement-keys.js";
import { standings } from "./statement-standing.js";
import {
  classDigit,
  found,
  keyTexts,
  orderPrefix,
  ownedBy,
  type StatementCollections,
  type StatementDocument,
} from "./statement-rows.js";

/** What a query finds, in its order, `limit` at most. Documents that do not count yet are read over. */
export async function queryDocuments(
  collections: StatementCollections,
  query: StatementQuery,
): Promise<StatementDocument[]> {
  const filters = filtersOfQuery(query).map((keys) => foundUnder(query, keyTexts(keys)));
  const matching: StatementDocument[] = [];
  let after = query.after;
  let left = query.bytes ?? Infinity;
  for (;;) {
    const { page, ended } = await readPage(collections, query, filterOf(query, filters, after), left);
    const standing = await standings(collections, page);
    for (const document of page)
      if (standing.get(document._id) === "counts" && oneHasAll(document, filters)) {
        matching.push(document);
        if (left <= 0) return matching.slice(0, query.limit);
        left -= Buffer.byteLength(document.text);
      }
    after = page.at(-1)?.order;
    if (ended || matching.length >= query.limit) return matching.slice(0, query.limit);
  }
}

/** What is found next, in so many bytes of text and one statement more; `ended`: there is no more. */
async function readPage(
  { statements }: StatementCollections,
  { ascending, limit }: StatementQuery,
  filter: Record<string, unknown>,
  bytes: number,
): Promise<{ readonly page: StatementDocument[]; readonly ended: boolean }> {
  const cursor = statements
    .find(filter)
    .sort({ order: ascending ? 1 : -1 })
    .limit(limit);
  const page: StatementDocument[] = [];
  let left = bytes;
  for await (const document of cursor) {
    page.push(document);
    if (left <= 0) return { page, ended: false };
    left -= Buffer.byteLength(document.text);
  }
  return { page, ended: page.length < limit };
}

/** A key as it stands in `found`, once for each class that may be seen. */
function foundUnder(query: StatementQuery, keys: readonly string[]): string[] {
  return query.classes.map(classDigit).flatMap((digit) => found(digit, keys));
}

function filterOf(
  query: StatementQuery,
  filters: readonly string[][],
  after: string | undefined,
): Record<string, unknown> {
  const { since, until, authority } = query;
  if (after !== undefined && !/^[0-9a-f.-]{10,80}$/i.test(after))
    throw new StorageError("store_value_refused", { collection: "statements", field: "cursor" });
  const range: Record<string, string>[] = [
    ...(since === undefined ? [] : [{ $gte: orderPrefix(since + 1) }]),
    ...(until === undefined ? [] : [{ $lt: orderPrefix(until + 1) }]),
    ...(after === undefined ? [] : [query.ascending ? { $gt: after } : { $lt: after }]),
  ];
  // Someone else's statement about one's own is not one's own.
  const own = authority === undefined ? [] : [{ keys: keyTexts([authorityKey(authority)])[0] }];
  const all = [
    ...filters.map((values) => ({ found: { $in: values } })),
    ...range.map((order) => ({ order })),
    ...own,
  ];
  return {
    ...ownedBy(query),
    class: { $in: query.classes.map(classDigit) },
    voided: false,
    ...(all.length > 0 ? { $and: all } : {}),
  };
}

/** The index tells that each filter holds of something that the statement is found by; they must hold of one. */
function oneHasAll(document: StatementDocument, filters: readonly string[][]): boolean {
  if (filters.length < 2 || document.reached.length === 0) return true;
  const sources = [found(document.class, document.keys), ...document.reached.map((source) => source.found)];
  return sources.some((keys) => filters.every((values) => values.some((value) => keys.includes(value))));
}
