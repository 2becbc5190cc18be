import type { Response } from "express";
import { textIn, type Quiz, type QuizActivity, type QuizItem } from "../../../standards/curriculum/index.js";
import type { QuizRun } from "../attempt-store.js";
import { unansweredItems } from "../quiz-steps.js";
import { recordOf } from "../rules.js";
import { placeOf, sendLearningPage, type Place } from "./page.js";
import { activityPath, runPath, type Deps, type TraineeScene } from "./scene.js";

/** How many right answers pass a run of so many items. */
export function rightAnswersNeeded({ pass }: Pick<Quiz, "pass">, items: number): number {
  // 0.8 × 10 must be 8 and not 9, whatever binary fractions say.
  return Math.ceil(pass * items - 1e-9);
}

interface StartModel {
  readonly place: Place;
  readonly items: number;
  readonly needed: number;
  readonly again: boolean;
  readonly retakeAfterLesson: boolean;
  readonly action: string;
  readonly form: string;
}

/** Before a run: what it asks and what follows from it. */
export function sendQuizStart(
  res: Response,
  scene: TraineeScene,
  activity: QuizActivity,
  { newId }: Deps,
): void {
  const quiz = textIn(activity.texts, scene.language);
  const items = Math.min(quiz.draw, quiz.items.length);
  sendLearningPage<StartModel>(res, scene, {
    view: "quiz-start",
    title: quiz.title,
    here: activity,
    model: {
      place: placeOf(scene, activity),
      items,
      needed: rightAnswersNeeded(quiz, items),
      again: (recordOf(scene.attempt, activity.id).runs ?? []).length > 0,
      retakeAfterLesson: quiz.retake === "after-lesson",
      action: scene.href(`${activityPath(activity)}/runs`),
      form: newId(),
    },
  });
}

interface ItemModel {
  readonly id: string;
  readonly number: number;
  readonly stem: string;
  readonly multiple: boolean;
  /** `radio` or `checkbox`. */
  readonly input: string;
  /** To be shown as not answered: only after a try to hand in. */
  readonly missing: boolean;
  readonly options: readonly {
    readonly id: string;
    readonly name: string;
    readonly value: string;
    readonly text: string;
    readonly chosen: boolean;
    readonly describedBy?: string;
  }[];
}

interface QuizModel {
  readonly place: Place;
  readonly language: string;
  readonly total: number;
  readonly answered: number;
  readonly items: readonly ItemModel[];
  readonly problems: readonly { readonly number: number; readonly href: string }[];
  readonly justSaved: boolean;
  readonly action: string;
  readonly form: string;
  readonly home: string;
}

/** What the last post came to, for the page that follows it. */
export type QuizNote = "unanswered" | "saved" | undefined;

/** A run under way: its items with the answers given so far. */
export function sendQuiz(
  res: Response,
  scene: TraineeScene,
  { activity, run, note }: { activity: QuizActivity; run: QuizRun; note: QuizNote },
  { newId }: Deps,
): void {
  const quiz = textIn(activity.texts, scene.language);
  const unanswered = unansweredItems(run);
  const missing = note === "unanswered" ? unanswered : [];
  const items = run.items.map((drawn, index) => itemModel(quiz, run, { ...drawn, index, missing }));
  sendLearningPage<QuizModel>(res, scene, {
    view: "quiz",
    title: quiz.title,
    ...(missing.length > 0
      ? { tab: ["learning.quiz.titleMissing", { count: missing.length, title: quiz.title }] as const }
      : {}),
    here: activity,
    model: {
      place: placeOf(scene, activity),
      language: quiz.language,
      total: items.length,
      answered: items.length - unanswered.length,
      items,
      problems: items
        .filter((item) => item.missing)
        .map(({ number, options: [first] }) => ({ number, href: `#${first?.id ?? ""}` })),
      justSaved: note === "saved",
      action: scene.href(runPath(activity, run.id)),
      form: newId(),
      home: scene.href("/"),
    },
  });
}

interface Drawn {
  readonly itemId: string;
  readonly options: readonly string[];
  readonly index: number;
  readonly missing: readonly string[];
}

function itemModel(quiz: Quiz, run: QuizRun, { itemId, options, index, missing }: Drawn): ItemModel {
  const item: QuizItem | undefined = quiz.items.find(({ id }) => id === itemId);
  const multiple = item?.kind === "multiple";
  const number = index + 1;
  const isMissing = missing.includes(itemId);
  const chosen = run.answers[itemId] ?? [];
  const notes = [...(multiple ? [`hint-${number}`] : []), ...(isMissing ? [`missing-${number}`] : [])];
  return {
    ...{ number, multiple },
    id: itemId,
    stem: item?.stem ?? "",
    input: multiple ? "checkbox" : "radio",
    missing: isMissing,
    options: options.map((optionId, place) => ({
      id: `item-${number}-${place + 1}`,
      name: `item.${itemId}`,
      value: optionId,
      text: item?.options.find(({ id }) => id === optionId)?.text ?? "",
      chosen: chosen.includes(optionId),
      ...(notes.length > 0 ? { describedBy: notes.join(" ") } : {}),
    })),
  };
}
