const owned = "academyId TEXT NOT NULL, jurisdictionId TEXT NOT NULL";

/** Migration 10: the log's entries, its tree, its heads with their co-signatures, and what was seen of partners' logs. */
export const logSchema = `
CREATE TABLE log_entries (
  id TEXT PRIMARY KEY, ${owned}, "index" INTEGER NOT NULL, "key" TEXT NOT NULL, kind TEXT NOT NULL,
  subject TEXT NOT NULL, loggedAt INTEGER NOT NULL, body TEXT NOT NULL,
  UNIQUE (academyId, jurisdictionId, "index"), UNIQUE (academyId, jurisdictionId, "key")
) STRICT;
CREATE INDEX log_entries_about ON log_entries (academyId, jurisdictionId, kind, subject, loggedAt, "index");

CREATE TABLE log_nodes (id TEXT PRIMARY KEY, ${owned}, body TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE log_heads (
  id TEXT PRIMARY KEY, ${owned}, number INTEGER NOT NULL, size INTEGER NOT NULL, body TEXT NOT NULL,
  UNIQUE (academyId, jurisdictionId, number), UNIQUE (academyId, jurisdictionId, size)
) STRICT;

CREATE TABLE log_cosignatures (
  id TEXT PRIMARY KEY, ${owned}, size INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX log_cosignatures_by_size ON log_cosignatures (academyId, jurisdictionId, size, id);

CREATE TABLE log_partners (id TEXT PRIMARY KEY, ${owned}, body TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE log_seen (
  id TEXT PRIMARY KEY, ${owned}, origin TEXT NOT NULL, size INTEGER NOT NULL, body TEXT NOT NULL,
  UNIQUE (academyId, jurisdictionId, origin, size)
) STRICT;
`;
