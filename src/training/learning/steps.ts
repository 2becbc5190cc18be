import type { AnyEvent } from "../../foundation/events/index.js";
import { days } from "../../foundation/kernel/index.js";
import type { CurriculumModule } from "../../standards/curriculum/index.js";
import type { ActivityRecord, Attempt } from "./attempt-store.js";
import { eventsOf, type Fact, type Moment } from "./facts.js";
import { gradeOf, isComplete, passedActivities } from "./rules.js";

/**
 * What a change came to. `attempt` is the very object that went in when nothing is to be saved; else its version is one
 * higher and `events` are to be saved with it.
 */
export interface Step {
  readonly attempt: Attempt;
  readonly events: readonly AnyEvent[];
  /**
   * `elsewhere`: the form was made where the run does not stand any more. `debrief-first`: a run waits for its debrief.
   */
  readonly said:
    | "done"
    | "not-open"
    | "read-first"
    | "debrief-first"
    | "passed-already"
    | "run-ended"
    | "run-unknown"
    | "unanswered"
    | "elsewhere";
}

/** When a form was posted, and its id: the same form counts once. */
export type Posted = Moment & { readonly form: string };

/** How many forms an attempt remembers. */
const formsKept = 20;

/** How long learning that is no evidence is kept once the module is completed. */
const formativeKept = days(90);

export interface Progress {
  readonly attempt: Attempt;
  readonly after: Pick<Attempt, "activities" | "forms">;
  readonly module: CurriculumModule;
  readonly moment: Moment;
  readonly facts: readonly Fact[];
}

/** A change that may have moved the grade or ended the module: adds what it has to tell to the facts. */
export function progressed({ attempt, after, module, moment, facts }: Progress): Step {
  const score = gradeOf(after, module);
  const completes = attempt.completedAt === undefined && isComplete(after, module);
  const completed = attempt.completedAt !== undefined || completes;
  const all: Fact[] = [...facts];
  // A later time through tells of itself when it is done: the grade of the time before stands until then.
  if ((attempt.cycle === 1 && score > gradeOf(attempt, module)) || completes)
    all.push({
      type: "module.progressed",
      data: { score, completed, passed: passedActivities(after, module) },
    });
  if (completes) {
    all.push({ type: "module.completed", data: { durationMs: Math.max(0, moment.now - attempt.begunAt) } });
  }
  const ends = completes ? { completedAt: moment.now, formativeUntil: moment.now + formativeKept } : {};
  const step = changed(attempt, { ...after, ...ends });
  return { ...step, events: eventsOf(step.attempt, all, moment) };
}

export function changed(attempt: Attempt, fields: Partial<Attempt>): Step {
  return { attempt: { ...attempt, ...fields, version: attempt.version + 1 }, events: [], said: "done" };
}

export function unchanged(attempt: Attempt, said: Step["said"] = "done"): Step {
  return { attempt, events: [], said };
}

export function withRecord(
  attempt: Attempt,
  activityId: string,
  record: ActivityRecord,
): Attempt["activities"] {
  return { ...attempt.activities, [activityId]: record };
}

export function withForm(attempt: Attempt, form: string): readonly string[] {
  return [...attempt.forms, form].slice(-formsKept);
}
