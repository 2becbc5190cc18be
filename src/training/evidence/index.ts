export { EvidenceError } from "./errors.js";
export { createEvidence, type Evidence, type EvidenceDeps } from "./evidence.js";
export { type Seal } from "./seal.js";
export { statementId, type Template } from "./statement-parts.js";
