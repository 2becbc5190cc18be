export { createEvidence, type Evidence, type EvidenceDeps } from "./evidence.js";
export {
  createRetention,
  type Retention,
  type RetentionCounts,
  type RetentionDeps,
  type RetentionRun,
} from "./retention.js";
export { certifiedStatementId } from "./certificate-statements.js";
export { type Seal } from "./seal.js";
export { statementId, type Template } from "./statement-parts.js";
