const owned = "academyId TEXT NOT NULL, jurisdictionId TEXT NOT NULL";

/**
 * Migration 4: invites and desks, courses and rosters, connections, names, counted requests; when a key was retired;
 * what an owner decides about a platform; and grades of single activities, whose part of the unique key makes the
 * table anew.
 */
export const advantageSchema = `
ALTER TABLE signing_keys ADD COLUMN retiredAt INTEGER;

ALTER TABLE platforms ADD COLUMN status TEXT;
ALTER TABLE platforms ADD COLUMN gradeColumns TEXT;
UPDATE platforms SET status = body ->> '$.status', body = json_remove(body, '$.status');

CREATE TABLE grade_targets_anew (
  id TEXT PRIMARY KEY, ${owned},
  personId TEXT NOT NULL, placementId TEXT NOT NULL, moduleId TEXT NOT NULL, activityId TEXT NOT NULL,
  lineItemUrl TEXT, lastScoreAt INTEGER NOT NULL, lastScore REAL, failureCode TEXT, failureAt INTEGER,
  body TEXT NOT NULL,
  UNIQUE (academyId, jurisdictionId, personId, placementId, activityId)
) STRICT, WITHOUT ROWID;
INSERT INTO grade_targets_anew
  SELECT id, academyId, jurisdictionId, personId, placementId, moduleId, '',
    lineItemUrl, lastScoreAt, lastScore, NULL, NULL, body FROM grade_targets;
DROP TABLE grade_targets;
ALTER TABLE grade_targets_anew RENAME TO grade_targets;
CREATE INDEX grade_targets_by_module ON grade_targets (personId, moduleId);
CREATE INDEX grade_targets_of_placement ON grade_targets (placementId);

CREATE TABLE grade_columns (
  id TEXT PRIMARY KEY, ${owned}, lineItemUrl TEXT, leasedUntil INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE courses (
  id TEXT PRIMARY KEY, ${owned}, platformId TEXT NOT NULL, contextId TEXT NOT NULL,
  rosterReadAt INTEGER, version INTEGER NOT NULL, body TEXT NOT NULL,
  UNIQUE (academyId, jurisdictionId, platformId, contextId)
) STRICT, WITHOUT ROWID;
CREATE INDEX courses_of_platform ON courses (platformId, contextId);
CREATE TABLE rosters (
  id TEXT PRIMARY KEY, ${owned}, courseId TEXT NOT NULL, takenAt INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX rosters_of_course ON rosters (courseId, takenAt);
CREATE TABLE connections (
  platformId TEXT PRIMARY KEY, ${owned}, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE invites (
  id TEXT PRIMARY KEY, ${owned}, createdAt INTEGER NOT NULL, usedAt INTEGER, endedAt INTEGER, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX invites_of_academy ON invites (academyId, jurisdictionId, createdAt);
CREATE TABLE desks (
  id TEXT PRIMARY KEY, ${owned}, expiresAt INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX desks_by_end ON desks (expiresAt);
CREATE TABLE person_names (
  personId TEXT PRIMARY KEY, ${owned}, expiresAt INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX person_names_by_end ON person_names (expiresAt);
CREATE TABLE rates (
  id TEXT PRIMARY KEY, ${owned}, count INTEGER NOT NULL, endsAt INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX rates_by_end ON rates (endsAt);
`;
