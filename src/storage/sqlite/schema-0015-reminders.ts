/**
 * Migration 15: where people want to be reminded. Standings with an end that is still ahead are looked at once: what
 * was said of them before knew of no reminders.
 */
export const remindersSchema = `
CREATE TABLE contacts (
  personId TEXT PRIMARY KEY, academyId TEXT NOT NULL, jurisdictionId TEXT NOT NULL, id TEXT NOT NULL,
  confirmHash TEXT NOT NULL, stopHash TEXT NOT NULL, confirmedAt INTEGER, lookAt INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_by_confirmation ON contacts (confirmHash);
CREATE INDEX contacts_by_stop ON contacts (stopHash);
CREATE INDEX contacts_due ON contacts (lookAt, personId);
UPDATE standings SET dueAt = 0 WHERE dueAt IS NOT NULL;
`;
