import type { Request, RequestHandler, Response } from "express";
import { hours, randomToken, type Clock } from "../kernel/index.js";
import { browserHash, carriesSecret } from "./browser.js";
import { WebError } from "./errors.js";
import { checkFormToken, formToken } from "./form-tokens.js";
import { allowFraming } from "./headers.js";
import type { Visit, VisitRole, VisitStore } from "./visit-store.js";

/** How long a visit lasts: a training day. */
const visitLength = hours(10);

export type NewVisit = Omit<Visit, "id" | "startedAt" | "expiresAt">;

export interface Visits {
  begin(visit: NewVisit): Promise<Visit>;
  /** The path of a visit's pages: `/visits/<id><path>`. */
  path(visit: Visit, path?: string): string;
  /** Where a visit begins: on its errand's page, at the one activity that its link is about, or on the module's page. */
  home(visit: Visit): string;
  /**
   * For routers mounted at `/visits/:visit`: lets a request through only from the browser that the visit belongs to
   * and within its time, makes the visit readable by `visitOf`, and lets its platform frame the answer.
   */
  readonly gate: RequestHandler;
  /** For posted forms behind the gate, after `readForm`: refuses those that this visit's pages did not make. */
  readonly checkForm: RequestHandler;
}

export interface VisitsDeps {
  readonly store: VisitStore;
  readonly clock: Clock;
  /** For the forms' tokens. */
  readonly csrfKey: Buffer;
}

export function createVisits({ store, clock, csrfKey }: VisitsDeps): Visits {
  const tokenOf = (visit: Visit): string => formToken(csrfKey, `${visit.id} ${visit.browserHash}`);

  const path = (visit: Visit, rest = ""): string => `/visits/${visit.id}${rest}`;
  return {
    begin: async (visit) => {
      const startedAt = clock.now();
      const begun = { ...visit, id: randomToken(18), startedAt, expiresAt: startedAt + visitLength };
      await store.addVisit(begun);
      return begun;
    },
    path,
    home: (visit) => path(visit, beginning(visit)),
    gate: async (req, res, next) => {
      // A refusal must show in the course page; its page holds nothing to click and nothing of the visit.
      allowFraming(res, "anyone");
      res.setHeader("Cache-Control", "private, no-store");
      const visit = await visitFor(req, { store, clock });
      const locals = res.locals as VisitLocals;
      locals.visit = visit;
      locals.formToken = tokenOf(visit);
      locals.base = path(visit);
      locals.atCourse = visit.moduleId === "";
      allowFraming(res, new URL(visit.frameOrigin));
      if (carriesSecret(req) && req.headers["tessera-carrier"] !== undefined) tellRedirects(res);
      next();
    },
    checkForm: (req, res, next) => {
      checkFormToken(req, tokenOf(visitOf(res)));
      next();
    },
  };
}

/**
 * Redirects of this answer become a header that the script which carries the page reads: `fetch` would follow one without
 * saying to which fragment it led.
 */
function tellRedirects(res: Response): void {
  res.redirect = (...where: readonly (string | number)[]) => {
    const url = where.find((one) => typeof one === "string") ?? "/";
    res.status(200).setHeader("Tessera-Location", url).end();
  };
}

function beginning({ errand, activityId }: Visit): string {
  if (errand) return `/${errand.kind}`;
  return activityId === undefined ? "" : `/activities/${activityId}`;
}

interface VisitLocals {
  visit?: Visit;
  formToken?: string;
  /** The visit's path, for links in its pages. */
  base?: string;
  /** It leads to the page of a course, and not of a module. */
  atCourse?: boolean;
}

/** The visit of a request that came through the gate. */
export function visitOf(res: Response): Visit {
  const { visit } = res.locals as VisitLocals;
  if (!visit) throw new WebError("visit_unknown");
  return visit;
}

/** From here on the request is about one link of the course that the visit came to: `visitOf` tells of that link. */
export function narrowVisit(
  res: Response,
  { placementId, moduleId, activityId }: Pick<Visit, "placementId" | "moduleId" | "activityId">,
): void {
  (res.locals as VisitLocals).visit = {
    ...visitOf(res),
    ...{ placementId, moduleId },
    ...(activityId === undefined ? {} : { activityId }),
  };
}

/** Lets only visits in one of these roles through. */
export function onlyRoles(...roles: readonly VisitRole[]): RequestHandler {
  return (_req, res, next) => {
    if (!roles.includes(visitOf(res).role)) throw new WebError("role_not_allowed");
    next();
  };
}

async function visitFor(req: Request, { store, clock }: Pick<VisitsDeps, "store" | "clock">): Promise<Visit> {
  const id = req.params.visit;
  const visit = typeof id === "string" && /^[\w-]{24}$/.test(id) ? await store.findVisit(id) : undefined;
  if (!visit) throw new WebError("visit_unknown");
  if (visit.browserHash !== browserHash(req)) throw new WebError("visit_of_another_browser");
  if (visit.expiresAt <= clock.now()) throw new WebError("visit_expired");
  return visit;
}
