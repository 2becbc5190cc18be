export {
  type Deployment,
  type GradeTarget,
  type LoginState,
  type LtiStore,
  type Placement,
  type Platform,
} from "./lti-store.js";
