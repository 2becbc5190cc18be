import { randomToken } from "../../foundation/kernel/index.js";
import type { AppendResult, NewStatement, StatementBatch } from "../../standards/lrs/index.js";
import { StorageError } from "../errors.js";
import { isDuplicate } from "./errors.js";
import { complete, giveUp, within } from "./statement-journal.js";
import { standings } from "./statement-standing.js";
import { ownedBy, pendingDocuments, type StatementCollections } from "./statement-rows.js";

/** How long one waits for another attempt that holds an id before giving it up as dead, milliseconds. */
const patienceMs = 5000;
const giveUpAfterMs = 60_000;

type Outcome = AppendResult | { readonly kind: "blocked"; readonly by: readonly string[] };

/**
 * Stores a batch with no transaction: a journal opens the attempt, the documents go in unseen under the unique index,
 * one change of the journal commits them all, and what follows from it is derived. An attempt that meets another
 * one's document steps back, waits and starts anew, so two attempts never wait for each other.
 */
export async function appendBatch(
  collections: StatementCollections,
  batch: StatementBatch,
): Promise<AppendResult> {
  const waitedFor = new Map<string, number>();
  let waited = 0;
  for (let tries = 1; waited < giveUpAfterMs; tries += 1) {
    const outcome = await attemptOnce(collections, batch);
    if (outcome.kind !== "blocked") return outcome;
    const pause = Math.random() * Math.min(10 * tries, 100);
    await new Promise((resolve) => setTimeout(resolve, pause));
    waited += pause;
    for (const attempt of outcome.by) {
      const soFar = (waitedFor.get(attempt) ?? 0) + pause;
      waitedFor.set(attempt, soFar);
      if (soFar > patienceMs) await giveUp(collections, attempt);
    }
  }
  throw new StorageError("store_row_clash", { collection: "statements" });
}

async function attemptOnce(collections: StatementCollections, batch: StatementBatch): Promise<Outcome> {
  const seen = await lookAround(collections, batch);
  if ("kind" in seen) return seen;
  if (seen.fresh.length === 0) return { kind: "stored" };
  const attempt = `${batch.id}.${randomToken(9)}`;
  const { journals } = collections;
  await journals.insertOne({ ...ownedBy(batch), _id: attempt, state: "open", storedAt: batch.storedAt });
  if (!(await insertPending(collections, batch, attempt, seen.fresh))) {
    await giveUp(collections, attempt);
    return { kind: "blocked", by: [] };
  }
  const { matchedCount } = await journals.updateOne(
    { _id: attempt, state: "open" },
    { $set: { state: "committed" } },
  );
  if (matchedCount === 0) {
    await giveUp(collections, attempt);
    return { kind: "blocked", by: [] };
  }
  await within(complete(collections, attempt));
  return { kind: "stored" };
}

/** What of the batch is not there yet; or a conflict; or which attempts stand in the way. */
async function lookAround(
  collections: StatementCollections,
  batch: StatementBatch,
): Promise<Outcome | { readonly fresh: NewStatement[] }> {
  const fresh = new Map<string, NewStatement>();
  for (const statement of batch.statements) {
    const id = statement.id.toLowerCase();
    const twin = fresh.get(id);
    if (twin !== undefined && !statement.isSame(twin.text))
      return { kind: "conflict", statementId: statement.id };
    fresh.set(id, twin ?? statement);
  }
  const there = await collections.statements
    .find({ ...ownedBy(batch), statementId: { $in: [...fresh.keys()] } })
    .toArray();
  const standing = await standings(collections, there);
  const blocking: string[] = [];
  for (const document of there) {
    const mine = fresh.get(document.statementId);
    const stands = standing.get(document._id);
    if (stands === "gone") await collections.statements.deleteOne({ _id: document._id, visible: false });
    else if (stands === "under way") blocking.push(document.attempt);
    else if (mine !== undefined && !mine.isSame(document.text))
      return { kind: "conflict", statementId: mine.id };
    else fresh.delete(document.statementId);
  }
  return blocking.length > 0 ? { kind: "blocked", by: blocking } : { fresh: [...fresh.values()] };
}

/** `false` when an id was taken meanwhile. */
async function insertPending(
  { statements }: StatementCollections,
  batch: StatementBatch,
  attempt: string,
  fresh: readonly NewStatement[],
): Promise<boolean> {
  try {
    await statements.insertMany(pendingDocuments(batch, attempt, fresh), { ordered: false });
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}
