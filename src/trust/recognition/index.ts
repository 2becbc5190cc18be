export {
  type JurisdictionAnswer,
  type RecognitionQuery,
  type RecognitionReason,
  type RecognitionSource,
} from "./answers.js";
export { authorityBook } from "./authorities.js";
export { type Decider, type DecisionSubject } from "./decisions.js";
export { type Outside, type RecognitionDeps } from "./deps.js";
export { RecognitionError } from "./errors.js";
export { createRecognition, type Recognition } from "./recognition.js";
export {
  type AgreementRecord,
  type AuthorityRecord,
  type DecisionStep,
  type PulledList,
  type RecognitionPartner,
  type RecognitionStore,
} from "./recognition-store.js";
export { readTrustRoots } from "./roots.js";
export { demonstrationRoot, type DemonstrationAchievement, seedDemonstrationRecognition } from "./seed.js";
export { type GivenTerms } from "./terms.js";
