import type { StatementCollections, StatementDocument } from "./statement-rows.js";

/** `gone`: its attempt was given up, the document is litter. */
export type Standing = "counts" | "under way" | "gone";

/**
 * How documents stand, by `_id`. Those that are not visible yet stand as their attempt's journal does; where there is
 * none any more, the attempt ended meanwhile, and the document itself tells how.
 */
export async function standings(
  { statements, journals }: StatementCollections,
  documents: readonly Pick<StatementDocument, "_id" | "attempt" | "visible">[],
): Promise<Map<string, Standing>> {
  const standing = new Map<string, Standing>(documents.map(({ _id }) => [_id, "counts"]));
  const pending = documents.filter(({ visible }) => !visible);
  if (pending.length === 0) return standing;
  const attempts = [...new Set(pending.map(({ attempt }) => attempt))];
  const found = await journals.find({ _id: { $in: attempts } }).toArray();
  const states = new Map(found.map(({ _id, state }) => [_id, state]));
  const ended: string[] = [];
  for (const { _id, attempt } of pending) {
    const state = states.get(attempt);
    if (state === undefined) ended.push(_id);
    standing.set(_id, state === "committed" ? "counts" : state === "open" ? "under way" : "gone");
  }
  if (ended.length > 0)
    for (const { _id } of await statements.find({ _id: { $in: ended }, visible: true }).toArray())
      standing.set(_id, "counts");
  return standing;
}
