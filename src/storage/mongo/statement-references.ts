import { found, ownedBy, type StatementCollections, type StatementDocument } from "./statement-rows.js";
import { standings } from "./statement-standing.js";

/** How many references in a row are followed: a longer chain is nobody's honest record. */
const longestChain = 50;

/**
 * Derives from a committed attempt's statements what depends on others: who voids whom, and under which keys of others
 * a statement is found (Communication 2.1.3). Of two statements stored at once, at least the one committed later sees
 * the other, and both directions are derived. Idempotent.
 */
export async function deriveFromAttempt(collections: StatementCollections, attempt: string): Promise<void> {
  const { statements } = collections;
  const documents = await statements.find({ attempt }).toArray();
  const [first] = documents;
  if (first === undefined) return;
  const ids = documents.map(({ statementId }) => statementId);
  const pointing = await statements.find({ ...ownedBy(first), refersTo: { $in: ids } }).toArray();
  const voiding = [...documents, ...(await counting(collections, pointing))].filter(({ voids }) => voids);
  const voided = voiding.map(({ refersTo }) => refersTo).filter((id) => id !== null);
  // Data 2.3.2: a voiding statement can't itself be voided.
  if (voided.length > 0)
    await statements.updateMany(
      { ...ownedBy(first), statementId: { $in: voided }, voids: false },
      { $set: { voided: true } },
    );
  const pointedAt = new Set(pointing.map(({ refersTo }) => refersTo));
  for (const document of documents)
    if (document.refersTo !== null || pointedAt.has(document.statementId)) await link(collections, document);
}

/**
 * Takes a statement that is to be deleted out of what was derived: nothing is found by it any more, nor through it by
 * what it refers to. Idempotent.
 */
export async function unlink(collections: StatementCollections, document: StatementDocument): Promise<void> {
  const referrers = await referrersOf(collections, document);
  if (referrers.length === 0) return;
  const targets = [document, ...(await chainFrom(collections, document))].map((one) => one.statementId);
  for (const referrer of referrers) {
    const chain = (await chainFrom(collections, referrer)).map((one) => one.statementId);
    const before = [
      referrer.statementId,
      ...chain.slice(0, Math.max(0, chain.indexOf(document.statementId))),
    ];
    await forsake(
      collections,
      referrer,
      targets.filter((target) => !before.includes(target)),
    );
  }
}

/** Both fields change in one write, and only while nobody else added to them. */
async function forsake(
  { statements }: StatementCollections,
  { _id }: StatementDocument,
  targets: readonly string[],
): Promise<void> {
  for (;;) {
    const from = await statements.findOne({ _id });
    const left = from?.reached.filter(({ statementId }) => !targets.includes(statementId));
    if (!from || !left || left.length === from.reached.length) return;
    const known = from.reached.map(({ statementId }) => statementId);
    const keys = [...found(from.class, from.keys), ...left.flatMap((source) => source.found)];
    const { matchedCount } = await statements.updateOne(
      { _id, reached: { $size: from.reached.length }, "reached.statementId": { $all: known } },
      { $set: { reached: left, found: [...new Set(keys)] } },
    );
    if (matchedCount === 1) return;
  }
}

async function link(collections: StatementCollections, document: StatementDocument): Promise<void> {
  const targets = await chainFrom(collections, document);
  const referrers = await referrersOf(collections, document);
  for (const target of targets) await reach(collections, document, target);
  for (const referrer of referrers)
    for (const target of [document, ...targets]) await reach(collections, referrer, target);
}

async function chainFrom(
  collections: StatementCollections,
  document: StatementDocument,
): Promise<StatementDocument[]> {
  const chain = new Map([[document.statementId, document]]);
  let next = document.refersTo;
  while (next !== null && !chain.has(next) && chain.size < longestChain) {
    const target = await collections.statements.findOne({ ...ownedBy(document), statementId: next });
    const [counted] = await counting(collections, target ? [target] : []);
    if (counted === undefined) break;
    chain.set(counted.statementId, counted);
    next = counted.refersTo;
  }
  return [...chain.values()].slice(1);
}

async function referrersOf(
  { statements }: StatementCollections,
  document: StatementDocument,
): Promise<StatementDocument[]> {
  const all = new Map([[document.statementId, document]]);
  let edge = [document];
  for (let depth = 0; depth < longestChain && edge.length > 0; depth += 1) {
    const ids = edge.map(({ statementId }) => statementId);
    const next = await statements.find({ ...ownedBy(document), refersTo: { $in: ids } }).toArray();
    edge = next.filter(({ statementId }) => !all.has(statementId));
    for (const referrer of edge) all.set(referrer.statementId, referrer);
  }
  return [...all.values()].slice(1);
}

async function reach(
  { statements }: StatementCollections,
  from: StatementDocument,
  target: StatementDocument,
): Promise<void> {
  if (from.statementId === target.statementId) return;
  const keys = found(Math.max(from.class, target.class), target.keys);
  await statements.updateOne(
    { _id: from._id, "reached.statementId": { $ne: target.statementId } },
    {
      $push: { reached: { statementId: target.statementId, found: keys } },
      $addToSet: { found: { $each: keys } },
    },
  );
}

async function counting(
  collections: StatementCollections,
  documents: readonly StatementDocument[],
): Promise<StatementDocument[]> {
  const standing = await standings(collections, documents);
  return documents.filter(({ _id }) => standing.get(_id) === "counts");
}
