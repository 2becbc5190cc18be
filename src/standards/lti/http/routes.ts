import express, { type Request, type RequestHandler, type Response, type Router } from "express";
import type { KeyRing } from "../../../foundation/keys/index.js";
import {
  allowFraming,
  mountDoors,
  readForm,
  sendPage,
  translatorOf,
  type Door,
} from "../../../foundation/web/index.js";
import { answerLaunch, type LaunchAnswerDeps } from "./launch-answers.js";
import { answerLogin } from "./login-answers.js";
import type { LoginDeps } from "../login.js";
import { takeNotices, type NoticesDeps } from "../notices.js";

export interface RoutesDeps extends LoginDeps, LaunchAnswerDeps, NoticesDeps {
  readonly keyRing: KeyRing;
}

const inAnyFrame: RequestHandler = (_req, res, next) => {
  // A refusal must show in the course page, also when nobody can tell which platform it is.
  allowFraming(res, "anyone");
  res.setHeader("Cache-Control", "no-store");
  next();
};

/** `/login` and `/launch`, to be mounted at `/lti`: what every launch comes through. */
export function ltiDoors(deps: RoutesDeps): Door[] {
  const form = readForm();
  const login: RequestHandler = (req, res) => answerLogin(req, res, deps);
  const launch: RequestHandler = (req, res) => answerLaunch(req, res, deps);
  return [
    { method: "GET", path: "/login", handlers: [inAnyFrame, login] },
    { method: "POST", path: "/login", handlers: [inAnyFrame, form, login] },
    { method: "POST", path: "/launch", handlers: [inAnyFrame, form, launch] },
  ];
}

/** The doors, `/notices` and `/jwks`, to be mounted at `/lti`. */
export function ltiRoutes(deps: RoutesDeps, doors: readonly Door[]): Router {
  const router = express.Router();
  router.use(inAnyFrame);
  mountDoors(router, doors);
  // One media type or another: what counts is in the signed tokens.
  const text = express.text({ type: () => true, limit: "512kb" });
  router.post("/notices", text, async (req: Request, res: Response) => {
    await takeNotices(typeof req.body === "string" ? req.body : "", deps);
    res.status(204).end();
  });
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
