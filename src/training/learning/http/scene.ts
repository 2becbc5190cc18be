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
import { isCourseVisit } from "../course.js";
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
  /** The address of a page about this module. */
  readonly href: (path: string) => string;
  /** Of the course's page, where the visit came to that. */
  readonly course?: string;
  /** Of the page of the trainee's programmes and certificates. */
  readonly programmes: string;
  /** Where more links than the visit's own lead to this module or activity: all of them. */
  readonly placementIds?: readonly string[];
  /** The trainee's; absent before they begin, and for everyone else. */
  readonly attempt?: Attempt;
  /** How an attempt that begins now would be one. */
  readonly next: { readonly cycle: number; readonly only?: "scenarios" };
  /** A refresher that is not open to this trainee, and that they have not done. */
  readonly shut?: Extract<ModuleTurn, { open: false }>;
}

/** A scene with an attempt in it. */
export type TraineeScene = Scene & { readonly attempt: Attempt };

/** @throws LearningError `link_not_here`, `module_not_here`, `version_not_here` */
export async function sceneOf(res: Response, deps: Deps): Promise<Scene> {
  const visit = visitOf(res);
  if (isCourseVisit(visit)) throw new LearningError("link_not_here");
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
    ...waysOf(res, visit, deps),
  };
}

/** Of a course's visit, where the pages about one of its links stand. */
export interface Within {
  /** `/in/M01` */
  readonly base: string;
  readonly placementIds: readonly string[];
}

interface WithinLocals {
  within?: Within;
}

/** From here on the request is about one link of the course. */
export function beWithin(res: Response, within: Within): void {
  (res.locals as WithinLocals).within = within;
}

type Ways = Pick<Scene, "href" | "course" | "programmes" | "placementIds">;

function waysOf(res: Response, visit: Visit, { visits }: Deps): Ways {
  const { within } = res.locals as WithinLocals;
  const programmes = visits.path(visit, "/programmes");
  if (!within) return { programmes, href: (path) => visits.path(visit, path) };
  const { base, placementIds } = within;
  const href: Scene["href"] = (path) => visits.path(visit, `${base}${path}`);
  return { programmes, href, placementIds, course: visits.path(visit, "/") };
}

type OwnScene = Pick<Scene, "attempt" | "next" | "shut">;

const anybody: OwnScene = { next: { cycle: 1 } };

/** The attempt that counts now: what was begun before it is time for another one is an earlier time through. */
export async function ownOf(
  visit: Visit,
  { id }: CurriculumModule,
  { attempts, turnOf }: Deps,
): Promise<OwnScene> {
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
  if (visit.role !== "trainee" || visit.errand || isCourseVisit(visit)) return visits.home(visit);
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
