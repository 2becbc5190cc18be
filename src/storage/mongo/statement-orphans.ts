import { hours, type Tenant } from "../../foundation/kernel/index.js";
import { digestsIn } from "../attachment-digests.js";
import type { Attachments } from "./statement-attachments.js";
import type { StatementCollections } from "./statement-rows.js";

/** What was kept of late is left alone: its statements may be under way. */
const youngMs = hours(1);

/**
 * Deletes the contents that no statement of their tenant names; returns how many. Statements that are not visible yet
 * count. Whoever stores a batch marks its contents anew, before its statements and again behind them
 * (`keepAttachments`): so a content that somebody stores again meanwhile is another than the one that was looked at, and
 * stays; and one that went a moment before is put back before the batch is answered.
 */
export async function removeOrphans(
  { statements }: StatementCollections,
  attachments: Attachments,
  { now, signal }: { readonly now: number; readonly signal: AbortSignal | undefined },
): Promise<number> {
  const projection = { academyId: 1, jurisdictionId: 1, sha2: 1, mark: 1 };
  // `$not` finds those, too, that were kept before the time was noted.
  const old = { keptAt: { $not: { $gt: now - youngMs } } };
  const contents = await attachments.find(old).project<Content>(projection).toArray();
  const unnamed = new Map(contents.map((one) => [keyOf(one, one.sha2), one]));
  if (unnamed.size === 0) return 0;
  const all = statements.find({}).project<Named>({ _id: 0, academyId: 1, jurisdictionId: 1, text: 1 });
  for await (const { text, ...tenant } of all) {
    for (const sha2 of digestsIn(text)) unnamed.delete(keyOf(tenant, sha2));
    if (unnamed.size === 0 || signal?.aborted === true) return 0;
  }
  let removed = 0;
  for (const { _id, mark } of unnamed.values())
    removed += (await attachments.deleteOne({ _id, mark: mark ?? { $exists: false } })).deletedCount;
  return removed;
}

interface Content extends Tenant {
  readonly _id: never;
  readonly sha2: string;
  readonly mark?: string;
}

interface Named extends Tenant {
  readonly text: string;
}

const keyOf = ({ academyId, jurisdictionId }: Tenant, sha2: string): string =>
  JSON.stringify([academyId, jurisdictionId, sha2]);
