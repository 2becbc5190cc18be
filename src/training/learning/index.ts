export { type ActivityRecord, type Attempt, type AttemptStore, type QuizRun } from "./attempt-store.js";
