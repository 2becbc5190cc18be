import type { Tenant } from "../kernel/index.js";

export type VisitRole = "trainee" | "instructor" | "administrator";

/**
 * What a launch came for, where it is not a module of the person's own: an instructor picks content for the course
 * (LTI Deep Linking 2.0; what the platform accepts), or looks at the work of one trainee (Submission Review 1.0).
 */
export type VisitErrand = PickErrand | { readonly kind: "review"; readonly personId: string };

export interface PickErrand {
  readonly kind: "pick";
  readonly deploymentId: string;
  /** Where the answer goes; it is on the platform's origin. */
  readonly returnUrl: string;
  /** To be sent back as it came, if any. */
  readonly data?: string;
  readonly multiple: boolean;
  readonly targets: readonly ("iframe" | "window")[];
  /** Whether links may bring a line item. */
  readonly lineItems: boolean;
}

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
  /** Empty while content is picked: there is no link yet. */
  readonly placementId: string;
  /** What was launched; empty while content is picked, and where the whole course was launched. */
  readonly moduleId: string;
  /** Of the module the one activity that the link is about. */
  readonly activityId?: string;
  readonly errand?: VisitErrand;
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
