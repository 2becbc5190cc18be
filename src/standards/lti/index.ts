export { LtiError } from "./errors.js";
export { createLti, type Lti } from "./lti.js";
export { launchChecks } from "./launch-checks.js";
export {
  type Deployment,
  type GradeTarget,
  type LoginState,
  type LtiStore,
  type Placement,
  type Platform,
} from "./lti-store.js";
export { type PlatformRegistration, readPlatformFiles } from "./platform-files.js";
