import type Database from "better-sqlite3";
import { packTerms } from "./statement-terms.js";

/**
 * Migration 8: what statements are found by, in a third of the room and written in fewer places.
 *
 * `statement_terms` gives a key (16 bytes, as `statement-keys.ts` makes them) a short number. A term is never deleted:
 * other processes may know its number. It is a hash and tells nothing.
 *
 * `statement_keys` is as before but for that number in place of owner and key; `source` is 0 where it is the statement
 * itself. Each statement is found by five to ten keys from all over that index, and each would change a page of its
 * own. So what was stored of late is in `statement_fresh`, a row a statement with its terms between commas (`,3,14,`),
 * until thousands move together (`statement-fresh.ts`). All own keys of a statement are in the one or in the other;
 * what is inherited is in the index.
 *
 * `statements.terms` has the numbers, 4 bytes each. Whether two statements are the same is seen from
 * their texts; the digest that was kept for it, and the batch's id, are gone. Of who refers to a statement, the index
 * tells first who voids it.
 */
const tables = `
CREATE TABLE statement_terms (
  number INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES statement_owners (number), key BLOB NOT NULL,
  UNIQUE (owner, key)
) STRICT;
INSERT INTO statement_terms (owner, key) SELECT DISTINCT owner, key FROM statement_keys;

ALTER TABLE statement_keys RENAME TO statement_keys_before;
CREATE TABLE statement_keys (
  term INTEGER NOT NULL, class INTEGER NOT NULL, position INTEGER NOT NULL, source INTEGER NOT NULL,
  PRIMARY KEY (term, class, position, source)
) STRICT, WITHOUT ROWID;
CREATE TABLE statement_fresh (
  position INTEGER PRIMARY KEY, class INTEGER NOT NULL, terms TEXT NOT NULL
) STRICT;
INSERT INTO statement_keys
  SELECT t.number, k.class, k.position, iif(k.source = k.position, 0, k.source)
  FROM statement_keys_before k JOIN statement_terms t ON t.owner = k.owner AND t.key = k.key ORDER BY 1, 2, 3, 4;
DROP TABLE statement_keys_before;

ALTER TABLE statements RENAME TO statements_before;
DROP INDEX statements_by_id;
DROP INDEX statements_by_class;
DROP INDEX statements_by_target;
CREATE TABLE statements (
  position INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES statement_owners (number),
  statementId BLOB NOT NULL, class INTEGER NOT NULL, storedAt INTEGER NOT NULL,
  voided INTEGER NOT NULL, voids INTEGER NOT NULL, refersTo BLOB, terms BLOB NOT NULL, text TEXT NOT NULL
) STRICT;
`;
const indexes = `
DROP TABLE statements_before;
CREATE UNIQUE INDEX statements_by_id ON statements (owner, statementId);
CREATE INDEX statements_by_class ON statements (owner, class, position);
CREATE INDEX statements_by_target ON statements (owner, refersTo, voids) WHERE refersTo IS NOT NULL;
`;

export function compactStatements(db: Database.Database): void {
  db.exec(tables);
  carryOver(db);
  db.exec(indexes);
}

const page = 1000;
const keyBytes = 16;

/** Page by page, as any number may be there. */
function carryOver(db: Database.Database): void {
  const next = db.prepare(
    "SELECT position, owner, keys FROM statements_before WHERE position > ? ORDER BY position LIMIT ?",
  );
  const numberOf = db.prepare("SELECT number FROM statement_terms WHERE owner = ? AND key = ?").pluck();
  const copy = db.prepare(
    `INSERT INTO statements SELECT position, owner, statementId, class, storedAt, voided, voids, refersTo, ?, text
     FROM statements_before WHERE position = ?`,
  );
  for (let after = -1; ;) {
    const rows = next.all(after, page) as { position: number; owner: number; keys: Buffer }[];
    for (const { position, owner, keys } of rows) {
      const numbers = Array.from({ length: keys.length / keyBytes }, (_, index) =>
        numberOf.get(owner, keys.subarray(index * keyBytes, (index + 1) * keyBytes)),
      ) as number[];
      copy.run(packTerms(numbers), position);
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.position;
  }
}
