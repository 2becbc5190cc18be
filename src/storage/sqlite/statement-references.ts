import type { SqliteStore } from "./database.js";

interface Linked {
  readonly position: number;
  readonly id: Buffer;
  readonly class: number;
  readonly refersTo: Buffer | null;
}

/** How many references in a row are followed: a longer chain is nobody's honest record. */
const longestChain = 50;

/**
 * A statement is found by what it refers to, and what refers to it is found by it (Communication 2.1.3, recursively).
 * Both are written down when a statement is stored, so that a query never walks a chain.
 */
export function inheritKeys(store: SqliteStore, owner: number, statement: Linked): void {
  const targets = chainOf(store, owner, statement.refersTo);
  const referrers = referrersOf(store, owner, statement);
  for (const target of targets) copyKeys(store, owner, target, statement);
  for (const referrer of referrers)
    for (const target of [statement, ...targets]) copyKeys(store, owner, target, referrer);
}

const columns = 'position, statementId AS id, class AS "class", refersTo';

function chainOf(store: SqliteStore, owner: number, first: Buffer | null): Linked[] {
  const find = store.prepare(`SELECT ${columns} FROM statements WHERE owner = ? AND statementId = ?`);
  const chain = new Map<number, Linked>();
  let next = first;
  while (next !== null && chain.size < longestChain) {
    const target = find.get(owner, next) as Linked | undefined;
    if (target === undefined || chain.has(target.position)) break;
    chain.set(target.position, target);
    next = target.refersTo;
  }
  return [...chain.values()];
}

function referrersOf(store: SqliteStore, owner: number, statement: Linked): Linked[] {
  const find = store.prepare(`SELECT ${columns} FROM statements WHERE owner = ? AND refersTo = ?`);
  const found = new Map<number, Linked>();
  let edge: Linked[] = [statement];
  for (let depth = 0; depth < longestChain && edge.length > 0; depth += 1) {
    edge = edge
      .flatMap(({ id }) => find.all(owner, id) as Linked[])
      .filter(({ position }) => position !== statement.position && !found.has(position));
    for (const referrer of edge) found.set(referrer.position, referrer);
  }
  return [...found.values()];
}

function copyKeys(store: SqliteStore, owner: number, from: Linked, to: Linked): void {
  if (from.position === to.position) return;
  const keys = store
    .prepare("SELECT keys FROM statements WHERE position = ?")
    .pluck()
    .get(from.position) as Buffer;
  const add = store.prepare("INSERT OR IGNORE INTO statement_keys VALUES (?, ?, ?, ?, ?)");
  for (let start = 0; start < keys.length; start += 16)
    add.run(
      owner,
      keys.subarray(start, start + 16),
      Math.max(from.class, to.class),
      to.position,
      from.position,
    );
}
