export { type ClassOf, type GradeFailure, type LinkClass } from "./classes.js";
export { type CourseContent, type CourseLink } from "./course-links.js";
export { LtiError } from "./errors.js";
export { type GradeOf, type PresentGrade } from "./grade-targets.js";
export { createLti, type Lti } from "./lti.js";
export { launchChecks } from "./launch-checks.js";
export {
  type Connection,
  type Course,
  type Deployment,
  type GradeColumn,
  type GradeTarget,
  type LoginState,
  type LtiStore,
  type Placement,
  type Platform,
  type PlatformChange,
  type Roster,
} from "./lti-store.js";
export { type PlatformRegistration, readPlatformFiles } from "./platform-files.js";
export { type ClassRoster, type Rosters } from "./rosters.js";
export { RegistrationError } from "./registration/errors.js";
export { createRegistration, type Registration } from "./registration/registration.js";
