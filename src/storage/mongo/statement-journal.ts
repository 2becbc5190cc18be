import { deriveFromAttempt } from "./statement-references.js";
import type { StatementCollections } from "./statement-rows.js";

/**
 * Gives an open attempt up. Its writer, if it still lives, fails to commit it and starts anew; so this is safe at any
 * time. Does nothing to one that is committed.
 */
export async function giveUp({ statements, journals }: StatementCollections, attempt: string): Promise<void> {
  await journals.deleteOne({ _id: attempt, state: "open" });
  const committed = await journals.findOne({ _id: attempt, state: "committed" });
  if (committed === null) await statements.deleteMany({ attempt, visible: false });
}

/** How long a request waits for what follows from its commit, milliseconds: tens of thousands may refer to it. */
const waitMs = 1000;

/** Waits for the work, but not for long: it goes on, and whoever finds its journal can take it over. */
export async function within(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise((resolve) => (timer = setTimeout(resolve, waitMs)));
  const failure = await Promise.race([
    work.then(
      () => undefined,
      (error: unknown) => ({ error }),
    ),
    enough,
  ]);
  clearTimeout(timer);
  if (failure !== undefined) throw (failure as { error: unknown }).error;
}

/** Does what is left after the commit. Any process may, and may again: each step is idempotent. */
export async function complete(collections: StatementCollections, attempt: string): Promise<void> {
  await collections.statements.updateMany({ attempt, visible: false }, { $set: { visible: true } });
  await deriveFromAttempt(collections, attempt);
  await collections.journals.deleteOne({ _id: attempt, state: "committed" });
}

/** Ends every attempt that was begun before the given time: the committed ones are completed, the others given up. */
export async function endAttempts(collections: StatementCollections, storedBefore: number): Promise<void> {
  const journals = await collections.journals.find({ storedAt: { $lt: storedBefore } }).toArray();
  for (const { _id } of journals) await endAttempt(collections, _id);
}

/** Ends an attempt one way or the other: it is given up, unless it is committed already; then it is completed. */
export async function endAttempt(collections: StatementCollections, attempt: string): Promise<void> {
  await giveUp(collections, attempt);
  if (await collections.journals.findOne({ _id: attempt, state: "committed" }))
    await complete(collections, attempt);
}
