const owned = "academyId TEXT NOT NULL, jurisdictionId TEXT NOT NULL";

/** Migration 11: recognising authorities, their agreements, and what is pulled from partners. */
export const recognitionSchema = `
CREATE TABLE recognition_authorities (
  academyId TEXT PRIMARY KEY, jurisdictionId TEXT NOT NULL, slug TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE recognition_agreements (
  id TEXT PRIMARY KEY, ${owned}, version INTEGER NOT NULL, subject TEXT NOT NULL, unfinished INTEGER NOT NULL,
  body TEXT NOT NULL, UNIQUE (academyId, jurisdictionId, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX recognition_agreements_unfinished ON recognition_agreements (unfinished, id);

CREATE TABLE recognition_partners (
  id TEXT PRIMARY KEY, ${owned}, version INTEGER NOT NULL, url TEXT NOT NULL UNIQUE, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE recognition_lists (
  id TEXT PRIMARY KEY, ${owned}, version INTEGER NOT NULL, partnerId TEXT NOT NULL, authorityDid TEXT NOT NULL,
  pulledAt INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX recognition_lists_newest ON recognition_lists (partnerId, authorityDid, pulledAt);
`;
