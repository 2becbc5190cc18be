import { digestsIn } from "../attachment-digests.js";
import type { SqliteStore } from "./database.js";
import { positionsPerMs } from "./statement-rows.js";

/** How many statements are looked at, and contents deleted, before others get their turn. */
const batch = 500;

/** A statement that takes the place of a deleted last one stands this far before it at most. */
const overlap = 1000 * positionsPerMs;

interface Content {
  readonly number: number;
  readonly owner: number;
  readonly sha2: string;
}

/**
 * Deletes the contents that no statement of their tenant names; returns how many. All statements are looked at bit by
 * bit. What was stored meanwhile is looked at in the very transaction that deletes: a batch and its contents are one
 * transaction too, so either its statements are seen there or its contents are added after it.
 */
export async function removeOrphans(store: SqliteStore, signal?: AbortSignal): Promise<number> {
  const contents = store.prepare("SELECT number, owner, sha2 FROM statement_attachments").all() as Content[];
  const unnamed = new Map(contents.map((one) => [keyOf(one.owner, one.sha2), one]));
  let position = 0;
  while (unnamed.size > 0) {
    const last = strikeOut(store, unnamed, position, batch);
    if (last === undefined) break;
    position = last;
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted === true || !store.db.open) return 0;
  }
  let removed = 0;
  while (unnamed.size > 0) {
    removed += await store.write(() => {
      strikeOut(store, unnamed, position - overlap);
      const some = [...unnamed].slice(0, batch);
      const remove = store.prepare("DELETE FROM statement_attachments WHERE number = ?");
      for (const [key, { number }] of some) {
        remove.run(number);
        unnamed.delete(key);
      }
      return some.length;
    });
  }
  return removed;
}

const keyOf = (owner: number, sha2: string): string => `${String(owner)} ${sha2}`;

/** Takes out what the statements behind a position name; returns the position of the last of them. */
function strikeOut(
  store: SqliteStore,
  unnamed: Map<string, Content>,
  after: number,
  limit = -1,
): number | undefined {
  const select = store.prepare(
    "SELECT position, owner, text FROM statements WHERE position > ? ORDER BY position LIMIT ?",
  );
  let last: number | undefined;
  for (const row of select.iterate(after, limit)) {
    const { position, owner, text } = row as { position: number; owner: number; text: string };
    for (const sha2 of digestsIn(text)) unnamed.delete(keyOf(owner, sha2));
    last = position;
  }
  return last;
}
