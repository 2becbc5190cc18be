import express, { type Router } from "express";
import { KnownError } from "../../foundation/kernel/index.js";
import { scopes } from "../addresses.js";
import { mediaTypes, sendsExactly } from "./media-types.js";
import { demandService, lineItemIdOf, pathsOf, readText, textOf, type ServiceDeps } from "./services.js";

/** `…/lineitems/:id/scores`: the score service (AGS 2.0 §3.4), the only way to a grade. */
export function scoreRoutes(deps: ServiceDeps): Router {
  const router = express.Router();
  router.post(pathsOf("lineitems/:id/scores"), readText, async (req, res) => {
    const id = lineItemIdOf(req);
    try {
      const mediaType = sendsExactly(req, mediaTypes.score);
      const { owner } = demandService(req, deps, { mediaType, anyOf: [scopes.score] });
      await deps.gradebook.takeScore(owner, id, textOf(req));
    } catch (error) {
      if (error instanceof KnownError) await deps.gradebook.noteRefusal(id, textOf(req), error.code);
      throw error;
    }
    res.status(200).end();
  });
  return router;
}
