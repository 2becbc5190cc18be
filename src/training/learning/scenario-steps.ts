import {
  scoreScenario,
  type CurriculumModule,
  type ScenarioActivity,
  type ScenarioStep,
  type ScenarioWalk,
} from "../../standards/curriculum/index.js";
import type { ActivityRecord, Attempt, ScenarioRun } from "./attempt-store.js";
import type { Fact } from "./facts.js";
import { isOpen, recordOf, walkOf, wayGate } from "./rules.js";
import { changed, progressed, unchanged, withForm, withRecord, type Posted, type Step } from "./steps.js";

/** A choice as a form sends it: `optionId` is absent when none was chosen. */
export interface SentChoice {
  readonly runId: string;
  /** The decision that the form showed. */
  readonly nodeId: string;
  readonly optionId?: string;
}

/** The four questions of a debrief, in their order. */
export const debriefQuestions = ["saw", "rule", "otherwise", "procedure"] as const;
export type DebriefQuestion = (typeof debriefQuestions)[number];

/** What is written in a debrief's form. Only questions that the form showed are in it. */
export type Notes = Readonly<Partial<Record<DebriefQuestion, string>>>;

/** How many characters (UTF-16 units, as a browser counts them) an answer in a debrief may have. */
export const noteLength = 4000;

/** Begins a run. One that is under way simply goes on, and one that ended has to be debriefed first. */
export function startWay(
  attempt: Attempt,
  module: CurriculumModule,
  activity: ScenarioActivity,
  { form, ...moment }: Posted,
): Step {
  if (!isOpen(attempt, module, activity.id)) return unchanged(attempt, "not-open");
  const gate = wayGate(attempt, activity);
  if (gate.may === "debrief") return unchanged(attempt, "debrief-first");
  if (gate.may === "look-back") return unchanged(attempt, "passed-already");
  if (gate.may === "go-on" || attempt.forms.includes(form)) return unchanged(attempt);
  const before = recordOf(attempt, activity.id);
  const record: ActivityRecord = {
    openedAt: moment.now,
    ...before,
    lastOpenedAt: moment.now,
    ways: [
      // One that did not end here leads nowhere in this version of the scenario.
      ...(before.ways ?? []).filter(({ endedAt }) => endedAt !== undefined),
      { id: moment.newId(), startedAt: moment.now, choices: [] },
    ],
  };
  return changed(attempt, {
    activities: withRecord(attempt, activity.id, record),
    forms: withForm(attempt, form),
  });
}

/**
 * Makes a choice, which cannot be taken back. The same form again changes nothing and says `done`; a choice at a
 * decision that is not at hand changes nothing and says `elsewhere`, one that is none `unanswered`.
 */
export function decide(
  attempt: Attempt,
  module: CurriculumModule,
  { activity, choice }: { activity: ScenarioActivity; choice: SentChoice },
  { form, ...moment }: Posted,
): Step {
  if (attempt.forms.includes(form)) return unchanged(attempt);
  const taken = takeChoice(wayOf(attempt, activity, choice.runId), activity, choice, moment.now);
  if (typeof taken === "string") return unchanged(attempt, taken);
  const { way, walk, last } = taken;
  const facts = [decisionMade(activity, way.id, last)];
  const after = (run: ScenarioRun): Pick<Attempt, "activities" | "forms"> => ({
    activities: withWay(attempt, activity.id, run),
    forms: withForm(attempt, form),
  });
  if (walk.at.kind === "decision")
    return progressed({ ...{ attempt, module, moment, facts }, after: after(way) });
  const path = [...walk.steps.map(({ decision }) => decision.id), walk.at.id];
  const end = endWay(activity, way, { now: moment.now, endEventId: moment.newId(), path });
  return progressed({
    ...{ attempt, module, moment },
    after: after(end.way),
    facts: [...facts, end.fact],
  });
}

/** Keeps what is written in the debrief of a run that ended, as a draft. An empty answer clears; an absent one stays. */
export function saveNotes(attempt: Attempt, activity: ScenarioActivity, runId: string, notes: Notes): Step {
  const run = wayOf(attempt, activity, runId);
  if (!run) return unchanged(attempt, "run-unknown");
  if (run.endedAt === undefined) return unchanged(attempt, "elsewhere");
  if (run.debriefedAt !== undefined) return unchanged(attempt, "run-ended");
  const merged = mergeNotes(run.notes ?? {}, notes);
  if (JSON.stringify(merged) === JSON.stringify(run.notes ?? {})) return unchanged(attempt);
  return changed(attempt, { activities: withWay(attempt, activity.id, { ...run, notes: merged }) });
}

