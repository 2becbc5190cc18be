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
import type { LearningDeps, ModuleTurn } from "../deps.js";
import { asAttempted } from "../rules.js";

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
  /** How an attempt that begins now would be one. */
  readonly next: { readonly cycle: number; readonly only?: "scenarios" };
  /** A refresher that is not open to this trainee, and that they have not done. */
  readonly shut?: Extract<ModuleTurn, { open: false }>;
}

/** A scene with an attempt in it. */
export type TraineeScene = Scene & { readonly attempt: Attempt };

/** @throws LearningError `module_not_here`, `version_not_here` */
export async function sceneOf(res: Response, deps: Deps): Promise<Scene> {
  const visit = visitOf(res);
  const module = deps.curriculum.modules.find(({ id }) => id === visit.moduleId);
  if (!module || module.activities.length === 0) throw new LearningError("module_not_here");
  const own = visit.role === "trainee" ? await ownOf(visit, module, deps) : anybody;
  if (own.attempt && own.attempt.curriculum.core !== deps.curriculum.version) {
    throw new LearningError("version_not_here", { version: own.attempt.curriculum.core });
  }
  return {
    ...{ visit, ...own },
    module: asAttempted(module, own.attempt ?? own.next),
    curriculum: deps.curriculum,
    language: translatorOf(res).locale,
    href: (path) => deps.visits.path(visit, path),
  };
}

type OwnScene = Pick<Scene, "attempt" | "next" | "shut">;

const anybody: OwnScene = { next: { cycle: 1 } };

/** The attempt that counts now: what was begun before it is time for another one is an earlier time through. */
async function ownOf(visit: Visit, { id }: CurriculumModule, { attempts, turnOf }: Deps): Promise<OwnScene> {
  const [found, turn] = await Promise.all([
    attempts.findAttempt(visit, visit.personId, id),
    turnOf(visit, visit.personId, id),
  ]);
  return turnTaken(found, turn);
}

function turnTaken(found: Attempt | undefined, turn: ModuleTurn | undefined): OwnScene {
  const next = { cycle: (found?.cycle ?? 0) + 1 };
  if (turn?.open === false) return { next, ...stopped(found, turn) };
  if (found && found.begunAt >= (turn?.since ?? 0)) return { next, attempt: found };
  return { next: { ...next, ...(turn?.only === undefined ? {} : { only: turn.only }) } };
}

/** What was done in a refresher stays to be seen; what was not done can't be any more, or not yet. */
function stopped(found: Attempt | undefined, shut: NonNullable<Scene["shut"]>): Omit<OwnScene, "next"> {
  if (!found) return { shut };
  return { attempt: found, ...(found.completedAt === undefined ? { shut } : {}) };
}

/** What comes before the first activity: the page that says who sees what. */
export const privacyPath = "/privacy";

/** Where a visit begins; every page leads there by itself too. */
export async function firstPage(
  visit: Visit,
  { visits, attempts }: Pick<Deps, "visits" | "attempts">,
): Promise<string> {
  if (visit.role !== "trainee" || visit.errand) return visits.home(visit);
  const attempt = await attempts.findAttempt(visit, visit.personId, visit.moduleId);
  return attempt ? visits.home(visit) : visits.path(visit, privacyPath);
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
