/** Migration 13: when something is to be done with a credential, such as a revocation that was announced. */
export const lifeSchema = `
ALTER TABLE credentials ADD COLUMN dueAt INTEGER;
CREATE INDEX credentials_due ON credentials (dueAt, id) WHERE dueAt IS NOT NULL;
`;
