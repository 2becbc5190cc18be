/** Migration 9: where statements are forwarded to. */
export const forwardingSchema = `
CREATE TABLE forwardings (
  id TEXT PRIMARY KEY, academyId TEXT NOT NULL, jurisdictionId TEXT NOT NULL, name TEXT NOT NULL,
  version INTEGER NOT NULL, body TEXT NOT NULL,
  UNIQUE (academyId, jurisdictionId, name)
) STRICT, WITHOUT ROWID;
`;
