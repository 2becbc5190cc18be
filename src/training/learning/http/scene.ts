import type { Request, Response } from "express";
import { uuidPattern } from "../../../foundation/kernel/index.js";
import {
  field,
  fields,
  requestIdOf,
  translatorOf,
  visitOf,
  WebError,
  type Visit,
} from "../../../foundation/web/index.js";
import type { Activity, Curriculum, CurriculumModule } from "../../../standards/curriculum/index.js";
import type { Attempt } from "../attempt-store.js";
import type { Answers } from "../quiz-steps.js";
import { LearningError } from "../errors.js";
import type { Moment } from "../facts.js";
import type { LearningDeps } from "../deps.js";

export type Deps = Required<LearningDeps>;

/** What every page of a visit needs to know. */
export interface Scene {
  readonly visit: Visit;
  readonly curriculum: Curriculum;
  /** The module that was launched. */
  readonly module: CurriculumModule;
  readonly language: string;
  /** The address of a page of this visit. */
  readonly href: (path: string) => string;
  /** The trainee's; absent before they begin, and for everyone else. */
  readonly attempt?: Attempt;
}

/** A scene with an attempt in it. */
export type TraineeScene = Scene & { readonly attempt: Attempt };

/** @throws LearningError `module_not_here`, `version_not_here` */
export async function sceneOf(res: Response, deps: Deps): Promise<Scene> {
  const visit = visitOf(res);
  const module = deps.curriculum.modules.find(({ id }) => id === visit.moduleId);
  if (!module || module.activities.length === 0) throw new LearningError("module_not_here");
  const attempt =
    visit.role === "trainee" ? await deps.attempts.findAttempt(visit, visit.personId, module.id) : undefined;
  if (attempt && attempt.curriculum.core !== deps.curriculum.version) {
    throw new LearningError("version_not_here", { version: attempt.curriculum.core });
  }
  return {
    ...{ visit, module },
    curriculum: deps.curriculum,
    language: translatorOf(res).locale,
    href: (path) => deps.visits.path(visit, path),
    ...(attempt ? { attempt } : {}),
  };
}

/** @throws LearningError `activity_unknown` */
export function activityOf(req: Request, { module }: Scene): Activity {
  const activity = module.activities.find(({ id }) => id === req.params.activity);
  if (!activity) throw new LearningError("activity_unknown");
  return activity;
}

export function activityPath(activity: Pick<Activity, "id">): string {
  return `/activities/${activity.id}`;
}

export function runPath(activity: Pick<Activity, "id">, runId: string): string {
  return `${activityPath(activity)}/runs/${runId}`;
}

export function momentOf(res: Response, { clock, newId }: Deps): Moment {
  return { now: clock.now(), newId, requestId: requestIdOf(res) };
}

/** The id of a form that was posted. @throws WebError `body_malformed` */
export function formOf(req: Request): string {
  const form = field(req, "form");
  if (form === undefined || !uuidPattern.test(form)) throw new WebError("body_malformed");
  return form;
}

/** A quiz form's answers: `shown` names the items that it holds, `item.<id>` what was chosen. */
export function answersOf(req: Request): Answers {
  return Object.fromEntries(fields(req, "shown").map((itemId) => [itemId, fields(req, `item.${itemId}`)]));
}
