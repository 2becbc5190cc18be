import type { Tenant } from "../../foundation/kernel/index.js";
import type {
  AppendResult,
  NewStatement,
  StatementBatch,
  StatementStore,
  StoredStatement,
} from "../../standards/lrs/index.js";
import { authorityKey, keysOfStatement } from "../statement-keys.js";
import type { SqliteStore } from "./database.js";
import { addFresh, hasTerm, settling, termValues } from "./statement-fresh.js";
import { queryPositions } from "./statement-queries.js";
import { removeOrphans } from "./statement-orphans.js";
import { removal } from "./statement-removal.js";
import { batchBudget, inheritingSince, inheritKeys, resumeInheriting } from "./statement-inheritance.js";
import { classNumber, idBytes, idText, ownerNumber, positionsPerMs } from "./statement-rows.js";
import { packTerms, termOf, termsFor, type Terms } from "./statement-terms.js";

interface StatementRow {
  readonly position: number;
  readonly statementId: Buffer;
  readonly storedAt: number;
  readonly voided: number;
  readonly text: string;
}

const columns = "position, statementId, storedAt, voided, text";

export interface SqliteStatements extends StatementStore {
  /** Goes on with what a crash left to be written down about references. Does not wait for it. */
  recoverStatements(): void;
}

/** The statement store on SQLite. Batches that arrive in one turn of the event loop share a commit. */
export function createSqliteStatements(store: SqliteStore): SqliteStatements {
  /** Batches that are asked for and not yet committed. */
  const underWay = new Set<StatementBatch>();
  const inherit = inheriting(store);
  const fresh = settling(store);

  return {
    ...removal(store),
    removeUnnamedAttachments: (_now, signal) => removeOrphans(store, signal),
    recoverStatements: inherit,

    async appendStatements(batch) {
      underWay.add(batch);
      try {
        const { result, terms, count } = await store.write(() => append(store, batch));
        terms.remember();
        fresh.added(count);
        return result;
      } finally {
        underWay.delete(batch);
        inherit();
      }
    },

    findStatement(tenant, id, { voided, classes, authority }) {
      const owner = ownerNumber(store, tenant);
      const sql = `SELECT ${columns}, class FROM statements WHERE owner = ? AND statementId = ?`;
      const row = owner && (store.prepare(sql).get(owner, idBytes(id)) as Found | undefined);
      const seen =
        row &&
        (row.voided === 1) === voided &&
        classes.map(classNumber).includes(row.class) &&
        (authority === undefined || isFrom(store, owner, row, authority));
      return Promise.resolve(seen ? toStored(row) : undefined);
    },

    findAttachment(tenant, sha2) {
      const owner = ownerNumber(store, tenant);
      const sql = "SELECT content FROM statement_attachments WHERE owner = ? AND sha2 = ?";
      const content = owner && (store.prepare(sql).pluck().get(owner, sha2) as Uint8Array | undefined);
      return Promise.resolve(content || undefined);
    },

    queryStatements(query) {
      const read = store.prepare(`SELECT ${columns} FROM statements WHERE position = ?`);
      const found: StoredStatement[] = [];
      let left = query.bytes ?? Infinity;
      for (const position of queryPositions(store, query)) {
        found.push(toStored(read.get(position) as StatementRow));
        if (left <= 0) break;
        left -= Buffer.byteLength(found.at(-1)?.text ?? "");
      }
      return Promise.resolve(found);
    },

    consistentThrough(tenant: Tenant, now: number) {
      const owner = ownerNumber(store, tenant);
      const since = owner === undefined ? undefined : inheritingSince(store, owner);
      // Something may still be stored within this very millisecond.
      const soonest = Math.min(now, since ?? now, ...[...underWay].map(({ storedAt }) => storedAt));
      return Promise.resolve(soonest - 1);
    },
  };
}

/** Starts to do bit by bit what is left; does nothing while that is going on. Others get their turn in between. */
function inheriting(store: SqliteStore): () => void {
  let going = false;
  const goOn = async (): Promise<void> => {
    // The next commit that is synced takes these along; what a power cut undoes is still noted as left.
    while (store.db.open && (await store.write(() => resumeInheriting(store), true)));
  };
  return () => {
    if (going || !store.db.open) return;
    if (store.prepare("SELECT 1 FROM statement_inheriting LIMIT 1").get() === undefined) return;
    going = true;
    // What fails here is noted still; the next statement, or the next start, tries again.
    void goOn()
      .catch(() => undefined)
      .finally(() => (going = false));
  };
}

type Found = StatementRow & { readonly class: number };

function toStored(row: StatementRow): StoredStatement {
  return {
    id: idText(row.statementId),
    text: row.text,
    storedAt: row.storedAt,
    voided: row.voided === 1,
    cursor: String(row.position),
  };
}

