import { profileIri } from "../../foundation/kernel/index.js";

const adlVerb = (name: string) => ({ id: `http://adlnet.gov/expapi/verbs/${name}`, display: { en: name } });

/** The verbs that we emit so far: all published ones (profile concept list, `xapi-profiles/`). */
export const verbs = {
  initialized: adlVerb("initialized"),
  completed: adlVerb("completed"),
  passed: adlVerb("passed"),
  failed: adlVerb("failed"),
  answered: adlVerb("answered"),
} as const;

export const activityTypes = {
  course: "http://adlnet.gov/expapi/activities/course",
  module: "http://adlnet.gov/expapi/activities/module",
  assessment: "http://adlnet.gov/expapi/activities/assessment",
  interaction: "http://adlnet.gov/expapi/activities/cmi.interaction",
  competency: "https://w3id.org/xapi/tla/activity-types/competency",
  organization: "http://activitystrea.ms/schema/1.0/organization",
  profile: "http://adlnet.gov/expapi/activities/profile",
} as const;

export const extensions = {
  jurisdiction: `${profileIri}/extensions/jurisdiction`,
  curriculumVersion: `${profileIri}/extensions/curriculum-version`,
} as const;

/** The name of the curriculum as a whole, the course that every module belongs to. */
export const courseTitle = "Harmonised cross-border policing curriculum";
