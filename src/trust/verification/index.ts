export { type Answer, type Moment, type Question, type Verdict } from "./answers.js";
export { type Trust } from "./bundle.js";
export { makeBundle, type BundlingDeps } from "./bundling.js";
export type { StatedCertificate } from "./certificate.js";
export { createChallenges, type Challenges } from "./challenges.js";
export { verificationData, type VerificationData } from "./data.js";
export { VerificationError } from "./errors.js";
export { extractCredential, mostFileBytes } from "./formats/index.js";
export type { History } from "./history.js";
export { bundleRoutes } from "./http/bundle.js";
export { verificationRoutes } from "./http/routes.js";
export { listedIssuer } from "./listed.js";
export { ownHistory } from "./own-history.js";
export type { KnownIssuer, OwnCertificate, OwnCertificates } from "./own.js";
export { keysOf } from "./keys.js";
export { createProofWorker, type ProofWorker, type ProofWorkerOptions } from "./proof-check.js";
export { shortDid } from "./proofs.js";
export { createResolver, type Failure, type Resolver, type ResolverDeps } from "./resolver.js";
export { readTrust } from "./trust.js";
export {
  createVerifier,
  type Asked,
  type Verification,
  type Verifier,
  type VerifierDeps,
} from "./verification.js";
export { dayOf, wordsOf, type AnswerWords } from "./words.js";
