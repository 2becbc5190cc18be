/**
 * Migration 5: what came along with statements, once a content and tenant. `sha2` is the digest that statements name,
 * in lower case; `owner` as in `statements-schema.ts`.
 */
export const attachmentSchema = `
CREATE TABLE statement_attachments (
  number INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES statement_owners (number),
  sha2 TEXT NOT NULL, content BLOB NOT NULL,
  UNIQUE (owner, sha2)
) STRICT;
`;
