import express, { type Response, type Router } from "express";
import { translatorOf, visitOf } from "../../../foundation/web/index.js";
import { newStanding } from "../advance.js";
import type { ProgrammesDeps } from "../deps.js";
import { offeredProgrammes } from "../rules.js";
import { contactModel, contactRoutes } from "./contact.js";
import { sendProgrammes } from "./page.js";
import type { Own, Scene } from "./scene.js";

export type Deps = Required<Omit<ProgrammesDeps, "mail">> & Pick<ProgrammesDeps, "mail">;

/** The page of a visit's programmes: a trainee's own standing, for everyone else the rules. */
export function programmesRoutes(deps: Deps): Router {
  const router = express.Router({ mergeParams: true });
  router.get("/", async (_req, res) => {
    const scene = await sceneOf(res, deps);
    sendProgrammes(res, scene, await contactModel(scene, deps));
  });
  if (deps.mail) contactRoutes(router, deps, deps.mail);
  return router;
}

async function sceneOf(res: Response, deps: Deps): Promise<Scene> {
  const visit = visitOf(res);
  const own = visit.role === "trainee" ? await ownOf(res, deps) : undefined;
  return {
    visit,
    ...(own ? { own } : {}),
    curriculum: deps.curriculum,
    plans: offeredProgrammes(deps.curriculum),
    words: translatorOf(res),
    now: deps.clock.now(),
    href: (path) => deps.visits.path(visit, path),
    newForm: deps.newId,
  };
}

async function ownOf(res: Response, { standings, certificatesOf, newId }: Deps): Promise<Own> {
  const visit = visitOf(res);
  const [standing, certificates] = await Promise.all([
    standings.standingOf(visit, visit.personId),
    certificatesOf(visit, visit.personId),
  ]);
  return { standing: standing ?? newStanding(visit, visit.personId, newId()), certificates };
}
