/**
 * The permanent-identifier bases. They are never derived from the host an installation runs on, so that statements
 * from two installations speak of the same things. w3id.org/tessera is to be registered before production use.
 */
const permanentBase = "https://w3id.org/tessera";

export const profileIri = `${permanentBase}/xapi/policing-ethics`;
export const profileVersionIri = `${profileIri}/v1.0`;
export const curriculumIri = `${permanentBase}/curriculum`;

export const moduleIri = (moduleId: string): string => `${curriculumIri}/modules/${moduleId}`;
export const activityIri = (moduleId: string, activityId: string): string =>
  `${moduleIri(moduleId)}/activities/${activityId}`;
export const itemIri = (moduleId: string, activityId: string, itemId: string): string =>
  `${activityIri(moduleId, activityId)}/items/${itemId}`;
export const competencyIri = (competencyId: string): string =>
  `${curriculumIri}/competencies/${competencyId}`;
export const outcomeIri = (outcomeId: string): string => `${curriculumIri}/outcomes/${outcomeId}`;
/** How far a competency goes: 1, 2 or 3. */
export const levelIri = (level: number): string => `${curriculumIri}/levels/${String(level)}`;
export const rubricIri = (rubricId: string, version: number): string =>
  `${curriculumIri}/rubrics/${rubricId}/v${String(version)}`;
/** A text that content cites, where it has no address of its own. */
export const instrumentIri = (code: string): string => `${curriculumIri}/instruments/${code}`;
/** A programme's certificate as a kind of credential: the object of `certified` statements. */
export const credentialIri = (programmeId: string): string => `${curriculumIri}/credentials/${programmeId}`;
