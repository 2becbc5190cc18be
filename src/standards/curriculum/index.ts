export { CurriculumError } from "./errors.js";
export {
  type Loaded,
  type LoadOptions,
  loadCurriculum,
  requireCurriculum,
  validateCurriculum,
} from "./load.js";
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
  type Programme,
  type Quiz,
  type QuizActivity,
  type QuizItem,
  type QuizOption,
  type QuizRules,
  type Source,
  type Texts,
  textIn,
} from "./model.js";
export { type DrawnItem, type QuizScore, drawQuiz, scoreQuiz } from "./quiz-run.js";
