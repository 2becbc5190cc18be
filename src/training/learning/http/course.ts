import type { Request, RequestHandler, Response } from "express";
import {
  narrowVisit,
  sendPage,
  translatorOf,
  visitOf,
  type PageModel,
  type Visit,
} from "../../../foundation/web/index.js";
import type { Activity, CurriculumModule } from "../../../standards/curriculum/index.js";
import type { ClassState } from "../class.js";
import {
  activitiesOf,
  isCourseVisit,
  keyOf,
  stateOfAll,
  type CourseContent,
  type CourseLink,
} from "../course.js";
import { LearningError } from "../errors.js";
import { asAttempted, type Done } from "../rules.js";
import { dueAt, type DueModel } from "./due.js";
import { activityPath, beWithin, ownOf, privacyPath, type Deps } from "./scene.js";
import { titleIn } from "./strip.js";

interface RowModel {
  readonly title: string;
  readonly kind: Activity["kind"] | "module";
  readonly minutes: number;
  readonly href: string;
  /** Of a trainee. */
  readonly state?: ClassState;
  readonly sign: string;
  readonly done: number;
  readonly total: number;
  /** For who teaches. */
  readonly classPage?: string;
}

interface CourseModel extends PageModel {
  readonly heading: string;
  readonly course?: string;
  readonly copyOf?: string;
  readonly teaches: boolean;
  readonly rows: readonly RowModel[];
  /** Where a trainee goes on. */
  readonly next?: { readonly href: string; readonly title: string; readonly fresh: boolean };
  readonly programmes: string;
  readonly returnUrl?: string;
  readonly due?: DueModel;
}

/** The course's own page, of a link that names no module: what its links lead to, and how far the trainee is. */
export async function sendCourse(res: Response, deps: Deps): Promise<void> {
  const visit = visitOf(res);
  const words = translatorOf(res);
  const [content, due] = await Promise.all([deps.courseLinks.of(visit), dueAt(res, deps)]);
  const rows = await Promise.all(
    content.links.flatMap((link) => {
      const module = moduleOf(link, deps);
      return module ? [rowOf(link, module, { visit, deps, language: words.locale })] : [];
    }),
  );
  const heading = words.t(`learning.course.found.${foundIn(rows, visit)}`, {
    done: rows.filter(({ state }) => state === "done").length,
    total: rows.length,
  });
  sendPage<CourseModel>(res, "learning/course", {
    ...{ heading, rows, pageTitle: content.title === undefined ? heading : `${heading} · ${content.title}` },
    ...aboutCourse(content),
    ...wayOn(rows),
    teaches: visit.role !== "trainee",
    programmes: deps.visits.path(visit, "/programmes"),
    ...(visit.returnUrl === undefined ? {} : { returnUrl: visit.returnUrl }),
    ...(due ? { due } : {}),
  });
}

function aboutCourse({ title, copyOf }: CourseContent): Pick<CourseModel, "course" | "copyOf"> {
  return { ...(title === undefined ? {} : { course: title }), ...(copyOf === undefined ? {} : { copyOf }) };
}

function wayOn(rows: readonly RowModel[]): Pick<CourseModel, "next"> {
  const next = rows.find(({ state }) => state !== undefined && state !== "done");
  return next ? { next: { href: next.href, title: next.title, fresh: next.state === "new" } } : {};
}

function foundIn(rows: readonly RowModel[], { role }: Visit): string {
  if (role !== "trainee") return rows.length === 0 ? "noneForTeachers" : "teaches";
  if (rows.length === 0) return "none";
  if (rows.every(({ state }) => state === "done")) return "allDone";
  return rows.every(({ state }) => state === "new") ? "noneBegun" : "underWay";
}

function moduleOf({ moduleId }: CourseLink, { curriculum }: Deps): CurriculumModule | undefined {
  return curriculum.modules.find(({ id, activities }) => id === moduleId && activities.length > 0);
}

interface RowParts {
  readonly visit: Visit;
  readonly deps: Deps;
  readonly language: string;
}

async function rowOf(
  link: CourseLink,
  module: CurriculumModule,
  { visit, deps, language }: RowParts,
): Promise<RowModel> {
  const own = visit.role === "trainee" ? await ownOf(visit, module, deps) : undefined;
  const attempt: Done = own?.attempt ?? { activities: {} };
  const activities = activitiesOf(own ? asAttempted(module, own.attempt ?? own.next) : module, link);
  const { state, done } = stateOfAll(attempt, activities);
  const [only] = link.activityId === undefined ? [] : activities;
  const key = encodeURIComponent(keyOf(link));
  return {
    ...{ title: only ? titleIn(language, only) : module.title, kind: only?.kind ?? "module" },
    ...{ sign: state === "done" ? "✓" : "", done, total: activities.length },
    minutes: activities.reduce((sum, { minutes }) => sum + minutes, 0),
    href: deps.visits.path(visit, `/open/${key}`),
    ...(own ? { state } : { classPage: deps.visits.path(visit, `/in/${key}/class`) }),
  };
}

/** Opens one of the course's links, as a launch of it would: then its pages follow, within the same visit. */
export async function openLink(req: Request, res: Response, deps: Deps): Promise<void> {
  const visit = visitOf(res);
  const link = await linkAsked(req, visit, deps);
  await deps.courseLinks.open(visit, link);
  const begun =
    visit.role !== "trainee" ||
    (await deps.attempts.findAttempt(visit, visit.personId, link.moduleId)) !== undefined;
  const first = link.activityId === undefined ? "/" : activityPath({ id: link.activityId });
  res.redirect(303, deps.visits.path(visit, `${baseOf(link)}${begun ? first : privacyPath}`));
}

/** What comes behind it is about the link that the address names, as if that had been launched. */
export function withinLink(deps: Deps): RequestHandler {
  return async (req, res, next) => {
    const link = await linkAsked(req, visitOf(res), deps);
    const { moduleId, activityId, placementIds } = link;
    const [placementId = ""] = placementIds;
    narrowVisit(res, { placementId, moduleId, ...(activityId === undefined ? {} : { activityId }) });
    beWithin(res, { base: baseOf(link), placementIds });
    next();
  };
}

const baseOf = (link: CourseLink): string => `/in/${encodeURIComponent(keyOf(link))}`;

/** @throws LearningError `link_not_here` */
async function linkAsked(req: Request, visit: Visit, deps: Deps): Promise<CourseLink> {
  const { links } = isCourseVisit(visit) ? await deps.courseLinks.of(visit) : { links: [] };
  const link = links.find((one) => keyOf(one) === req.params.link);
  if (!link) throw new LearningError("link_not_here");
  return link;
}
