const owned = "academyId TEXT NOT NULL, jurisdictionId TEXT NOT NULL";

/** Migration 6: the documents of the record store, OAuth tokens, and the assertions that were used for one. */
export const documentsSchema = `
CREATE TABLE lrs_documents (
  id TEXT PRIMARY KEY, ${owned}, space TEXT NOT NULL, registration TEXT, revision TEXT NOT NULL,
  listing TEXT NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX lrs_documents_listed ON lrs_documents (academyId, jurisdictionId, space, listing, registration, id);

CREATE TABLE oauth_tokens (
  id TEXT PRIMARY KEY, ${owned}, expiresAt INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX oauth_tokens_by_end ON oauth_tokens (expiresAt);

CREATE TABLE oauth_assertions (
  id TEXT PRIMARY KEY, ${owned}, expiresAt INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX oauth_assertions_by_end ON oauth_assertions (expiresAt);
`;
