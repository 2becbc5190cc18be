/**
 * Migration 1. Column names are the fields' names of `collections.ts`. What no query asks for is in `body`, as JSON.
 * Where a unique key holds no tenant, `collections.ts` says why.
 */
export const firstSchema = `
CREATE TABLE jurisdictions (
  id TEXT PRIMARY KEY, academyId TEXT NOT NULL, jurisdictionId TEXT NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE academies (
  academyId TEXT PRIMARY KEY, jurisdictionId TEXT NOT NULL, slug TEXT NOT NULL UNIQUE, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE persons (
  id TEXT PRIMARY KEY, academyId TEXT NOT NULL, jurisdictionId TEXT NOT NULL,
  pseudonym TEXT NOT NULL, platformId TEXT NOT NULL, platformUserId TEXT NOT NULL, body TEXT NOT NULL,
  UNIQUE (academyId, jurisdictionId, platformId, platformUserId),
  UNIQUE (academyId, jurisdictionId, pseudonym)
) STRICT, WITHOUT ROWID;

CREATE TABLE api_clients (
  "key" TEXT PRIMARY KEY, academyId TEXT NOT NULL, jurisdictionId TEXT NOT NULL,
  createdAt INTEGER NOT NULL, endedAt INTEGER, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX api_clients_by_age ON api_clients (createdAt);

CREATE TABLE signing_keys (
  kid TEXT PRIMARY KEY, academyId TEXT NOT NULL, jurisdictionId TEXT NOT NULL,
  keySet TEXT NOT NULL, generation INTEGER NOT NULL, body TEXT NOT NULL,
  UNIQUE (academyId, jurisdictionId, keySet, generation)
) STRICT, WITHOUT ROWID;

CREATE TABLE visits (
  id TEXT PRIMARY KEY, academyId TEXT NOT NULL, jurisdictionId TEXT NOT NULL,
  expiresAt INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX visits_by_end ON visits (expiresAt);

CREATE TABLE platforms (
  id TEXT PRIMARY KEY, academyId TEXT NOT NULL, jurisdictionId TEXT NOT NULL,
  issuer TEXT NOT NULL, clientId TEXT NOT NULL, body TEXT NOT NULL,
  UNIQUE (issuer, clientId)
) STRICT, WITHOUT ROWID;

CREATE TABLE deployments (
  id TEXT PRIMARY KEY, academyId TEXT NOT NULL, jurisdictionId TEXT NOT NULL,
  platformId TEXT NOT NULL, deploymentId TEXT NOT NULL, status TEXT NOT NULL, body TEXT NOT NULL,
  UNIQUE (academyId, jurisdictionId, platformId, deploymentId)
) STRICT, WITHOUT ROWID;
CREATE INDEX deployments_by_platform ON deployments (platformId, deploymentId);

CREATE TABLE login_states (
  id TEXT PRIMARY KEY, academyId TEXT NOT NULL, jurisdictionId TEXT NOT NULL,
  expiresAt INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX login_states_by_end ON login_states (expiresAt);

CREATE TABLE placements (
  id TEXT PRIMARY KEY, academyId TEXT NOT NULL, jurisdictionId TEXT NOT NULL,
  platformId TEXT NOT NULL, deploymentId TEXT NOT NULL, resourceLinkId TEXT NOT NULL, body TEXT NOT NULL,
  UNIQUE (academyId, jurisdictionId, platformId, deploymentId, resourceLinkId)
) STRICT, WITHOUT ROWID;

CREATE TABLE grade_targets (
  id TEXT PRIMARY KEY, academyId TEXT NOT NULL, jurisdictionId TEXT NOT NULL,
  personId TEXT NOT NULL, placementId TEXT NOT NULL, moduleId TEXT NOT NULL,
  lineItemUrl TEXT, lastScoreAt INTEGER NOT NULL, lastScore REAL, body TEXT NOT NULL,
  UNIQUE (academyId, jurisdictionId, personId, placementId)
) STRICT, WITHOUT ROWID;
CREATE INDEX grade_targets_by_module ON grade_targets (personId, moduleId);

CREATE TABLE attempts (
  id TEXT PRIMARY KEY, academyId TEXT NOT NULL, jurisdictionId TEXT NOT NULL,
  personId TEXT NOT NULL, moduleId TEXT NOT NULL, cycle INTEGER NOT NULL, version INTEGER NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (academyId, jurisdictionId, personId, moduleId, cycle)
) STRICT;

CREATE TABLE outbox_events (
  position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
  academyId TEXT NOT NULL, jurisdictionId TEXT NOT NULL, body TEXT NOT NULL
) STRICT;

CREATE TABLE outbox_jobs (
  id TEXT PRIMARY KEY, academyId TEXT NOT NULL, jurisdictionId TEXT NOT NULL,
  subscriber TEXT NOT NULL, lane TEXT NOT NULL, sequence INTEGER NOT NULL, eventId TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'dead')),
  failures INTEGER NOT NULL, notBefore INTEGER NOT NULL, endedAt INTEGER, reason TEXT,
  event TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_jobs_of_lane
  ON outbox_jobs (subscriber, academyId, jurisdictionId, lane, state, sequence, eventId);
CREATE INDEX outbox_jobs_by_state ON outbox_jobs (state, endedAt);

CREATE TABLE outbox_lanes (
  subscriber TEXT NOT NULL, academyId TEXT NOT NULL, jurisdictionId TEXT NOT NULL, lane TEXT NOT NULL,
  dueAt INTEGER NOT NULL, owner TEXT, token TEXT, leasedUntil INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (subscriber, academyId, jurisdictionId, lane)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_lanes_by_due ON outbox_lanes (dueAt, leasedUntil);
`;
