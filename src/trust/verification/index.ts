export { questions, type Answer, type Question, type Verdict } from "./answers.js";
export type { StatedCertificate } from "./certificate.js";
export { VerificationError } from "./errors.js";
export { verificationRoutes } from "./http/routes.js";
export type { KnownIssuer, OwnCertificate, OwnCertificates } from "./own.js";
export { createProofWorker, type ProofWorker, type ProofWorkerOptions } from "./proof-check.js";
export { createResolver, type Failure, type Resolver, type ResolverDeps } from "./resolver.js";
export { createVerifier, type Verification, type Verifier, type VerifierDeps } from "./verification.js";
export { wordsOf, type AnswerWords } from "./words.js";
