/**
 * Migration 7: what is still to be written down about references. A row says: the statements that refer to `node`,
 * after the position `after`, and those that refer to them, are yet to be found by what `subject` says and reaches.
 * `node` is `depth` references away from `subject`; `after` is -1 where the subject itself is still to inherit.
 */
export const inheritanceSchema = `
CREATE TABLE statement_inheriting (
  number INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES statement_owners (number),
  subject INTEGER NOT NULL, node INTEGER NOT NULL, depth INTEGER NOT NULL, after INTEGER NOT NULL,
  storedAt INTEGER NOT NULL
) STRICT;
CREATE INDEX statement_inheriting_by_time ON statement_inheriting (owner, storedAt);
`;
