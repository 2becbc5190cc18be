export { type AuditTrust, type LogAudit, type LogFault } from "./audit.js";
export { type LeafKind, type LogEntry, type NewLeaf, entryHash } from "./entry.js";
export { LogError } from "./errors.js";
export { type Head, type HeadSignature, readHead, type ReadHead, verifyHead } from "./head.js";
export { createLog, type Log, type LogDeps, type SignedHead } from "./log.js";
export {
  type LogPartner,
  type LogStore,
  type SeenHead,
  type StoredCosignature,
  type StoredHead,
  type TreeNode,
} from "./log-store.js";
export { logRoutes, type LogRoutesDeps } from "./http/routes.js";
export { type PartnerVerdict } from "./partner-verdict.js";
export { createLogPartners, type LogPartners, type PartnerDeps } from "./partners.js";
export { merkleRoot } from "./merkle.js";
export { type ConsistencyClaim, type InclusionClaim, verifyConsistency, verifyInclusion } from "./proofs.js";
export { type HeadFile, makeHeadFile, readHeadFile, verifyLog } from "./verify-log.js";
