export {
  type ActivityRecord,
  type Attempt,
  type AttemptStore,
  type QuizRun,
  type ScenarioRun,
} from "./attempt-store.js";
export { createGradeOf, type ModuleGrade } from "./grades.js";
export { type ClassState, type LinkClass } from "./class.js";
export { LearningError } from "./errors.js";
export { type CertificateLink, type DueCertificate, type LearningDeps, type ModuleTurn } from "./deps.js";
export { trimAttempt } from "./trim.js";
export { createLearning, type Learning } from "./learning.js";
