import express, { type Request, type Response, type Router } from "express";
import type { Clock } from "../../../foundation/kernel/index.js";
import type { KeyRing } from "../../../foundation/keys/index.js";
import {
  allowFraming,
  browserHash,
  ensureBrowser,
  queryParameter,
  readForm,
  sendPage,
  translatorOf,
  type Visits,
} from "../../../foundation/web/index.js";
import { LtiError } from "../errors.js";
import { beginVisit, type BeginDeps } from "../launch.js";
import { checkLaunch } from "../launch-checks.js";
import type { LaunchDeps } from "../launch-facts.js";
import { beginLogin, readLogin, type Login, type LoginDeps } from "../login.js";

export interface RoutesDeps extends LoginDeps, LaunchDeps, BeginDeps {
  readonly visits: Visits;
  readonly keyRing: KeyRing;
  readonly clock: Clock;
}

/** `/login`, `/launch` and `/jwks`, to be mounted at `/lti`. */
export function ltiRoutes(deps: RoutesDeps): Router {
  const router = express.Router();
  router.use((_req, res, next) => {
    // A refusal must show in the course page, also when nobody can tell which platform it is.
    allowFraming(res, "anyone");
    res.setHeader("Cache-Control", "no-store");
    next();
  });
  const form = readForm({ limit: "64kb" });
  router.get("/login", (req, res) => answerLogin(req, res, deps));
  router.post("/login", form, (req, res) => answerLogin(req, res, deps));
  router.post("/launch", form, (req, res) => answerLaunch(req, res, deps));
  // Moodle's own crawler, and people who follow a link from a log, come here without a login.
  router.get("/launch", (_req, res) => {
    const words = translatorOf(res);
    sendPage(res, "lti/opened-directly", { pageTitle: words.t("lti.openedDirectly.title") });
  });
  router.get("/jwks", async (_req, res) => {
    res.setHeader("Cache-Control", "public, max-age=300");
    res.json(await deps.keyRing.jwks());
  });
  return router;
}

/**
 * One login, in at most two steps: the first one gives the browser its cookie and asks it to come again, so that we
 * see whether it kept it before anything is used up at the platform.
 */
async function answerLogin(req: Request, res: Response, deps: RoutesDeps): Promise<void> {
  const login = await readLogin(req.method === "POST" ? req.body : req.query, deps);
  const browser = ensureBrowser(req, res);
  if (browser.kept) {
    res.redirect(303, await beginLogin(login, browser.hash, deps));
  } else if (queryParameter(req, marks.again) === undefined) {
    const [, query] = req.originalUrl.split(/\?(.*)/s);
    res.redirect(307, `${req.baseUrl}/login?${query ? `${query}&` : ""}${marks.again}=1`);
  } else if (queryParameter(req, marks.newWindow) === undefined) {
    offerNewWindow(login, `${req.baseUrl}/login?${marks.newWindow}=1`, res);
  } else {
    throw new LtiError("browser_keeps_no_cookie");
  }
}

const marks = { again: "again", newWindow: "window" } as const;

/**
 * A page whose one button starts the same login in a window of its own, where our cookie is a first-party one. It
 * names who may frame it, since it has something to click.
 */
function offerNewWindow({ platform, parameters }: Login, action: string, res: Response): void {
  // Chromium holds the redirect that answers a form to `form-action` too.
  const next = [new URL(platform.authorizationUrl).origin, platform.frameOrigin];
  allowFraming(res, new URL(platform.frameOrigin), next);
  const words = translatorOf(res);
  const model = { pageTitle: words.t("lti.newWindow.title"), action, parameters };
  sendPage(res, "lti/new-window", model);
}

async function answerLaunch(req: Request, res: Response, deps: RoutesDeps): Promise<void> {
  const posted = { form: req.body as unknown, browser: browserHash(req), now: deps.clock.now() };
  const launch = await checkLaunch(posted, deps);
  const visit = await beginVisit(launch, translatorOf(res).locale, deps);
  res.redirect(303, deps.visits.path(visit));
}
