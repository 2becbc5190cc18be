import {
  CurriculumError,
  walkScenario,
  type Activity,
  type CurriculumModule,
  type QuizActivity,
  type ScenarioActivity,
  type ScenarioWalk,
} from "../../standards/curriculum/index.js";
import type { ActivityRecord, Attempt, QuizRun, ScenarioRun } from "./attempt-store.js";

/**
 * How far a trainee is with one activity. `retry`: the last run was not passed, none is under way, and none waits for
 * its debrief.
 */
export type ActivityState = "done" | "half" | "retry" | "new";

/** What a trainee has done; an attempt is one. */
export type Done = Pick<Attempt, "activities">;

/** Whether a new run may begin, and if not, why. `lesson-first` names the lesson that is to be opened again. */
export type RunGate =
  | { readonly may: "begin" }
  | { readonly may: "go-on"; readonly run: QuizRun }
  | { readonly may: "look-back"; readonly run: QuizRun }
  | { readonly may: "read-first"; readonly run: QuizRun; readonly lessonId: string };

/** What there is to do in a scenario that is open. `debrief`: this run ended, and nothing else goes on before that. */
export type WayGate =
  | { readonly may: "begin" }
  | { readonly may: "go-on"; readonly run: ScenarioRun; readonly walk: ScenarioWalk }
  | { readonly may: "debrief"; readonly run: ScenarioRun }
  | { readonly may: "look-back"; readonly run: ScenarioRun };

const nothing: ActivityRecord = {};

/** The module as far as it is done in this attempt. */
export function asAttempted(module: CurriculumModule, { only }: Pick<Attempt, "only">): CurriculumModule {
  if (only === undefined) return module;
  return { ...module, activities: module.activities.filter(({ kind }) => kind === "scenario") };
}

export function recordOf(attempt: Done, activityId: string): ActivityRecord {
  return (Object.hasOwn(attempt.activities, activityId) && attempt.activities[activityId]) || nothing;
}

/** The run that is under way, if there is one: at most one is, and it is the newest. */
export function openRun(record: ActivityRecord): QuizRun | undefined {
  const last = record.runs?.at(-1);
  return last?.endedAt === undefined ? last : undefined;
}

/** The passed run with the most right answers. */
function bestPassedRun(record: ActivityRecord): QuizRun | undefined {
  const passed = (record.runs ?? []).filter((run) => run.passed);
  return passed.reduce<QuizRun | undefined>(
    (best, run) => (best && (best.scaled ?? 0) >= (run.scaled ?? 0) ? best : run),
    undefined,
  );
}

export function activityState(attempt: Done, activity: Activity): ActivityState {
  const record = recordOf(attempt, activity.id);
  if (record.doneAt !== undefined) return "done";
  switch (activity.kind) {
    case "lesson":
      return record.openedAt === undefined ? "new" : "half";
    case "quiz":
      if (openRun(record)) return "half";
      return record.runs?.length ? "retry" : "new";
    case "scenario": {
      const way = record.ways?.at(-1);
      if (!way) return "new";
      return way.debriefedAt === undefined ? "half" : "retry";
    }
  }
}

/** The first activity that is not done: where the trainee goes on. `undefined` when all are done. */
export function nextActivity(attempt: Done, module: CurriculumModule): Activity | undefined {
  return module.activities.find((activity) => activityState(attempt, activity) !== "done");
}

/** In order: everything before must be done. What was done stays open. */
export function isOpen(attempt: Done, module: CurriculumModule, activityId: string): boolean {
  return (
    recordOf(attempt, activityId).doneAt !== undefined || nextActivity(attempt, module)?.id === activityId
  );
}

/** Every activity of the module is done. */
export function isComplete(attempt: Done, module: CurriculumModule): boolean {
  return nextActivity(attempt, module) === undefined;
}

/** What the grade is made of. */
export function gradedActivities({ activities }: CurriculumModule): (QuizActivity | ScenarioActivity)[] {
  return activities.filter((activity) => activity.kind !== "lesson");
}

