/**
 * Migration 12: when a standing's first late window closes. Those that were there before are looked at once, and then
 * say it themselves.
 */
export const programmesSchema = `
ALTER TABLE standings ADD COLUMN dueAt INTEGER;
UPDATE standings SET dueAt = 0;
CREATE INDEX standings_due ON standings (dueAt, id) WHERE dueAt IS NOT NULL;
`;
