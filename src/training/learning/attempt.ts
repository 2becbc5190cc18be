import type { AnyEvent } from "../../foundation/events/index.js";
import type { Tenant } from "../../foundation/kernel/index.js";
import {
  drawQuiz,
  scoreQuiz,
  type Activity,
  type CurriculumModule,
  type LessonActivity,
  type QuizActivity,
} from "../../standards/curriculum/index.js";
import type { ActivityRecord, Attempt, QuizRun } from "./attempt-store.js";
import { eventsOf, type Fact, type Moment } from "./facts.js";
import { gradeOf, isComplete, isOpen, lessonBeforeRetake, recordOf, runGate } from "./rules.js";

/**
 * What a change came to. `attempt` is the very object that went in when nothing is to be saved; else its version is one
 * higher and `events` are to be saved with it.
 */
export interface Step {
  readonly attempt: Attempt;
  readonly events: readonly AnyEvent[];
  readonly said:
    "done" | "not-open" | "read-first" | "passed-already" | "run-ended" | "run-unknown" | "unanswered";
}

export interface Beginning extends Tenant {
  readonly personId: string;
  readonly registration: string;
  readonly curriculum: Attempt["curriculum"];
}

/** Item id → chosen option ids. Only items that the form showed are in it. */
export type Answers = Readonly<Record<string, readonly string[]>>;

/** How many forms an attempt remembers. */
const formsKept = 20;

/** The trainee read who sees what, and begins: a new attempt, with `module.begun`. */
export function beginAttempt(module: CurriculumModule, from: Beginning, moment: Moment): Step {
  const { academyId, jurisdictionId, personId, registration, curriculum } = from;
  const attempt: Attempt = {
    ...{ academyId, jurisdictionId, personId, registration, curriculum },
    id: moment.newId(),
    version: 1,
    moduleId: module.id,
    cycle: 1,
    begunAt: moment.now,
    activities: {},
    forms: [],
  };
  return { attempt, events: eventsOf(attempt, [{ type: "module.begun", data: {} }], moment), said: "done" };
}

/**
 * Notes that an activity was opened: the first time, and again when a quiz waits for this lesson to be read once more.
 */
export function openActivity(
  attempt: Attempt,
  module: CurriculumModule,
  activity: Activity,
  moment: Moment,
): Step {
  if (!isOpen(attempt, module, activity.id)) return unchanged(attempt, "not-open");
  const record = recordOf(attempt, activity.id);
  const awaited = endOfRunThatWaits(attempt, module, activity.id);
  if (record.openedAt !== undefined && awaited === undefined) return unchanged(attempt);
  // Strictly after the run, also where a clock stands still or was set back.
  const lastOpenedAt = awaited === undefined ? moment.now : Math.max(moment.now, awaited + 1);
  const opened = { ...record, openedAt: record.openedAt ?? moment.now, lastOpenedAt };
  return changed(attempt, { activities: withRecord(attempt, activity.id, opened) });
}

/** A lesson is done once its "continue" was pressed. */
export function completeLesson(
  attempt: Attempt,
  module: CurriculumModule,
  activity: LessonActivity,
  { form, ...moment }: Moment & { readonly form: string },
): Step {
  const record = recordOf(attempt, activity.id);
  if (record.doneAt !== undefined || attempt.forms.includes(form)) return unchanged(attempt);
  if (!isOpen(attempt, module, activity.id)) return unchanged(attempt, "not-open");
  const done = { openedAt: moment.now, lastOpenedAt: moment.now, ...record, doneAt: moment.now };
  const after = { activities: withRecord(attempt, activity.id, done), forms: withForm(attempt, form) };
  return progressed({ attempt, after, module, moment, facts: [] });
}

/** Begins a run: draws its items anew. A run that is under way simply goes on. */
export function startRun(
  attempt: Attempt,
  module: CurriculumModule,
  activity: QuizActivity,
  { form, ...moment }: Moment & { readonly form: string },
): Step {
  if (!isOpen(attempt, module, activity.id)) return unchanged(attempt, "not-open");
  const gate = runGate(attempt, activity);
  if (gate.may === "read-first") return unchanged(attempt, "read-first");
  if (gate.may === "look-back") return unchanged(attempt, "passed-already");
  if (gate.may === "go-on" || attempt.forms.includes(form)) return unchanged(attempt);
  const id = moment.newId();
  const run: QuizRun = { id, startedAt: moment.now, items: drawQuiz(activity.texts[0], id), answers: {} };
  const before = recordOf(attempt, activity.id);
  const record = {
    openedAt: moment.now,
    ...before,
    lastOpenedAt: moment.now,
    runs: [...(before.runs ?? []), run],
  };
  return changed(attempt, {
    activities: withRecord(attempt, activity.id, record),
    forms: withForm(attempt, form),
  });
}

/** Keeps answers of the run under way as drafts. What the run did not draw is left out; an empty answer clears. */
export function saveAnswers(attempt: Attempt, activity: QuizActivity, runId: string, answers: Answers): Step {
  const run = recordOf(attempt, activity.id).runs?.find(({ id }) => id === runId);
  if (!run) return unchanged(attempt, "run-unknown");
  if (run.endedAt !== undefined) return unchanged(attempt, "run-ended");
  const merged = mergeAnswers(run, answers, activity);
  if (JSON.stringify(merged) === JSON.stringify(run.answers)) return unchanged(attempt);
  return changed(attempt, { activities: withRun(attempt, activity.id, { ...run, answers: merged }) });
}

