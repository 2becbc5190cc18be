import { randomUUID } from "node:crypto";
import type { Router } from "express";
import type { Door, Visit } from "../../foundation/web/index.js";
import type { LearningDeps } from "./deps.js";
import { learningDoors, learningRoutes } from "./http/routes.js";
import { firstPage } from "./http/scene.js";

/** The player: what a trainee does in a module, and what an instructor sees of it beforehand. */
export interface Learning {
  /** To be mounted at `/visits/:visit`, behind `visits.gate`. */
  readonly routes: Router;
  /** Of these routes the pages on which visits begin. */
  readonly doors: readonly Door[];
  /** The path of a visit's first page: of a trainee who has not begun, who sees what. */
  firstPage(visit: Visit): Promise<string>;
}

/** What the room does with where nobody tells it more. */
const alone = {
  newRegistration: randomUUID,
  classOf: () => Promise.resolve({ trainees: [], failures: [] }),
  nameOf: () => Promise.resolve(undefined),
  certificatesOf: () => Promise.resolve([]),
  turnOf: () => Promise.resolve(undefined),
  dueOf: () => Promise.resolve(undefined),
  courseLinks: { of: () => Promise.resolve({ links: [] }), open: () => Promise.resolve() },
  sendAgain: () => Promise.resolve({ sent: 0, waiting: 0 }),
};

export function createLearning(deps: LearningDeps): Learning {
  const all = { ...alone, ...deps };
  const doors = learningDoors(all);
  return { doors, routes: learningRoutes(all, doors), firstPage: (visit) => firstPage(visit, all) };
}
