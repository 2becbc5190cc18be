export { type Certificates, createCertificates } from "./certificates.js";
export { type Decision, type DecisionKind, decisionReasons } from "./decisions.js";
export { type CertificatesDeps } from "./deps.js";
export { CertificatesError, EntitlementError } from "./errors.js";
export { type CertificateFacts, type OwnCertificate } from "./facts.js";
export { type HolderCode, type HolderCodeStore } from "./holder-code-store.js";
export { type Redeemed } from "./holder-codes.js";
export { openToAll, sendText } from "./http/texts.js";
