import type { Response } from "express";
import type { Outcome } from "../../../standards/curriculum/index.js";
import type { DueModel } from "./due.js";
import { gradedActivities, gradeOf, nextActivity, recordOf } from "../rules.js";
import { programmesOf, sendLearningPage, wayTo, type Way } from "./page.js";
import type { Deps, Scene, TraineeScene } from "./scene.js";
import { tilesOf, type Tile } from "./strip.js";

interface HomeModel {
  readonly complete: boolean;
  readonly grade: number;
  readonly graded: number;
  readonly tiles: readonly Tile[];
  readonly outcomes: readonly string[];
  /** Nothing was opened yet: the button says "Begin with". */
  readonly fresh: boolean;
  readonly next?: Way;
  readonly programmes: string;
  readonly returnUrl?: string;
  readonly due?: DueModel;
}

/** The module's own page: the mosaic, and the way on. */
export function sendHome(res: Response, scene: TraineeScene, due?: DueModel): void {
  const { attempt, module, visit } = scene;
  const next = nextActivity(attempt, module);
  const tiles = tilesOf(scene, next?.id);
  const done = tiles.filter(({ state }) => state === "done").length;
  const heading = next === undefined ? "complete" : done === 0 ? "beginning" : "underWay";
  sendLearningPage<HomeModel>(res, scene, {
    view: "module",
    title: [`learning.module.${heading}`, { done, total: tiles.length }],
    model: {
      tiles,
      complete: next === undefined,
      grade: gradeOf(attempt, module),
      graded: gradedActivities(module).length,
      ...programmesOf(scene),
      outcomes: outcomesIn(scene)
        .filter(({ id }) => module.activities.some(({ outcome }) => outcome === id))
        .map(({ text }) => text),
      fresh: done === 0 && (next === undefined || recordOf(attempt, next.id).openedAt === undefined),
      ...(next ? { next: wayTo(scene, next) } : {}),
      ...(visit.returnUrl === undefined ? {} : { returnUrl: visit.returnUrl }),
      ...(due ? { due } : {}),
    },
  });
}

/** A refresher is on the outcomes of the programme that it renews. */
export function outcomesIn({ module, curriculum }: Scene): readonly Outcome[] {
  if (module.refresherOf === undefined) return module.outcomes;
  const renewed = curriculum.programmes.find(({ id }) => id === module.refresherOf)?.modules ?? [];
  return curriculum.modules.filter(({ id }) => renewed.includes(id)).flatMap(({ outcomes }) => outcomes);
}

interface PrivacyModel {
  /** Present before the beginning, for trainees: the form that begins. */
  readonly begin?: { readonly action: string; readonly form: string; readonly title: string };
  readonly back?: string;
  readonly due?: DueModel;
}

/** Who sees what, for how long, and what it may not be used for: read before the first activity. */
export function sendPrivacy(
  res: Response,
  scene: Scene,
  { newId, due }: Pick<Deps, "newId"> & { readonly due?: DueModel },
): void {
  const [first] = scene.module.activities;
  const begins = scene.visit.role === "trainee" && !scene.attempt && first !== undefined;
  sendLearningPage<PrivacyModel>(res, scene, {
    view: "privacy",
    title: [begins ? "learning.privacy.before" : "learning.privacy.title", {}],
    model: begins
      ? {
          begin: { action: scene.href("/begin"), form: newId(), title: wayTo(scene, first).title },
          ...(due ? { due } : {}),
        }
      : { back: scene.href("/") },
  });
}

interface NoticeModel {
  readonly notice: string;
  readonly about?: string;
  readonly way: Way;
}

/** A calm page where something can't be done now: what it is, and the way on. */
export function sendNotice(
  res: Response,
  scene: TraineeScene,
  notice: "later" | "runGone",
  about?: string,
): void {
  const next = nextActivity(scene.attempt, scene.module);
  sendLearningPage<NoticeModel>(res, scene, {
    view: "notice",
    title: [`learning.notice.${notice}.title`, { about: about ?? "" }],
    status: notice === "later" ? 409 : 404,
    model: {
      notice,
      ...(about === undefined ? {} : { about }),
      way: next ? wayTo(scene, next) : { href: scene.href("/"), title: scene.module.title },
    },
  });
}
