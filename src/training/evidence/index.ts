export { EvidenceError } from "./errors.js";
export { createEvidence, type Evidence, type EvidenceDeps } from "./evidence.js";
export { statementOf, type Setting } from "./statements.js";
