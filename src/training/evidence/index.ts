export { createEvidence, type Evidence, type EvidenceDeps } from "./evidence.js";
