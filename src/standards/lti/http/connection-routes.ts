import express, { type Request, type Response, type Router } from "express";
import { deskOf } from "../../../foundation/directory/index.js";
import {
  field,
  fields,
  queryParameter,
  readForm,
  translatorOf,
  WebError,
} from "../../../foundation/web/index.js";
import type { RegistrationParts } from "../registration/parts.js";
import { showConnections } from "./connection-page.js";

/** The academy's connection page, and what its owner decides there: each a posted form that leads back to the page. */
export function connectionRoutes(parts: RegistrationParts): Router {
  const { decisions, desks, directory } = parts;
  const router = express.Router();
  const form = [readForm(), desks.checkForm];
  const back = (res: Response, done: string): void =>
    res.redirect(303, `${desks.path(deskOf(res))}?done=${done}`);
  const platformOf = (req: Request): string => String(req.params["platform"]);

  router.use((_req, res, next) => {
    // Where the strip of each page at the desk leads, a refusal's too.
    Object.assign(res.locals, { homeName: translatorOf(res).t("registration.home") });
    next();
  });
  router.get("/", (req, res) => showConnections(res, queryParameter(req, "done"), parts));
  router.post("/platforms/:platform/on", form, async (req: Request, res: Response) => {
    await decisions.switchOn(deskOf(res), platformOf(req), fields(req, "deployment"));
    back(res, "on");
  });
  router.post("/platforms/:platform/off", form, async (req: Request, res: Response) => {
    await decisions.switchOff(deskOf(res), platformOf(req));
    back(res, "off");
  });
  router.post("/platforms/:platform/columns", form, async (req: Request, res: Response) => {
    const columns = oneOf(["module", "activity"], field(req, "columns"));
    await decisions.chooseColumns(deskOf(res), platformOf(req), columns);
    back(res, "columns");
  });
  router.post("/platforms/:platform/deployments", form, async (req: Request, res: Response) => {
    const decision = oneOf(["approved", "refused"], field(req, "decision"));
    const deployment = { platformId: platformOf(req), deploymentId: field(req, "deployment") ?? "" };
    await decisions.decide(deskOf(res), deployment, decision);
    back(res, decision);
  });
  router.post("/invites/:invite/end", form, async (req: Request, res: Response) => {
    await directory.invites.end(deskOf(res), String(req.params["invite"]));
    back(res, "ended");
  });
  return router;
}

/** @throws WebError `body_malformed` */
function oneOf<Choice extends string>(choices: readonly Choice[], sent: string | undefined): Choice {
  const chosen = choices.find((choice) => choice === sent);
  if (chosen === undefined) throw new WebError("body_malformed");
  return chosen;
}
