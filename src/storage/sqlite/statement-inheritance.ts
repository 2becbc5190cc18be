import type { SqliteStore } from "./database.js";
import { chainOf, columns, longestChain, termsOf, type Linked } from "./statement-references.js";

/** A piece of work, as `schema-0007-inheritance.ts` tells. */
interface Task {
  readonly owner: number;
  readonly subject: number;
  readonly node: number;
  readonly depth: number;
  readonly after: number;
  readonly storedAt: number;
}

/** How much one go may still write and look up, in rows. Nobody waits for more than a few milliseconds of it. */
interface Budget {
  rows: number;
}

const rowsWithBatch = 300;
const rowsInOneGo = 300;
const page = 64;

export const batchBudget = (): Budget => ({ rows: rowsWithBatch });

/**
 * A statement is found by what it refers to, and what refers to it is found by it (Communication 2.1.3, recursively).
 * Both are written down when a statement is stored, so that a query never walks a chain. Tens of thousands may refer to
 * one: what the budget does not reach is noted in the same transaction, and `resumeInheriting` does it bit by bit.
 * For a statement that refers to one, or to which one refers.
 */
export function inheritKeys(
  store: SqliteStore,
  subject: { readonly owner: number; readonly storedAt: number; readonly statement: Linked },
  budget: Budget,
): void {
  const { owner, storedAt, statement } = subject;
  const { position } = statement;
  workOff(store, { owner, subject: position, node: position, depth: 0, after: -1, storedAt }, budget);
}

/** Does the next piece of what is left, within a transaction; returns whether there was any. */
export function resumeInheriting(store: SqliteStore): boolean {
  const next = store.prepare("SELECT * FROM statement_inheriting ORDER BY number DESC LIMIT 1").get() as
    (Task & { readonly number: number }) | undefined;
  if (next === undefined) return false;
  store.prepare("DELETE FROM statement_inheriting WHERE number = ?").run(next.number);
  if (stillReaches(store, next)) workOff(store, next, { rows: rowsInOneGo });
  return true;
}

/** When the oldest statement was stored whose references are not all written down; `undefined` when all are. */
export function inheritingSince(store: SqliteStore, owner: number): number | undefined {
  const sql = "SELECT min(storedAt) FROM statement_inheriting WHERE owner = ?";
  return (store.prepare(sql).pluck().get(owner) as number | null) ?? undefined;
}

/** A statement between the two may have been deleted meanwhile. */
function stillReaches(store: SqliteStore, { owner, subject, node }: Task): boolean {
  const from = byPosition(store, node);
  if (from === undefined || node === subject) return from !== undefined;
  return chainOf(store, owner, from.refersTo).some(({ position }) => position === subject);
}

function workOff(store: SqliteStore, first: Task, budget: Budget): void {
  const left = [first];
  for (let task = left.pop(); task !== undefined; task = left.pop())
    if (budget.rows > 0) left.push(...step(store, task, budget));
    else note(store, task);
}

function note(store: SqliteStore, { owner, subject, node, depth, after, storedAt }: Task): void {
  store
    .prepare(
      "INSERT INTO statement_inheriting (owner, subject, node, depth, after, storedAt) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .run(owner, subject, node, depth, after, storedAt);
}

/** What comes first of a task. Returns what is to be done next because of it. */
function step(store: SqliteStore, task: Task, budget: Budget): Task[] {
  const [subject, node] = [byPosition(store, task.subject), byPosition(store, task.node)];
  if (subject === undefined || node === undefined) return [];
  const targets = chainOf(store, task.owner, subject.refersTo);
  budget.rows -= targets.length;
  if (task.after >= 0) return handDown(store, task, { node, sources: [subject, ...targets] }, budget);
  budget.rows -= copyKeys(store, targets, subject);
  return [{ ...task, after: 0 }];
}

interface Handing {
  readonly node: Linked;
  readonly sources: readonly Linked[];
}

/** A page of those that refer to the node. */
function handDown(store: SqliteStore, task: Task, { node, sources }: Handing, budget: Budget): Task[] {
  const referrers = referrersAfter(store, task, node);
  const next: Task[] = [];
  let { after } = task;
  for (const referrer of referrers) {
    if (budget.rows <= 0) break;
    budget.rows -= 1;
    after = referrer.position;
    // Whatever refers to itself in a circle has been here already.
    if (after === task.subject) continue;
    budget.rows -= copyKeys(store, sources, referrer);
    if (task.depth + 1 < longestChain && isReferredTo(store, task.owner, referrer))
      next.push({ ...task, node: after, depth: task.depth + 1, after: 0 });
  }
  const ended = referrers.length < page && (referrers.at(-1)?.position ?? after) === after;
  return ended ? next : [{ ...task, after }, ...next];
}

function referrersAfter(store: SqliteStore, { owner, after }: Task, node: Linked): Linked[] {
  const sql = `SELECT ${columns} FROM statements WHERE owner = ? AND refersTo = ? AND position > ?
    ORDER BY position LIMIT ?`;
  return store.prepare(sql).all(owner, node.id, after, page) as Linked[];
}

function isReferredTo(store: SqliteStore, owner: number, { id }: Linked): boolean {
  const sql = "SELECT 1 FROM statements WHERE owner = ? AND refersTo = ? LIMIT 1";
  return store.prepare(sql).get(owner, id) !== undefined;
}

function byPosition(store: SqliteStore, position: number): Linked | undefined {
  return store.prepare(`SELECT ${columns} FROM statements WHERE position = ?`).get(position) as
    Linked | undefined;
}

/** Returns how many rows it wrote. */
function copyKeys(store: SqliteStore, from: readonly Linked[], to: Linked): number {
  const add = store.prepare("INSERT OR IGNORE INTO statement_keys VALUES (?, ?, ?, ?)");
  let rows = 0;
  for (const source of from) {
    if (source.position === to.position) continue;
    for (const term of termsOf(store, source)) {
      add.run(term, Math.max(source.class, to.class), to.position, source.position);
      rows += 1;
    }
  }
  return rows;
}
