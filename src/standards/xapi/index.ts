export { XapiError } from "./errors.js";
export { agentKey } from "./statements/agents.js";
export { fingerprint } from "./statements/fingerprint.js";
export { type Finding, type Rule } from "./statements/findings.js";
export { statementKeys, type StatementKeys } from "./statements/keys.js";
export type {
  Account,
  Activity,
  ActivityDefinition,
  Actor,
  Agent,
  Attachment,
  ContextActivities,
  Extensions,
  Group,
  InteractionComponent,
  InteractionType,
  LanguageMap,
  Score,
  Statement,
  StatementContext,
  StatementRef,
  StatementResult,
  SubStatement,
  Verb,
} from "./statements/statement.js";
export { validateIdentifiedActor, validateStatement, voidedVerb } from "./statements/validate.js";
export { instantOf, isIri, isTimestamp, isUuid } from "./statements/values.js";
export { loadProfile, type Profile } from "./profiles/profile.js";
export { matchPatterns, type PatternVerdict } from "./profiles/patterns.js";
export {
  validateAgainstProfile,
  type FindStatement,
  type ProfileFinding,
  type ProfileVerdict,
} from "./profiles/validate.js";