function isFrom(store: SqliteStore, owner: number, row: Found, authority: string): boolean {
  const term = termOf(store, owner, authorityKey(authority));
  if (term === undefined) return false;
  const fresh = `SELECT 1 FROM statement_fresh f WHERE f.position = ? AND ${hasTerm("f", 1)}`;
  if (store.prepare(fresh).get(row.position, ...termValues([term])) !== undefined) return true;
  const settled = "SELECT 1 FROM statement_keys WHERE term = ? AND class = ? AND position = ? AND source = 0";
  return store.prepare(settled).get(term, row.class, row.position) !== undefined;
}

interface Appended {
  readonly result: AppendResult;
  readonly terms: Terms;
  /** How many statements were added. */
  readonly count: number;
}

/** Runs within a transaction. Looks for a conflict before it writes anything. */
function append(store: SqliteStore, batch: StatementBatch): Appended {
  const owner = ownerNumber(store, batch, "make");
  const terms = termsFor(store, owner);
  const added = new Map<string, Added>();
  const known = store.prepare("SELECT text FROM statements WHERE owner = ? AND statementId = ?").pluck();
  for (const statement of batch.statements) {
    const id = statement.id.toLowerCase();
    const bytes = idBytes(id);
    const there = added.get(id)?.text ?? (known.get(owner, bytes) as string | undefined);
    if (there === undefined) added.set(id, { ...statement, bytes });
    else if (!statement.isSame(there))
      return { result: { kind: "conflict", statementId: statement.id }, terms, count: 0 };
  }
  const keep = store.prepare(
    "INSERT OR IGNORE INTO statement_attachments (owner, sha2, content) VALUES (?, ?, ?)",
  );
  for (const { sha2, content } of batch.attachments ?? []) keep.run(owner, sha2, Buffer.from(content));
  let position = nextPosition(store, batch.storedAt);
  const budget = batchBudget();
  for (const statement of added.values()) {
    insert(store, { owner, position, batch, budget, terms }, statement);
    position += 1;
  }
  noteLead(store, Math.floor(position / positionsPerMs) - batch.storedAt);
  return { result: { kind: "stored" }, terms, count: added.size };
}

type Added = NewStatement & { readonly bytes: Buffer };

interface Place {
  readonly owner: number;
  readonly position: number;
  readonly batch: StatementBatch;
  readonly budget: ReturnType<typeof batchBudget>;
  readonly terms: Terms;
}

function insert(
  store: SqliteStore,
  { owner, position, batch, budget, terms }: Place,
  statement: Added,
): void {
  const { refersTo, voids } = statement.keys;
  const id = statement.bytes;
  const target = refersTo === undefined ? null : idBytes(refersTo);
  const statementClass = classNumber(statement.class);
  const numbers = keysOfStatement(statement.keys).map((key) => terms.numberOf(key));
  const referrer = firstReferrer(store, owner, id);
  store
    .prepare(
      `INSERT INTO statements (position, owner, statementId, class, storedAt, voided, voids, refersTo, terms, text)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      position,
      owner,
      id,
      statementClass,
      batch.storedAt,
      voids === undefined && referrer?.voids === 1 ? 1 : 0,
      voids === undefined ? 0 : 1,
      target,
      packTerms(numbers),
      statement.text,
    );
  // Data 2.3.2: a voiding statement can't itself be voided.
  if (voids !== undefined)
    store
      .prepare("UPDATE statements SET voided = 1 WHERE owner = ? AND statementId = ? AND voids = 0")
      .run(owner, idBytes(voids));
  const linked = { position, id, class: statementClass, refersTo: target };
  addFresh(store, linked, numbers);
  if (target !== null || referrer !== undefined)
    inheritKeys(store, { owner, storedAt: batch.storedAt, statement: linked }, budget);
}

/** Of the statements that came earlier and refer to this id, one that voids it if there is any. */
function firstReferrer(
  store: SqliteStore,
  owner: number,
  id: Buffer,
): { readonly voids: number } | undefined {
  const sql = "SELECT voids FROM statements WHERE owner = ? AND refersTo = ? ORDER BY voids DESC LIMIT 1";
  return store.prepare(sql).get(owner, id) as { readonly voids: number } | undefined;
}

function nextPosition(store: SqliteStore, storedAt: number): number {
  const last = store.prepare("SELECT max(position) FROM statements").pluck().get() as number | null;
  return Math.max(storedAt * positionsPerMs, (last ?? 0) + 1);
}

function noteLead(store: SqliteStore, lead: number): void {
  store.prepare("UPDATE statement_order SET lead = ? WHERE only = 1 AND lead < ?").run(lead, lead);
}
