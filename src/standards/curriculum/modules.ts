import {
  readLessonActivity,
  readQuizActivity,
  readScenarioActivity,
  type ModuleContent,
  type QuizEntry,
} from "./activities.js";
import { checkUnique } from "./framework.js";
import type { Activity, CurriculumModule, Outcome, QuizActivity, QuizRules } from "./model.js";
import { takeFile } from "./package.js";
import { moduleSchema, type ActivityEntry, type Framework, type ModuleFile } from "./schemas.js";
import { readYaml, type YamlText } from "./yaml-text.js";

export interface ModulesContent extends Omit<ModuleContent, "module" | "activities"> {
  readonly framework: YamlText<Framework>;
  /** Unreviewed modules are then refused. */
  readonly production: boolean;
}

/** Reads every module of the framework; one without a `module.yaml` is planned, and has no activities. */
export function readModules(around: ModulesContent): CurriculumModule[] {
  return around.framework.data.modules.map((planned, index) => {
    const path = `core/modules/${planned.id}/module.yaml`;
    const file = takeFile(around.content, path, () => undefined);
    const read = file && readYaml({ file: path, text: file.text }, moduleSchema, around.content.findings);
    if (file && !read) leaveUnread(planned.id, around);
    const activities = read ? readActivities(assessable(planned, around), read, around) : [];
    if (read) checkOutcomesAreAssessed(index, read, around);
    const reviewed = activities.length > 0 && activities.every((activity) => activity.reviewed);
    if (read && around.production && !reviewed) {
      const sentence = `${planned.id} has activities without a human review; production refuses drafts.`;
      around.content.findings.add(path, 1, "not-reviewed", sentence);
    }
    const { id, title, minutes, outcomes, refresherOf } = planned;
    return {
      ...{ id, title, minutes, outcomes, activities, reviewed },
      ...(refresherOf === undefined ? {} : { refresherOf }),
    };
  });
}

/** A refresher is on the outcomes of the programme that it renews. */
function assessable(planned: Framework["modules"][number], { framework }: ModulesContent): PlannedModule {
  if (planned.refresherOf === undefined) return planned;
  const { programmes, modules } = framework.data;
  const renewed = programmes.find(({ id }) => id === planned.refresherOf)?.modules ?? [];
  return {
    id: planned.id,
    outcomes: modules.filter(({ id }) => renewed.includes(id)).flatMap(({ outcomes }) => outcomes),
    of: planned.refresherOf,
  };
}

function leaveUnread(module: string, { content, overlays }: ModulesContent): void {
  content.unread.add(`core/modules/${module}/`);
  for (const { jurisdiction } of overlays) content.unread.add(`overlays/${jurisdiction}/modules/${module}/`);
}

interface PlannedModule {
  readonly id: string;
  /** Of a refresher: the programme whose outcomes these are. */
  readonly of?: string;
  readonly outcomes: readonly Outcome[];
}

function readActivities(
  planned: PlannedModule,
  read: YamlText<ModuleFile>,
  around: ModulesContent,
): Activity[] {
  const { findings } = around.content;
  const entries = read.data.activities;
  checkUnique(
    entries.map((entry) => entry.id),
    { origin: read, path: ["activities"], key: "id" },
    findings,
  );
  const outcomes = new Set(planned.outcomes.map((outcome) => outcome.id));
  const inModule: ModuleContent = {
    ...around,
    module: planned.id,
    activities: new Set(entries.map((entry) => entry.id)),
  };
  return entries.flatMap((entry, index) => {
    if (!outcomes.has(entry.outcome)) {
      const line = read.lineAt(["activities", index, "outcome"]);
      findings.add(
        read.file,
        line,
        "reference-unknown",
        `"${entry.outcome}" is not an outcome of ${planned.of ?? planned.id}.`,
      );
    }
    const activity = readActivity(entry, index, { read, inModule });
    return activity ? [activity] : [];
  });
}

interface ModuleReading {
  readonly read: YamlText<ModuleFile>;
  readonly inModule: ModuleContent;
}

/** A new kind of activity has its case here, its row in `schemas.ts` and its type in `model.ts`. */
function readActivity(
  entry: ActivityEntry,
  index: number,
  { read, inModule }: ModuleReading,
): Activity | undefined {
  switch (entry.kind) {
    case "lesson":
      return readLessonActivity(entry, inModule);
    case "quiz": {
      const quiz = readQuizActivity(entry, rulesOf(entry, index, { read, inModule }), inModule);
      if (quiz) checkDraw(quiz, index, { read, inModule });
      return quiz;
    }
    case "scenario":
      return readScenarioActivity(entry, inModule);
  }
}

function rulesOf(entry: QuizEntry, index: number, { read, inModule }: ModuleReading): QuizRules {
  const lesson = read.data.activities
    .slice(0, index)
    .findLast((before) => before.kind === "lesson" && before.outcome === entry.outcome);
  if (entry.rules.retake === "at-once") return entry.rules;
  if (lesson) return { ...entry.rules, retakeAfter: lesson.id };
  const line = read.lineAt(["activities", index, "rules", "retake"]);
  const sentence = `"${entry.id}" is retaken after its lesson, but no lesson on ${entry.outcome} stands before it.`;
  inModule.content.findings.add(read.file, line, "quiz-retake", sentence);
  return entry.rules;
}

function checkDraw(
  { id, texts: [quiz] }: QuizActivity,
  index: number,
  { read, inModule }: ModuleReading,
): void {
  if (quiz.draw <= quiz.items.length) return;
  const line = read.lineAt(["activities", index, "rules", "draw"]);
  const sentence = `"${id}" draws ${quiz.draw} items and has ${quiz.items.length}.`;
  inModule.content.findings.add(read.file, line, "quiz-draw", sentence);
}

/** What must be in a module for an outcome to be reached, for the kinds of assessment that are built. */
function checkOutcomesAreAssessed(
  index: number,
  read: YamlText<ModuleFile>,
  { framework, content }: ModulesContent,
): void {
  framework.data.modules[index]?.outcomes.forEach(({ id, assessment }, at) => {
    if (assessment !== "quiz" && assessment !== "scenario") return;
    if (read.data.activities.some((entry) => entry.kind === assessment && entry.outcome === id)) return;
    const line = framework.lineAt(["modules", index, "outcomes", at, "assessment"]);
    const sentence = `${id} is assessed by a ${assessment}, and ${read.file} has none for it.`;
    content.findings.add(framework.file, line, `outcome-without-${assessment}`, sentence);
  });
}
