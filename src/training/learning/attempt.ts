import type { Tenant } from "../../foundation/kernel/index.js";
import type { Activity, CurriculumModule, LessonActivity } from "../../standards/curriculum/index.js";
import type { Attempt } from "./attempt-store.js";
import { eventsOf, type Moment } from "./facts.js";
import { isOpen, lessonBeforeRetake, recordOf, runGate } from "./rules.js";
import { changed, progressed, unchanged, withForm, withRecord, type Posted, type Step } from "./steps.js";

export interface Beginning extends Tenant {
  readonly personId: string;
  readonly registration: string;
  readonly curriculum: Attempt["curriculum"];
  /** Default: the first time. */
  readonly cycle?: number;
  readonly only?: Attempt["only"];
}

/** The trainee read who sees what, and begins: a new attempt, with `module.begun`. */
export function beginAttempt(module: CurriculumModule, from: Beginning, moment: Moment): Step {
  const { academyId, jurisdictionId, personId, registration, curriculum, cycle = 1, only } = from;
  const attempt: Attempt = {
    ...{ academyId, jurisdictionId, personId, registration, curriculum },
    id: moment.newId(),
    version: 1,
    moduleId: module.id,
    cycle,
    ...(module.refresherOf === undefined ? {} : { refresherOf: module.refresherOf }),
    ...(only === undefined ? {} : { only }),
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
  { form, ...moment }: Posted,
): Step {
  const record = recordOf(attempt, activity.id);
  if (record.doneAt !== undefined || attempt.forms.includes(form)) return unchanged(attempt);
  if (!isOpen(attempt, module, activity.id)) return unchanged(attempt, "not-open");
  const done = { openedAt: moment.now, lastOpenedAt: moment.now, ...record, doneAt: moment.now };
  const after = { activities: withRecord(attempt, activity.id, done), forms: withForm(attempt, form) };
  return progressed({ attempt, after, module, moment, facts: [] });
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
