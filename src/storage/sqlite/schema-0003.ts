/**
 * Migration 3: credentials, standings, holders' codes, and until when an attempt keeps what was learning. Modules that
 * were completed before get their 90 days too.
 */
export const secondHalfSchema = `
ALTER TABLE attempts ADD COLUMN formativeUntil INTEGER;
UPDATE attempts SET formativeUntil = CAST(body ->> '$.completedAt' AS INTEGER) + 90 * 86400000
  WHERE body ->> '$.completedAt' IS NOT NULL;
CREATE INDEX attempts_to_trim ON attempts (formativeUntil, id) WHERE formativeUntil IS NOT NULL;
CREATE INDEX outbox_jobs_told ON outbox_jobs (academyId, jurisdictionId, lane) WHERE event IS NOT NULL;

CREATE TABLE credentials (
  id TEXT PRIMARY KEY, academyId TEXT NOT NULL, jurisdictionId TEXT NOT NULL, version INTEGER NOT NULL,
  cause TEXT NOT NULL, ownerId TEXT NOT NULL, statusList TEXT NOT NULL, statusIndex INTEGER NOT NULL,
  withdrawn INTEGER NOT NULL, reservedAt INTEGER NOT NULL, body TEXT NOT NULL,
  UNIQUE (academyId, jurisdictionId, cause),
  UNIQUE (statusList, statusIndex)
) STRICT;
CREATE INDEX credentials_of_owner ON credentials (academyId, jurisdictionId, ownerId, reservedAt);
CREATE INDEX credentials_by_age ON credentials (academyId, jurisdictionId, reservedAt);
CREATE INDEX credentials_withdrawn ON credentials (statusList, withdrawn, statusIndex);

CREATE TABLE standings (
  id TEXT PRIMARY KEY, academyId TEXT NOT NULL, jurisdictionId TEXT NOT NULL,
  personId TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL,
  UNIQUE (academyId, jurisdictionId, personId)
) STRICT;

CREATE TABLE holder_codes (
  id TEXT PRIMARY KEY, academyId TEXT NOT NULL, jurisdictionId TEXT NOT NULL,
  codeHash TEXT NOT NULL, expiresAt INTEGER NOT NULL, triesLeft INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX holder_codes_by_end ON holder_codes (expiresAt);
`;