/**
 * Holds the debrief of a run that ended: a passed one's makes the scenario done, another's opens the retake. With
 * nothing written it is held all the same. The same form again says `done`, another one `run-ended`.
 */
export function holdDebrief(
  attempt: Attempt,
  module: CurriculumModule,
  { activity, runId, notes }: { activity: ScenarioActivity; runId: string; notes: Notes },
  { form, ...moment }: Posted,
): Step {
  const { said } = saveNotes(attempt, activity, runId, notes);
  if (said !== "done")
    return unchanged(attempt, said === "run-ended" && attempt.forms.includes(form) ? "done" : said);
  const run = wayOf(attempt, activity, runId);
  if (run?.endEventId === undefined) return unchanged(attempt, "elsewhere");
  const merged = mergeNotes(run.notes ?? {}, notes);
  const held: ScenarioRun = { ...run, notes: merged, debriefedAt: moment.now };
  return progressed({
    ...{ attempt, module, moment },
    after: {
      activities: withWay(attempt, activity.id, held, run.passed ? { doneAt: moment.now } : {}),
      forms: withForm(attempt, form),
    },
    facts: [
      {
        type: run.passed ? "debrief.completed" : "failed-run.debriefed",
        data: { activityId: activity.id, runId, endEventId: run.endEventId },
      },
    ],
  });
}

/** The run with the choice made and where it led, or why it can't be made. */
function takeChoice(
  run: ScenarioRun | undefined,
  activity: ScenarioActivity,
  { nodeId, optionId }: SentChoice,
  at: number,
): Step["said"] | { way: ScenarioRun; walk: ScenarioWalk; last: ScenarioStep } {
  if (!run) return "run-unknown";
  if (run.endedAt !== undefined) return "run-ended";
  const before = walkOf(activity, run);
  if (before?.at.kind !== "decision" || before.at.id !== nodeId) return "elsewhere";
  const option = before.at.options.find(({ id }) => id === optionId);
  if (!option) return "unanswered";
  const way = { ...run, choices: [...run.choices, { nodeId, optionId: option.id, at }] };
  const walk = walkOf(activity, way);
  return walk ? { way, walk, last: { decision: before.at, option } } : "elsewhere";
}

function decisionMade({ id }: ScenarioActivity, runId: string, { decision, option }: ScenarioStep): Fact {
  const data = { activityId: id, runId, nodeId: decision.id, optionId: option.id, ratings: option.ratings };
  return { type: "decision.made", data };
}

interface End {
  readonly now: number;
  readonly endEventId: string;
  readonly path: readonly string[];
}

function endWay(
  activity: ScenarioActivity,
  run: ScenarioRun,
  { now, endEventId, path }: End,
): { way: ScenarioRun; fact: Fact } {
  const { scaled, passed } = scoreScenario(activity.texts[0], run.choices);
  const durationMs = Math.max(0, now - run.startedAt);
  const data = { activityId: activity.id, runId: run.id, scaled, path, durationMs };
  return {
    way: { ...run, endedAt: now, endEventId, scaled, passed },
    fact: { type: passed ? "scenario.passed" : "scenario.failed", id: endEventId, data },
  };
}

function mergeNotes(kept: Notes, sent: Notes): Notes {
  const merged: Partial<Record<DebriefQuestion, string>> = {};
  for (const question of debriefQuestions) {
    const text = sent[question] === undefined ? kept[question] : noteText(sent[question]);
    if (text !== undefined && text !== "") merged[question] = text;
  }
  return merged;
}

/** Line ends as a browser counts them, so that what it lets through is not cut; no half of a character at the end. */
function noteText(sent: string): string {
  return sent
    .replaceAll("\r\n", "\n")
    .slice(0, noteLength)
    .replace(/[\uD800-\uDBFF]$/, "")
    .trim();
}

function wayOf(attempt: Attempt, { id }: ScenarioActivity, runId: string): ScenarioRun | undefined {
  return recordOf(attempt, id).ways?.find((way) => way.id === runId);
}

function withWay(
  attempt: Attempt,
  activityId: string,
  way: ScenarioRun,
  more: ActivityRecord = {},
): Attempt["activities"] {
  const record = recordOf(attempt, activityId);
  const ways = (record.ways ?? []).map((one) => (one.id === way.id ? way : one));
  return withRecord(attempt, activityId, { ...record, ...more, ways });
}
