import { randomUUID } from "node:crypto";
import type { Router } from "express";
import type { Subscriber } from "../../foundation/events/index.js";
import type { ProgrammesDeps } from "./deps.js";
import { programmesRoutes } from "./http/routes.js";
import { programmesSubscriber } from "./subscriber.js";

/** The rules of the programmes: from evidence to competencies, and to the entitlement to a certificate. */
export interface Programmes {
  /** Keeps each person's standing up; raises what competencies they have and which certificates they are entitled to. */
  readonly subscriber: Subscriber;
  /** To be mounted at `/visits/:visit/programmes`, behind `visits.gate`. */
  readonly routes: Router;
}

export function createProgrammes(options: ProgrammesDeps): Programmes {
  const deps = { newRegistration: randomUUID, certificatesOf: () => Promise.resolve([]), ...options };
  return { subscriber: programmesSubscriber(deps), routes: programmesRoutes(deps) };
}
