import { found, ownedBy, type StatementCollections, type StatementDocument } from "./statement-rows.js";
import { standings } from "./statement-standing.js";

/** How many references in a row are followed: a longer chain is nobody's honest record. */
const longestChain = 50;

/** How many referrers are read, and changed, at a time: tens of thousands may refer to one statement. */
const page = 200;

/** What is read of a referrer; its text is not. */
type Referrer = Pick<
  StatementDocument,
  "_id" | "academyId" | "jurisdictionId" | "statementId" | "class" | "refersTo"
>;

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
  const pointing = { ...ownedBy(first), refersTo: { $in: ids } };
  const pointingVoids = await statements.find({ ...pointing, voids: true }).toArray();
  const voiding = [...documents, ...(await counting(collections, pointingVoids))].filter(
    ({ voids }) => voids,
  );
  const voided = voiding.map(({ refersTo }) => refersTo).filter((id) => id !== null);
  // Data 2.3.2: a voiding statement can't itself be voided.
  if (voided.length > 0)
    await statements.updateMany(
      { ...ownedBy(first), statementId: { $in: voided }, voids: false },
      { $set: { voided: true } },
    );
  const pointedAt = new Set(await statements.distinct("refersTo", pointing));
  for (const document of documents)
    if (document.refersTo !== null || pointedAt.has(document.statementId)) await link(collections, document);
}

/**
 * Takes a statement that is to be deleted out of what was derived: nothing is found by it any more, nor through it by
 * what it refers to. Idempotent.
 */
export async function unlink(collections: StatementCollections, document: StatementDocument): Promise<void> {
  const targets = [document, ...(await chainFrom(collections, document))].map((one) => one.statementId);
  for await (const referrer of referrersOf(collections, document)) {
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
  { _id }: Referrer,
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
  for (const target of targets) await reach(collections, [document], target);
  let some: Referrer[] = [];
  const flush = async (): Promise<void> => {
    for (const target of [document, ...targets]) await reach(collections, some, target);
    some = [];
  };
  for await (const referrer of referrersOf(collections, document)) {
    some.push(referrer);
    if (some.length === page) await flush();
  }
  await flush();
}

async function chainFrom(
  collections: StatementCollections,
  document: Referrer,
): Promise<StatementDocument[]> {
  const chain = new Map<string, StatementDocument>();
  let next = document.refersTo;
  while (next !== null && next !== document.statementId && !chain.has(next) && chain.size < longestChain) {
    const target = await collections.statements.findOne({ ...ownedBy(document), statementId: next });
    const [counted] = await counting(collections, target ? [target] : []);
    if (counted === undefined) break;
    chain.set(counted.statementId, counted);
    next = counted.refersTo;
  }
  return [...chain.values()];
}

/** What refers to a statement, and what refers to that, the nearest first; read bit by bit. */
async function* referrersOf(
  { statements }: StatementCollections,
  document: StatementDocument,
): AsyncGenerator<Referrer> {
  const projection = { academyId: 1, jurisdictionId: 1, statementId: 1, class: 1, refersTo: 1 } as const;
  const seen = new Set([document.statementId]);
  let edge = [document.statementId];
  for (let depth = 0; depth < longestChain && edge.length > 0; depth += 1) {
    const next: string[] = [];
    for (let from = 0; from < edge.length; from += page) {
      const filter = { ...ownedBy(document), refersTo: { $in: edge.slice(from, from + page) } };
      const found = statements.find<Referrer>(filter, { projection, batchSize: page });
      for await (const referrer of found) {
        if (seen.has(referrer.statementId)) continue;
        seen.add(referrer.statementId);
        next.push(referrer.statementId);
        yield referrer;
      }
    }
    edge = next;
  }
}

async function reach(
  { statements }: StatementCollections,
  from: readonly Referrer[],
  target: StatementDocument,
): Promise<void> {
  const { statementId } = target;
  for (const digit of [0, 1]) {
    const ids = from
      .filter((one) => one.statementId !== statementId && Math.max(one.class, target.class) === digit)
      .map(({ _id }) => _id);
    if (ids.length === 0) continue;
    const keys = found(digit, target.keys);
    await statements.updateMany(
      { _id: { $in: ids }, "reached.statementId": { $ne: statementId } },
      { $push: { reached: { statementId, found: keys } }, $addToSet: { found: { $each: keys } } },
    );
  }
}

async function counting(
  collections: StatementCollections,
  documents: readonly StatementDocument[],
): Promise<StatementDocument[]> {
  const standing = await standings(collections, documents);
  return documents.filter(({ _id }) => standing.get(_id) === "counts");
}
