/**
 * Migration 16: which placements stand in a course, and which event a grade that did not arrive was last told by.
 */
export const coursesSchema = `
ALTER TABLE placements ADD COLUMN contextId TEXT;
UPDATE placements SET contextId = body ->> '$.contextId', body = json_remove(body, '$.contextId');
CREATE INDEX placements_by_course ON placements (platformId, deploymentId, contextId, id);

ALTER TABLE grade_targets ADD COLUMN failureEventId TEXT;
`;