/**
 * Hands a run in. With an item unanswered it only saves the drafts and says `unanswered`. The same form again changes
 * nothing and says `done`; another form on an ended run says `run-ended`.
 */
export function endRun(
  attempt: Attempt,
  module: CurriculumModule,
  { activity, runId, answers }: { activity: QuizActivity; runId: string; answers: Answers },
  { form, ...moment }: Moment & { readonly form: string },
): Step {
  const saved = saveAnswers(attempt, activity, runId, answers);
  if (saved.said !== "done")
    return saved.said === "run-ended" && attempt.forms.includes(form) ? unchanged(attempt) : saved;
  const record = recordOf(saved.attempt, activity.id);
  const run = record.runs?.find(({ id }) => id === runId);
  if (!run || unansweredItems(run).length > 0) return { ...saved, said: "unanswered" };

  const { perItem, scaled, passed } = scoreQuiz(activity.texts[0], run.items, run.answers);
  const ended: QuizRun = { ...run, endedAt: moment.now, scaled, passed };
  const activities = withRun(saved.attempt, activity.id, ended, passed ? { doneAt: moment.now } : {});
  const activityId = activity.id;
  const facts: Fact[] = perItem.map(({ itemId, chosen, right }) => ({
    type: "question.answered",
    data: { activityId, runId, itemId, response: chosen, correct: right },
  }));
  facts.push({
    type: passed ? "quiz.passed" : "quiz.failed",
    data: { activityId, runId, scaled, durationMs: Math.max(0, moment.now - run.startedAt) },
  });
  return progressed({
    attempt,
    after: { activities, forms: withForm(attempt, form) },
    module,
    moment,
    facts,
  });
}

/** The run's items without an answer, in the order shown. */
export function unansweredItems(run: QuizRun): string[] {
  return run.items.map(({ itemId }) => itemId).filter((id) => !(run.answers[id] ?? []).length);
}

interface Progress {
  readonly attempt: Attempt;
  readonly after: Pick<Attempt, "activities" | "forms">;
  readonly module: CurriculumModule;
  readonly moment: Moment;
  readonly facts: readonly Fact[];
}

/** A change that may have moved the grade or ended the module: adds what it has to tell to the facts. */
function progressed({ attempt, after, module, moment, facts }: Progress): Step {
  const score = gradeOf(after, module);
  const completes = attempt.completedAt === undefined && isComplete(after, module);
  const completed = attempt.completedAt !== undefined || completes;
  const all: Fact[] = [...facts];
  if (score > gradeOf(attempt, module) || completes)
    all.push({ type: "module.progressed", data: { score, completed } });
  if (completes) {
    all.push({ type: "module.completed", data: { durationMs: Math.max(0, moment.now - attempt.begunAt) } });
  }
  const step = changed(attempt, { ...after, ...(completes ? { completedAt: moment.now } : {}) });
  return { ...step, events: eventsOf(step.attempt, all, moment) };
}

function changed(attempt: Attempt, fields: Partial<Attempt>): Step {
  return { attempt: { ...attempt, ...fields, version: attempt.version + 1 }, events: [], said: "done" };
}

function unchanged(attempt: Attempt, said: Step["said"] = "done"): Step {
  return { attempt, events: [], said };
}

function withRecord(attempt: Attempt, activityId: string, record: ActivityRecord): Attempt["activities"] {
  return { ...attempt.activities, [activityId]: record };
}

function withRun(
  attempt: Attempt,
  activityId: string,
  run: QuizRun,
  more: ActivityRecord = {},
): Attempt["activities"] {
  const record = recordOf(attempt, activityId);
  const runs = (record.runs ?? []).map((one) => (one.id === run.id ? run : one));
  return withRecord(attempt, activityId, { ...record, ...more, runs });
}

function withForm(attempt: Attempt, form: string): readonly string[] {
  return [...attempt.forms, form].slice(-formsKept);
}

/** The end of a failed run that may be retaken only after this lesson was opened again. */
function endOfRunThatWaits(attempt: Attempt, module: CurriculumModule, lessonId: string): number | undefined {
  for (const activity of module.activities) {
    if (activity.kind !== "quiz" || lessonBeforeRetake(activity) !== lessonId) continue;
    const gate = runGate(attempt, activity);
    if (gate.may === "read-first") return gate.run.endedAt;
  }
  return undefined;
}

function mergeAnswers(run: QuizRun, sent: Answers, { texts: [quiz] }: QuizActivity): Answers {
  const merged: Record<string, readonly string[]> = {};
  for (const { itemId, options } of run.items) {
    const kept = run.answers[itemId] ?? [];
    const chosen = Object.hasOwn(sent, itemId) ? options.filter((id) => sent[itemId]?.includes(id)) : kept;
    const single = quiz.items.find(({ id }) => id === itemId)?.kind === "choice";
    // One choice can be changed and never taken back, and two cannot stand.
    const answer = single && chosen.length !== 1 ? kept : chosen;
    if (answer.length > 0) merged[itemId] = answer;
  }
  return merged;
}
