import type { Response } from "express";
import type { Translator } from "../../../foundation/i18n/index.js";
import { translatorOf } from "../../../foundation/web/index.js";
import {
  scoreScenario,
  textIn,
  type Scenario,
  type ScenarioActivity,
  type ScenarioEnding,
  type ScenarioWalk,
} from "../../../standards/curriculum/index.js";
import type { ScenarioRun } from "../attempt-store.js";
import { nextActivity, walkOf, wayGate } from "../rules.js";
import { debriefQuestions, noteLength, type DebriefQuestion } from "../scenario-steps.js";
import { isTrimmed } from "../trim.js";
import { mapModel, type MapModel } from "./map.js";
import { placeOf, programmesOf, sendLearningPage, wayTo, type Place, type Way } from "./page.js";
import { earlierRuns, paragraphs, type EarlierRun } from "./scenario.js";
import { runPath, type Deps, type TraineeScene } from "./scene.js";
import { applicableTests, barWidth, testName, weighed, type Weighed } from "./weighing.js";

/** What the last post came to. */
export type DebriefNote = "saved" | "held" | "late" | undefined;

interface Debriefed {
  readonly activity: ScenarioActivity;
  readonly run: ScenarioRun;
  readonly note: DebriefNote;
}

/** One decision that was met, looked back on. */
interface Met {
  readonly number: number;
  readonly label: string;
  readonly question: string;
  readonly chosen: Weighed;
  readonly others: readonly Weighed[];
}

/** What a run came to, in words about the choices and never about the person. */
interface Verdict {
  readonly passed: boolean;
  /** Each choice that alone decided the run. */
  readonly critical: readonly { readonly label: string; readonly tests: string }[];
  /** Whole percent, of a run without a critical choice that was not passed. */
  readonly share: number;
  readonly needed: number;
}

interface LookingBack {
  readonly happened: readonly string[];
  readonly ending: readonly string[];
  readonly verdict: Verdict;
  readonly map: MapModel;
  readonly reached: string;
  readonly otherEndings: readonly string[];
  readonly tests: readonly string[];
  readonly barWidth: number;
  readonly met: readonly Met[];
}

interface Question {
  readonly name: string;
  readonly id: DebriefQuestion;
  readonly text: string;
}

interface DebriefModel {
  readonly place: Place;
  readonly language: string;
  readonly passed: boolean;
  /** Absent when the run's choices are none of this version of the scenario. */
  readonly back?: LookingBack;
  readonly note: DebriefNote;
  readonly held: boolean;
  /** While the debrief waits: the four questions to write on. */
  readonly form?: { readonly action: string; readonly id: string; readonly most: number };
  readonly questions: readonly Question[];
  readonly written: boolean;
  readonly onward?: Way;
  readonly retake?: Way;
  readonly programmes?: string;
  readonly earlier: readonly EarlierRun[];
  readonly home: string;
}

/** A run that ended: its debrief while that waits, and after that to look back on. */
export function sendDebrief(
  res: Response,
  scene: TraineeScene,
  { activity, run, note }: Debriefed,
  deps: Deps,
): void {
  if (isTrimmed(run)) {
    sendTrimmed(res, scene, activity);
    return;
  }
  const scenario = textIn(activity.texts, scene.language);
  const walk = walkOf({ ...activity, texts: [scenario] }, run);
  const back = walk && lookBack(translatorOf(res), scenario, run, walk);
  const held = run.debriefedAt !== undefined;
  sendLearningPage<DebriefModel>(res, scene, {
    view: "debrief",
    title: back
      ? ["learning.debrief.title", { title: back.reached }]
      : ["learning.debrief.titleOther", { title: scenario.title }],
    here: activity,
    model: {
      ...(back ? { back } : {}),
      ...{ note, held },
      place: placeOf(scene, activity),
      language: scenario.language,
      passed: run.passed === true,
      ...(held ? wayOn(scene, activity) : { form: formModel(scene, activity, run, deps) }),
      questions: debriefQuestions.map((id) => ({ id, name: `note.${id}`, text: run.notes?.[id] ?? "" })),
      written: Object.keys(run.notes ?? {}).length > 0,
      earlier: held ? earlierRuns(scene, activity, run.id) : [],
      home: scene.href("/"),
    },
  });
}

interface TrimmedModel {
  readonly place: Place;
  readonly onward?: Way;
  readonly programmes?: string;
  readonly home: string;
}

/** What stands where a result or a debrief stood before it was deleted, as was promised. */
export function sendTrimmed(
  res: Response,
  scene: TraineeScene,
  activity: Parameters<typeof placeOf>[1],
): void {
  const next = nextActivity(scene.attempt, scene.module);
  sendLearningPage<TrimmedModel>(res, scene, {
    view: "trimmed",
    title: ["learning.trimmed.title", { kind: activity.kind }],
    here: activity,
    model: {
      place: placeOf(scene, activity),
      ...(next ? { onward: wayTo(scene, next) } : programmesOf(scene)),
      home: scene.href("/"),
    },
  });
}

function formModel(
  scene: TraineeScene,
  activity: ScenarioActivity,
  run: ScenarioRun,
  { newId }: Deps,
): NonNullable<DebriefModel["form"]> {
  return { action: scene.href(`${runPath(activity, run.id)}/debrief`), id: newId(), most: noteLength };
}

function wayOn(
  scene: TraineeScene,
  activity: ScenarioActivity,
): Pick<DebriefModel, "onward" | "retake" | "programmes"> {
  if (wayGate(scene.attempt, activity).may !== "look-back") return { retake: wayTo(scene, activity) };
  const next = nextActivity(scene.attempt, scene.module);
  return next ? { onward: wayTo(scene, next) } : programmesOf(scene);
}

function lookBack(
  translator: Translator,
  scenario: Scenario,
  run: ScenarioRun,
  { steps, at, happened }: ScenarioWalk,
): LookingBack | undefined {
  if (at.kind !== "ending") return undefined;
  const tests = applicableTests(steps.map(({ option }) => option));
  const isEnding = (node: Scenario["nodes"][number]): node is ScenarioEnding => node.kind === "ending";
  return {
    ...{ happened, barWidth },
    ending: paragraphs(at.text),
    reached: at.title,
    otherEndings: scenario.nodes.filter(isEnding).flatMap(({ id, title }) => (id === at.id ? [] : [title])),
    verdict: verdictOf(translator, scenario, run),
    map: mapModel(scenario, [...steps.map(({ decision }) => decision.id), at.id]),
    tests: tests.map((test) => testName(translator, test)),
    met: steps.map(({ decision, option }, index) => ({
      ...{ number: index + 1, label: decision.label, question: decision.question },
      chosen: weighed(translator, option, tests),
      others: decision.options
        .filter((other) => other !== option)
        .map((other) => weighed(translator, other, tests)),
    })),
  };
}

function verdictOf(translator: Translator, scenario: Scenario, run: ScenarioRun): Verdict {
  const { critical, scaled } = scoreScenario(scenario, run.choices);
  return {
    passed: run.passed === true,
    critical: critical.map(({ option }) => {
      const { label, critical: tests } = weighed(translator, option, []);
      return { label, tests };
    }),
    // Rounded down, so that what falls short never looks as if it were enough.
    share: Math.floor(scaled * 100 + 1e-7),
    needed: Math.ceil(scenario.pass * 100 - 1e-7),
  };
}
