/**
 * The statements' tables, as migration 2 made them; what became of the keys, `schema-0008-terms.ts` says. `owner` is a short number for (academyId, jurisdictionId): the side table has about ten rows
 * a statement, and both names in each would double it.
 *
 * `position` orders statements by the time they were stored: storedAt × 1024, or the last one plus 1 where several
 * fall into one millisecond or the clock went back. `statement_order.lead` is how many milliseconds, at most, a
 * position was ever ahead of its statement's own time; with it a time limit becomes a range of positions.
 *
 * `statement_keys` answers every filter. A row says: the statement at `position` is found under `key`, because of the
 * statement at `source`: itself, or one that it reaches through StatementRefs. Filters must hold of one source. `class`
 * is 1 when either of the two is formative.
 */
export const statementSchema = `
CREATE TABLE statement_owners (
  number INTEGER PRIMARY KEY, academyId TEXT NOT NULL, jurisdictionId TEXT NOT NULL,
  UNIQUE (academyId, jurisdictionId)
) STRICT;

CREATE TABLE statement_order (only INTEGER PRIMARY KEY CHECK (only = 1), lead INTEGER NOT NULL) STRICT;
INSERT INTO statement_order (only, lead) VALUES (1, 0);

CREATE TABLE statements (
  position INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES statement_owners (number),
  statementId BLOB NOT NULL, class INTEGER NOT NULL, storedAt INTEGER NOT NULL, batchId TEXT NOT NULL,
  voided INTEGER NOT NULL, voids INTEGER NOT NULL, refersTo BLOB, fingerprint TEXT NOT NULL,
  keys BLOB NOT NULL, text TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX statements_by_id ON statements (owner, statementId);
CREATE INDEX statements_by_class ON statements (owner, class, position);
CREATE INDEX statements_by_target ON statements (owner, refersTo) WHERE refersTo IS NOT NULL;

CREATE TABLE statement_keys (
  owner INTEGER NOT NULL, key BLOB NOT NULL, class INTEGER NOT NULL, position INTEGER NOT NULL,
  source INTEGER NOT NULL,
  PRIMARY KEY (owner, key, class, position, source)
) STRICT, WITHOUT ROWID;
`;
