import {
  drawQuiz,
  scoreQuiz,
  type CurriculumModule,
  type QuizActivity,
} from "../../standards/curriculum/index.js";
import type { ActivityRecord, Attempt, QuizRun } from "./attempt-store.js";
import type { Fact } from "./facts.js";
import { isOpen, recordOf, runGate } from "./rules.js";
import { changed, progressed, unchanged, withForm, withRecord, type Posted, type Step } from "./steps.js";

/** Item id → chosen option ids. Only items that the form showed are in it. */
export type Answers = Readonly<Record<string, readonly string[]>>;

/** Begins a run: draws its items anew. A run that is under way simply goes on. */
export function startRun(
  attempt: Attempt,
  module: CurriculumModule,
  activity: QuizActivity,
  { form, ...moment }: Posted,
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
  { form, ...moment }: Posted,
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
