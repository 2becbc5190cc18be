import type { Response } from "express";
import {
  textIn,
  type Lesson,
  type LessonActivity,
  type LessonPart,
} from "../../../standards/curriculum/index.js";
import { lessonBeforeRetake, nextActivity, recordOf, runGate, isOpen } from "../rules.js";
import {
  placeOf,
  sendLearningPage,
  sourceModel,
  wayTo,
  type Place,
  type SourceModel,
  type Way,
} from "./page.js";
import { activityPath, type Deps, type Scene, type TraineeScene } from "./scene.js";

type LocalPart = Extract<LessonPart, { kind: "local" }>;

interface Box {
  readonly name: string;
  readonly invented: boolean;
  readonly html: string;
}

/** A piece of the lesson as shown: text, or one local box with the neighbours' behind it. */
type PartModel =
  { readonly html: string } | { readonly local: { readonly own?: Box; readonly neighbours: readonly Box[] } };

interface LessonModel {
  readonly place: Place;
  readonly language: string;
  readonly parts: readonly PartModel[];
  readonly sources: readonly SourceModel[];
  readonly words: Lesson["words"];
  /** What is the one thing to do at the end. */
  readonly finish?: { readonly action: string; readonly form: string; readonly next?: string };
  readonly retake?: Way;
  readonly onward?: Way;
  readonly home: string;
}

export function sendLesson(res: Response, scene: TraineeScene, activity: LessonActivity, deps: Deps): void {
  send(res, scene, activity, wayOn(scene, activity, deps));
}

/** For instructors: the lesson as trainees see it, and nothing to press. */
export function sendLessonPreview(res: Response, scene: Scene, activity: LessonActivity): void {
  send(res, scene, activity, {});
}

function send(
  res: Response,
  scene: Scene,
  activity: LessonActivity,
  way: Pick<LessonModel, "finish" | "retake" | "onward">,
): void {
  const lesson = textIn(activity.texts, scene.language);
  sendLearningPage<LessonModel & { preview: boolean }>(res, scene, {
    view: "lesson",
    title: lesson.title,
    here: activity,
    model: {
      ...way,
      place: placeOf(scene, activity),
      language: lesson.language,
      parts: partModels(lesson.body, scene.visit.jurisdictionId),
      sources: lesson.sources.map(sourceModel),
      words: lesson.words,
      home: scene.href("/"),
      preview: scene.visit.role !== "trainee",
    },
  });
}

function wayOn(
  scene: TraineeScene,
  activity: LessonActivity,
  { newId }: Deps,
): Pick<LessonModel, "finish" | "retake" | "onward"> {
  const { attempt, module } = scene;
  if (recordOf(attempt, activity.id).doneAt === undefined) {
    const after = module.activities[module.activities.indexOf(activity) + 1];
    const action = scene.href(`${activityPath(activity)}/continue`);
    return { finish: { action, form: newId(), ...(after ? { next: wayTo(scene, after).title } : {}) } };
  }
  const waiting = module.activities.find(
    (quiz) =>
      quiz.kind === "quiz" &&
      lessonBeforeRetake(quiz) === activity.id &&
      isOpen(attempt, module, quiz.id) &&
      recordOf(attempt, quiz.id).runs?.at(-1)?.passed === false &&
      runGate(attempt, quiz).may === "begin",
  );
  if (waiting) return { retake: wayTo(scene, waiting) };
  const next = nextActivity(attempt, module);
  return next ? { onward: wayTo(scene, next) } : {};
}

/** Gathers the boxes of each slot: the academy's own first, the other partners' behind it. */
function partModels(body: readonly LessonPart[], jurisdiction: string): PartModel[] {
  const models: PartModel[] = [];
  for (let at = 0; at < body.length; at += 1) {
    const part = body[at];
    if (part?.kind === "html") models.push({ html: part.html });
    if (part?.kind !== "local") continue;
    const boxes: LocalPart[] = [];
    for (let box = body[at]; box?.kind === "local" && box.slot === part.slot; box = body[at]) {
      boxes.push(box);
      at += 1;
    }
    at -= 1;
    const own = boxes.find((box) => box.jurisdiction === jurisdiction);
    const neighbours = boxes.filter((box) => box !== own).map(boxModel);
    models.push({ local: { neighbours, ...(own ? { own: boxModel(own) } : {}) } });
  }
  return models;
}

function boxModel({ name, invented, html }: LocalPart): Box {
  return { name, invented, html };
}
