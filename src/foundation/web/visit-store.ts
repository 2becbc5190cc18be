import type { Tenant } from "../kernel/index.js";

export type VisitRole = "trainee" | "instructor" | "administrator";

/**
 * A browser's session on one launch. Its id stands in the URL and is no secret: a request counts as this visit's only
 * when the browser's own cookie hashes to `browserHash`.
 */
export interface Visit extends Tenant {
  readonly id: string;
  readonly browserHash: string;
  readonly personId: string;
  readonly role: VisitRole;
  readonly platformId: string;
  readonly placementId: string;
  /** What was launched. */
  readonly moduleId: string;
  readonly locale: string;
  /** The origin of the platform's pages, the only one that may frame this visit's pages. */
  readonly frameOrigin: string;
  /** Where the platform wants the person back, if it said so and it is on the platform's origin. */
  readonly returnUrl?: string;
  readonly startedAt: number;
  readonly expiresAt: number;
}

export interface VisitStore {
  addVisit(visit: Visit): Promise<void>;
  findVisit(id: string): Promise<Visit | undefined>;
  /** Removes visits that ended before the given time; returns how many. */
  purgeVisits(endedBefore: number): Promise<number>;
}
