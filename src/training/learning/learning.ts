import { randomUUID } from "node:crypto";
import type { Router } from "express";
import type { LearningDeps } from "./deps.js";
import { learningRoutes } from "./http/routes.js";

/** The player: what a trainee does in a module, and what an instructor sees of it beforehand. */
export interface Learning {
  /** To be mounted at `/visits/:visit`, behind `visits.gate`. */
  readonly routes: Router;
}

/** What the room does with where nobody tells it more. */
const alone = {
  newRegistration: randomUUID,
  classOf: () => Promise.resolve({ trainees: [], failures: [] }),
  nameOf: () => Promise.resolve(undefined),
  certificatesOf: () => Promise.resolve([]),
  turnOf: () => Promise.resolve(undefined),
};

export function createLearning(deps: LearningDeps): Learning {
  return { routes: learningRoutes({ ...alone, ...deps }) };
}
