import type { Response } from "express";
import { translatorOf, visitOf } from "../../../foundation/web/index.js";
import type { Deps } from "./scene.js";
import { longDate } from "./shut.js";

/** That something is to be done for a certificate, as the first page of a visit says it. */
export interface DueModel {
  readonly phase: "open" | "lapsed" | "ended";
  /** The day, in UTC. */
  readonly date: string;
  readonly programmes: string;
}

/** Of the trainee whose visit it is; nobody else is told. */
export async function dueAt(res: Response, { dueOf, visits }: Deps): Promise<DueModel | undefined> {
  const visit = visitOf(res);
  const due = visit.role === "trainee" && !visit.errand ? await dueOf(visit, visit.personId) : undefined;
  return (
    due && {
      phase: due.phase === "refresher-open" ? "open" : due.phase,
      date: longDate(due.at, translatorOf(res).locale),
      programmes: visits.path(visit, "/programmes"),
    }
  );
}
