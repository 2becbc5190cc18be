import { profileIri } from "../../foundation/kernel/index.js";

const adlVerb = (name: string) => ({ id: `http://adlnet.gov/expapi/verbs/${name}`, display: { en: name } });
const tlaVerb = (name: string) => ({ id: `https://w3id.org/xapi/tla/verbs/${name}`, display: { en: name } });

/** The verbs that we emit so far: all published ones (profile concept list, `xapi-profiles/`). */
export const verbs = {
  initialized: adlVerb("initialized"),
  completed: adlVerb("completed"),
  passed: adlVerb("passed"),
  failed: adlVerb("failed"),
  answered: adlVerb("answered"),
  asserted: tlaVerb("asserted"),
  achieved: tlaVerb("achieved"),
  expired: tlaVerb("expired"),
  certified: tlaVerb("certified"),
  revoked: tlaVerb("revoked"),
  forfeited: tlaVerb("forfeited"),
} as const;

export const activityTypes = {
  course: "http://adlnet.gov/expapi/activities/course",
  module: "http://adlnet.gov/expapi/activities/module",
  assessment: "http://adlnet.gov/expapi/activities/assessment",
  simulation: "http://adlnet.gov/expapi/activities/simulation",
  interaction: "http://adlnet.gov/expapi/activities/cmi.interaction",
  refresher: `${profileIri}/activity-types/refresher`,
  debrief: `${profileIri}/activity-types/debrief`,
  competency: "https://w3id.org/xapi/tla/activity-types/competency",
  credential: "https://w3id.org/xapi/tla/activity-types/credential",
  organization: "http://activitystrea.ms/schema/1.0/organization",
  profile: "http://adlnet.gov/expapi/activities/profile",
} as const;

export const extensions = {
  jurisdiction: `${profileIri}/extensions/jurisdiction`,
  curriculumVersion: `${profileIri}/extensions/curriculum-version`,
  debriefMode: `${profileIri}/extensions/debrief-mode`,
  submissionDigest: `${profileIri}/extensions/submission-digest`,
  decisionRating: `${profileIri}/extensions/decision-rating`,
  scenarioPath: `${profileIri}/extensions/scenario-path`,
  competencyLevel: `${profileIri}/extensions/competency-level`,
  credentialRef: `${profileIri}/extensions/credential-ref`,
  reasonCode: `${profileIri}/extensions/reason-code`,
  evidence: "https://w3id.org/xapi/tla/extensions/evidence",
  confidence: "https://w3id.org/xapi/tla/extensions/confidence",
  expires: "https://w3id.org/xapi/comp/contextextensions/expires",
} as const;

/** How an attachment says that it is the signed credential. */
export const credentialUsage = `${profileIri}/attachments/verifiable-credential`;

/** The name of the curriculum as a whole, the course that every module belongs to. */
export const courseTitle = "Harmonised cross-border policing curriculum";
