import type { Response } from "express";
import {
  textIn,
  walkScenario,
  type ScenarioActivity,
  type ScenarioDecision,
} from "../../../standards/curriculum/index.js";
import type { ScenarioRun } from "../attempt-store.js";
import { recordOf, walkOf } from "../rules.js";
import { isTrimmed } from "../trim.js";
import { placeOf, sendLearningPage, type Place } from "./page.js";
import { decisionStrip } from "./strip.js";
import { activityPath, runPath, type Deps, type TraineeScene } from "./scene.js";

/** A text's paragraphs, in which no line ends. */
export function paragraphs(text: string): string[] {
  return text
    .split(/\n+/)
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

/** A run that can be looked back on. */
export interface EarlierRun {
  readonly href: string;
  readonly number: number;
  /** The ending that it reached; absent where its choices are gone. */
  readonly title?: string;
}

interface StartModel {
  readonly place: Place;
  readonly language: string;
  readonly setting: readonly string[];
  /** Decisions at most. */
  readonly most: number;
  readonly again: boolean;
  readonly earlier: readonly EarlierRun[];
  readonly action: string;
  readonly form: string;
}

/** Before a run: where one is, what is asked, and what is kept of it. */
export function sendScenarioStart(
  res: Response,
  scene: TraineeScene,
  activity: ScenarioActivity,
  { newId }: Deps,
): void {
  const scenario = textIn(activity.texts, scene.language);
  const earlier = earlierRuns(scene, activity);
  sendLearningPage<StartModel>(res, scene, {
    view: "scenario-start",
    title: scenario.title,
    here: activity,
    model: {
      place: placeOf(scene, activity),
      language: scenario.language,
      setting: paragraphs(scenario.setting),
      most: walkScenario(scenario, []).decisionsLeft,
      again: earlier.length > 0,
      earlier,
      action: scene.href(`${activityPath(activity)}/runs`),
      form: newId(),
    },
  });
}

/** The runs whose debrief was held, the oldest first. */
export function earlierRuns(scene: TraineeScene, activity: ScenarioActivity, except?: string): EarlierRun[] {
  const { ways = [] } = recordOf(scene.attempt, activity.id);
  const inLanguage = { ...activity, texts: [textIn(activity.texts, scene.language)] as const };
  return ways.flatMap((way, index) => {
    if (way.debriefedAt === undefined || way.id === except) return [];
    const at = isTrimmed(way) ? undefined : walkOf(inLanguage, way)?.at;
    const title = at?.kind === "ending" ? { title: at.title } : {};
    return [{ href: scene.href(runPath(activity, way.id)), number: index + 1, ...title }];
  });
}

/** Why the page of a decision is shown again. */
export type DecisionNote = "undecided" | "elsewhere" | undefined;

interface DecisionModel {
  readonly language: string;
  readonly number: number;
  readonly most: number;
  readonly happened: readonly string[];
  readonly scene: readonly string[];
  readonly question: string;
  readonly nodeId: string;
  readonly options: readonly { readonly id: string; readonly value: string; readonly text: string }[];
  readonly facts: readonly { readonly text: string; readonly fresh: boolean }[];
  /** How many facts came to light just now. */
  readonly fresh: number;
  readonly undecided: boolean;
  readonly elsewhere: boolean;
  readonly action: string;
  readonly form: string;
}

/** The decision at hand: what happened, what one sees, what one knows, and what one can do. */
export function sendDecision(
  res: Response,
  scene: TraineeScene,
  { activity, run, note }: { activity: ScenarioActivity; run: ScenarioRun; note: DecisionNote },
  { newId }: Deps,
): void {
  const scenario = textIn(activity.texts, scene.language);
  const { steps, at, happened, facts, decisionsLeft } = walkScenario(scenario, run.choices);
  const node = at as ScenarioDecision;
  const number = steps.length + 1;
  const most = steps.length + decisionsLeft;
  const tab = note === "undecided" ? "learning.decision.titleUndecided" : "learning.decision.title";
  sendLearningPage<DecisionModel>(res, scene, {
    view: "decision",
    title: ["learning.decision.number", { number, most }],
    tab: [tab, { number, most, title: scenario.title }],
    here: activity,
    decisions: decisionStrip(scenario.title, number, most),
    model: {
      ...{ number, most, happened },
      language: scenario.language,
      scene: paragraphs(node.scene),
      question: node.question,
      nodeId: node.id,
      options: node.options.map(({ id, text }, index) => ({
        ...{ value: id, text },
        id: `option-${String(index + 1)}`,
      })),
      facts,
      fresh: facts.filter(({ fresh }) => fresh).length,
      undecided: note === "undecided",
      elsewhere: note === "elsewhere",
      action: scene.href(runPath(activity, run.id)),
      form: newId(),
    },
  });
}
