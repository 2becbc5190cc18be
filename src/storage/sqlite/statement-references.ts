import type { SqliteStore } from "./database.js";
import { unpackTerms } from "./statement-terms.js";

/** A statement and what it refers to, as `columns` reads it. */
export interface Linked {
  readonly position: number;
  readonly id: Buffer;
  readonly class: number;
  readonly refersTo: Buffer | null;
}

/** How many references in a row are followed: a longer chain is nobody's honest record. */
export const longestChain = 50;

/**
 * Takes a statement that is to be deleted out of what `inheritKeys` wrote: nothing is found by it any more, nor through
 * it by what it refers to.
 */
export function disinherit(store: SqliteStore, owner: number, statement: Linked): void {
  const targets = [statement, ...chainOf(store, owner, statement.refersTo)];
  for (const referrer of [statement, ...referrersOf(store, owner, statement)]) {
    const before = new Set(referrer === statement ? [] : positionsBefore(store, owner, referrer, statement));
    for (const target of targets) if (!before.has(target.position)) dropKeys(store, target, referrer);
  }
}

/** The statement itself and what it reaches before it comes to the other one. */
function positionsBefore(store: SqliteStore, owner: number, from: Linked, other: Linked): number[] {
  const chain = chainOf(store, owner, from.refersTo).map(({ position }) => position);
  return [from.position, ...chain.slice(0, Math.max(0, chain.indexOf(other.position)))];
}

export const columns = 'position, statementId AS id, class AS "class", refersTo';

/** What a statement that refers to `first` reaches, the nearest first. */
export function chainOf(store: SqliteStore, owner: number, first: Buffer | null): Linked[] {
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

/** All is settled that a removal looks at. */
function dropKeys(store: SqliteStore, from: Linked, to: Linked): void {
  const drop = store.prepare(
    "DELETE FROM statement_keys WHERE term = ? AND class = ? AND position = ? AND source = ?",
  );
  const source = from.position === to.position ? 0 : from.position;
  for (const term of termsOf(store, from))
    drop.run(term, Math.max(from.class, to.class), to.position, source);
}

export function termsOf(store: SqliteStore, { position }: Linked): number[] {
  const select = store.prepare("SELECT terms FROM statements WHERE position = ?").pluck();
  return unpackTerms(select.get(position) as Buffer);
}
