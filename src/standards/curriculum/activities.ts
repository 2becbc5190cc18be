import { readLesson, type LessonDraft } from "./lesson-text.js";
import type {
  Activity,
  Lesson,
  LessonActivity,
  Overlay,
  Quiz,
  QuizActivity,
  QuizRules,
  Scenario,
  ScenarioActivity,
  Texts,
} from "./model.js";
import { fillLocalBoxes, localPath } from "./overlays.js";
import { takeFile, type Package } from "./package.js";
import type { PackageFile } from "./package-files.js";
import { quizShape, readQuiz } from "./quiz-text.js";
import type { IsReviewed } from "./reviews.js";
import { readScenario, scenarioShape } from "./scenario-text.js";
import type { ActivityEntry } from "./schemas.js";
import { resolveCitations, type Instruments } from "./sources.js";

/** What every activity of a module is read with. */
export interface ModuleContent {
  readonly content: Package;
  readonly module: string;
  /** The source language first. */
  readonly languages: readonly string[];
  readonly instruments: Instruments | undefined;
  readonly overlays: readonly Overlay[];
  /** All activity ids of the module. */
  readonly activities: ReadonlySet<string>;
  readonly isReviewed: IsReviewed;
}

type LessonEntry = Extract<ActivityEntry, { kind: "lesson" }>;
export type QuizEntry = Extract<ActivityEntry, { kind: "quiz" }>;
type ScenarioEntry = Extract<ActivityEntry, { kind: "scenario" }>;

/** Reads a lesson's files. `undefined` when a text is missing or can't be used; the findings say why. */
export function readLessonActivity(
  { id, outcome, minutes }: LessonEntry,
  around: ModuleContent,
): LessonActivity | undefined {
  const { content, module, activities, overlays, instruments } = around;
  const paths = languagePaths(around, (language) => `core/modules/${module}/lessons/${id}.${language}.md`);
  const read = (file: PackageFile): LessonDraft | undefined => readLesson(file, activities, content.findings);
  const local = overlays.flatMap(({ jurisdiction }) =>
    paths.map(({ language }) => localPath(jurisdiction, { module, id, language })),
  );
  for (const path of local) content.taken.add(path);
  const drafts = readAll(content, paths, read);
  checkSameShape(content, drafts, (draft) =>
    draft.parts.flatMap((part) => (part.kind === "slot" ? [part.slot] : [])).join(),
  );
  const lessons = drafts.map(({ language, draft }): Lesson => {
    const { title, words, sources } = draft.head.data;
    const place = { origin: draft.head, path: ["sources"] };
    return {
      language,
      title,
      words,
      sources: resolveCitations(sources, place, instruments, content.findings),
      body: fillLocalBoxes(content, draft, overlays, { module, id, language, activities }),
    };
  });
  const reviewed = [
    ...paths.map(({ path }) => path),
    ...local.filter((path) => content.files.has(path)),
  ].every(around.isReviewed);
  return withTexts(lessons, paths.length, (texts) => ({
    kind: "lesson",
    id,
    outcome,
    minutes,
    reviewed,
    texts,
  }));
}

/** Reads a quiz's files; as `readLessonActivity`. */
export function readQuizActivity(
  { id, outcome, minutes }: QuizEntry,
  rules: QuizRules,
  around: ModuleContent,
): QuizActivity | undefined {
  const { content, module, instruments } = around;
  const paths = languagePaths(around, (language) => `core/modules/${module}/quizzes/${id}.${language}.yaml`);
  const drafts = readAll(content, paths, (file) => readQuiz(file, instruments, content.findings));
  checkSameShape(content, drafts, quizShape);
  const quizzes = drafts.map(({ language, draft }): Quiz => ({
    ...rules,
    id,
    language,
    title: draft.title,
    items: draft.items,
  }));
  const reviewed = paths.every(({ path }) => around.isReviewed(path));
  return withTexts(quizzes, paths.length, (texts) => ({
    kind: "quiz",
    id,
    outcome,
    minutes,
    reviewed,
    texts,
  }));
}

/** Reads a scenario's files; as `readLessonActivity`. */
export function readScenarioActivity(
  { id, outcome, minutes, rules: { pass } }: ScenarioEntry,
  around: ModuleContent,
): ScenarioActivity | undefined {
  const { content, module, instruments } = around;
  const paths = languagePaths(
    around,
    (language) => `core/modules/${module}/scenarios/${id}.${language}.yaml`,
  );
  const drafts = readAll(content, paths, (file) =>
    readScenario(file, { pass, instruments }, content.findings),
  );
  checkSameShape(content, drafts, scenarioShape);
  const scenarios = drafts.map(({ language, draft }): Scenario => ({ ...draft, language }));
  const reviewed = paths.every(({ path }) => around.isReviewed(path));
  return withTexts(scenarios, paths.length, (texts) => ({
    kind: "scenario",
    id,
    outcome,
    minutes,
    reviewed,
    texts,
  }));
}

interface LanguagePath {
  readonly language: string;
  readonly path: string;
}

interface InLanguage<T> extends LanguagePath {
  readonly draft: T;
}

function languagePaths({ languages }: ModuleContent, path: (language: string) => string): LanguagePath[] {
  return languages.map((language) => ({ language, path: path(language) }));
}

function readAll<T>(
  content: Package,
  paths: readonly LanguagePath[],
  read: (file: PackageFile) => T | undefined,
): InLanguage<T>[] {
  return paths.flatMap(({ language, path }) => {
    const file = takeFile(content, path, () =>
      content.findings.add(path, 1, "language-missing", `There is no text in the language "${language}".`),
    );
    const draft = file && read(file);
    return draft === undefined ? [] : [{ language, path, draft }];
  });
}

/** A translation changes words, never what can be chosen, what it leads to or where a local box stands. */
function checkSameShape<T>(
  content: Package,
  drafts: readonly InLanguage<T>[],
  shapeOf: (draft: T) => string,
): void {
  const [source, ...others] = drafts;
  for (const other of others) {
    if (!source || shapeOf(other.draft) === shapeOf(source.draft)) continue;
    const sentence = `Its ids, order, right options, ways or ratings differ from those of ${source.path}.`;
    content.findings.add(other.path, 1, "language-differs", sentence);
  }
}

function withTexts<T, A extends Activity>(
  texts: readonly T[],
  expected: number,
  build: (texts: Texts<T>) => A,
): A | undefined {
  const [first, ...rest] = texts;
  return first === undefined || texts.length < expected ? undefined : build([first, ...rest]);
}