/**
 * The module's grade, 0 to 100 with two decimals: the mean over its quizzes of the best passed run and over its
 * scenarios of 1 for each that is done; what is not passed yet counts 0. So nothing of a scenario's decisions can be
 * read from it. A module without either is 100 when it is complete.
 */
export function gradeOf(attempt: Done, module: CurriculumModule): number {
  const graded = gradedActivities(module);
  if (graded.length === 0) return isComplete(attempt, module) ? 100 : 0;
  const sum = graded.reduce((total, activity) => total + (shareOf(attempt, activity) ?? 0), 0);
  return inHundredths(sum / graded.length);
}

/** The graded activities that are passed, each with its own grade, 0 to 100 with two decimals. */
export function passedActivities(
  attempt: Done,
  module: CurriculumModule,
): { readonly activityId: string; readonly score: number }[] {
  return gradedActivities(module).flatMap((activity) => {
    const share = shareOf(attempt, activity);
    return share === undefined ? [] : [{ activityId: activity.id, score: inHundredths(share) }];
  });
}

/** 0 to 1; `undefined` while it is not passed. */
function shareOf(attempt: Done, { id, kind }: QuizActivity | ScenarioActivity): number | undefined {
  const record = recordOf(attempt, id);
  if (kind === "quiz") return bestPassedRun(record)?.scaled;
  return record.doneAt === undefined ? undefined : 1;
}

const inHundredths = (share: number): number => Math.round(share * 10_000) / 100;

/** Minutes as planned for what is not done. */
export function minutesLeft(attempt: Done, module: CurriculumModule): number {
  return module.activities
    .filter((activity) => activityState(attempt, activity) !== "done")
    .reduce((sum, { minutes }) => sum + minutes, 0);
}

/** What stands between a trainee and a run of this quiz, which is open to them. */
export function runGate(attempt: Done, activity: QuizActivity): RunGate {
  const record = recordOf(attempt, activity.id);
  const running = openRun(record);
  if (running) return { may: "go-on", run: running };
  const passed = bestPassedRun(record);
  if (passed) return { may: "look-back", run: passed };
  const failed = record.runs?.at(-1);
  const lessonId = lessonBeforeRetake(activity);
  if (!failed || lessonId === undefined) return { may: "begin" };
  const read = recordOf(attempt, lessonId).lastOpenedAt ?? 0;
  return read > (failed.endedAt ?? 0) ? { may: "begin" } : { may: "read-first", run: failed, lessonId };
}

/** The lesson that has to be opened again after a failed run of this quiz. */
export function lessonBeforeRetake({ texts: [quiz] }: QuizActivity): string | undefined {
  return quiz.retake === "after-lesson" ? quiz.retakeAfter : undefined;
}

/** What stands between a trainee and the next choice of this scenario, which is open to them. */
export function wayGate(attempt: Done, activity: ScenarioActivity): WayGate {
  const { ways = [] } = recordOf(attempt, activity.id);
  const last = ways.at(-1);
  if (last && last.endedAt === undefined) {
    const walk = walkOf(activity, last);
    // Choices that this version does not have lead nowhere: the scenario is begun anew.
    return walk?.at.kind === "decision" ? { may: "go-on", run: last, walk } : { may: "begin" };
  }
  if (last && last.debriefedAt === undefined) return { may: "debrief", run: last };
  const passed = ways.find((way) => way.passed);
  return passed ? { may: "look-back", run: passed } : { may: "begin" };
}

/** Where a run stands; `undefined` when its choices are none of this version of the scenario. */
export function walkOf(
  { texts: [scenario] }: ScenarioActivity,
  { choices }: Pick<ScenarioRun, "choices">,
): ScenarioWalk | undefined {
  try {
    return walkScenario(scenario, choices);
  } catch (error) {
    if (error instanceof CurriculumError) return undefined;
    throw error;
  }
}
