export { CurriculumError } from "./errors.js";
export {
  type Loaded,
  type LoadOptions,
  loadCurriculum,
  requireCurriculum,
  validateCurriculum,
} from "./load.js";
export { type Publishing, type PublishingDeps, createPublishing } from "./publishing.js";
export { eqfIri, eqfLevel } from "./levels.js";
export { type Finding, type Rule } from "./findings.js";
export {
  type Activity,
  type Assessment,
  type Competency,
  type Curriculum,
  type CurriculumModule,
  type Instrument,
  type Lesson,
  type LessonActivity,
  type LessonPart,
  type Level,
  type Outcome,
  type Overlay,
  type Quiz,
  type QuizActivity,
  type QuizItem,
  type QuizOption,
  type QuizRules,
  type Rating,
  type RightsTest,
  type Scenario,
  type ScenarioActivity,
  type ScenarioChoice,
  type ScenarioDecision,
  type ScenarioEnding,
  type ScenarioNode,
  type ScenarioOption,
  type Source,
  type Texts,
  rightsTests,
  textIn,
} from "./model.js";
export {
  type Compulsory,
  type EvaluatorPlace,
  type Programme,
  type Refresher,
  type Repeat,
} from "./programme-model.js";
export { type Rubric, type RubricCriterion } from "./rubric-model.js";
export { type DrawnItem, type QuizScore, drawQuiz, scoreQuiz } from "./quiz-run.js";
export {
  type ScenarioScore,
  type ScenarioStep,
  type ScenarioWalk,
  criticalTests,
  scoreScenario,
  walkScenario,
} from "./scenario-run.js";
