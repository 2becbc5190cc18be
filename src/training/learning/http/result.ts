import type { Response } from "express";
import {
  scoreQuiz,
  textIn,
  type Quiz,
  type QuizActivity,
  type QuizItem,
} from "../../../standards/curriculum/index.js";
import type { QuizRun } from "../attempt-store.js";
import { nextActivity, runGate } from "../rules.js";
import { isTrimmed } from "../trim.js";
import { sendTrimmed } from "./debrief.js";
import {
  placeOf,
  programmesOf,
  sendLearningPage,
  sourceModel,
  wayTo,
  type Place,
  type SourceModel,
  type Way,
} from "./page.js";
import { rightAnswersNeeded } from "./quiz.js";
import { activityPath, type Scene, type TraineeScene } from "./scene.js";

interface OptionModel {
  readonly text: string;
  readonly why: string;
  /** Said only where the key may be seen, or of what was chosen. */
  readonly right: boolean;
  readonly chosen: boolean;
}

/** An item looked back on. `verdict` is about the answer and never about the person. */
export interface FeedbackItem {
  readonly number: number;
  readonly stem: string;
  /** `incomplete`: what was chosen holds, and something is missing. */
  readonly verdict: "holds" | "incomplete" | "overlooks";
  readonly chosen: readonly OptionModel[];
  /** The other options with the key; empty until the quiz is passed. */
  readonly others: readonly OptionModel[];
  readonly explanation?: string;
  readonly sources: readonly SourceModel[];
}

interface ResultModel {
  readonly place: Place;
  readonly language: string;
  readonly passed: boolean;
  readonly right: number;
  readonly total: number;
  readonly needed: number;
  readonly late: boolean;
  readonly items: readonly FeedbackItem[];
  /** After a failed run: the lesson to open again, or straight to the next run. */
  readonly lesson?: Way;
  readonly retake?: Way;
  readonly onward?: Way;
  /** When the module is completed. */
  readonly programmes?: string;
  readonly home: string;
}

/** @param late something was posted to this run after its end */
export function sendResult(
  res: Response,
  scene: TraineeScene,
  { activity, run, late }: { activity: QuizActivity; run: QuizRun; late: boolean },
): void {
  if (isTrimmed(run)) {
    sendTrimmed(res, scene, activity);
    return;
  }
  const quiz = textIn(activity.texts, scene.language);
  const { perItem, right, total } = scoreQuiz(quiz, run.items, run.answers);
  const passed = run.passed === true;
  sendLearningPage<ResultModel>(res, scene, {
    view: "result",
    title: [`learning.result.${passed ? "passed" : "notYet"}`, { right, total }],
    here: activity,
    model: {
      ...{ passed, right, total, late },
      ...wayOn(scene, activity),
      place: placeOf(scene, activity),
      language: quiz.language,
      needed: rightAnswersNeeded(quiz, total),
      items: perItem.map((answer, index) => feedback(quiz, run, { ...answer, number: index + 1, passed })),
      home: scene.href("/"),
    },
  });
}

function wayOn(
  scene: TraineeScene,
  activity: QuizActivity,
): Pick<ResultModel, "lesson" | "retake" | "onward" | "programmes"> {
  const { attempt, module } = scene;
  const gate = runGate(attempt, activity);
  if (gate.may === "read-first") {
    const lesson = module.activities.find(({ id }) => id === gate.lessonId);
    if (lesson) return { lesson: wayTo(scene, lesson) };
  }
  if (gate.may !== "look-back") return { retake: wayTo(scene, activity) };
  const next = nextActivity(attempt, module);
  return next ? { onward: wayTo(scene, next) } : programmesOf(scene);
}

interface Answer {
  readonly itemId: string;
  readonly chosen: readonly string[];
  readonly right: boolean;
  readonly number: number;
  readonly passed: boolean;
}

function feedback(quiz: Quiz, run: QuizRun, { itemId, chosen, right, number, passed }: Answer): FeedbackItem {
  const item = quiz.items.find(({ id }) => id === itemId);
  const shown = run.items.find((drawn) => drawn.itemId === itemId)?.options ?? [];
  const options = shown.flatMap((id) => optionModel(item, id, chosen));
  const taken = options.filter((option) => option.chosen);
  const verdict = right ? "holds" : taken.every((option) => option.right) ? "incomplete" : "overlooks";
  return {
    ...{ number, verdict },
    stem: item?.stem ?? "",
    chosen: taken,
    others: passed ? options.filter((option) => !option.chosen) : [],
    ...(passed && item ? { explanation: item.explanation } : {}),
    sources: (item?.sources ?? []).map(sourceModel),
  };
}

function optionModel(item: QuizItem | undefined, id: string, chosen: readonly string[]): OptionModel[] {
  const option = item?.options.find((one) => one.id === id);
  return option
    ? [{ text: option.text, why: option.why, right: option.right, chosen: chosen.includes(id) }]
    : [];
}

interface QuizPreviewModel {
  readonly place: Place;
  readonly language: string;
  readonly drawn: number;
  readonly needed: number;
  readonly pool: number;
  readonly retakeAfterLesson: boolean;
  readonly items: readonly {
    readonly number: number;
    readonly stem: string;
    readonly multiple: boolean;
    readonly options: readonly OptionModel[];
    readonly explanation: string;
    readonly sources: readonly SourceModel[];
  }[];
  readonly home: string;
  readonly action: string;
}

/** For instructors: all items of a quiz with their key and explanations. */
export function sendQuizPreview(res: Response, scene: Scene, activity: QuizActivity): void {
  const quiz = textIn(activity.texts, scene.language);
  const drawn = Math.min(quiz.draw, quiz.items.length);
  sendLearningPage<QuizPreviewModel>(res, scene, {
    view: "quiz-preview",
    title: quiz.title,
    here: activity,
    model: {
      place: placeOf(scene, activity),
      language: quiz.language,
      drawn,
      needed: rightAnswersNeeded(quiz, drawn),
      pool: quiz.items.length,
      retakeAfterLesson: quiz.retake === "after-lesson",
      items: quiz.items.map(({ kind, stem, options, explanation, sources }, index) => ({
        ...{ stem, explanation },
        number: index + 1,
        multiple: kind === "multiple",
        options: options.map(({ text, why, right }) => ({ text, why, right, chosen: false })),
        sources: sources.map(sourceModel),
      })),
      home: scene.href("/"),
      action: scene.href(activityPath(activity)),
    },
  });
}
