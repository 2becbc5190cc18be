import type { Clock, NewId, Tenant } from "../../foundation/kernel/index.js";
import type { Visit, Visits } from "../../foundation/web/index.js";
import type { Curriculum } from "../../standards/curriculum/index.js";
import type { AttemptStore } from "./attempt-store.js";
import type { LinkClass } from "./class.js";
import type { CourseLinks } from "./course.js";

export interface CertificateLink {
  readonly programmeId: string;
  /** Its public page. */
  readonly href: string;
  /** `valid`: neither suspended nor revoked. */
  readonly state: string;
  /** UTC milliseconds. */
  readonly validUntil: number;
}

/**
 * Whether a person may do a module anew, or a refresher at all. `since`: what was begun before is an earlier time
 * through it, UTC milliseconds. `at`: when it opens, or when it closed.
 */
export type ModuleTurn =
  | { readonly open: true; readonly since: number; readonly only?: "scenarios" }
  | { readonly open: false; readonly reason: "nothing" }
  | { readonly open: false; readonly reason: "early" | "late"; readonly at: number };

/** What a certificate asks of its holder now. `at`: until when, or since when not any more, UTC milliseconds. */
export interface DueCertificate {
  readonly phase: "refresher-open" | "lapsed" | "ended";
  readonly at: number;
}

export interface LearningDeps {
  readonly attempts: AttemptStore;
  readonly curriculum: Curriculum;
  readonly visits: Visits;
  /** Told after each save that held events, so that they need not wait for the next look. */
  readonly outbox: { nudge(): void };
  /** The class of a visit's link, and of others that lead to the same. Without it there is nobody in it. */
  readonly classOf?: (visit: Visit, placementIds?: readonly string[]) => Promise<LinkClass>;
  /** What stands in the course of a visit that names no module. Without it nothing. */
  readonly courseLinks?: CourseLinks;
  /** Sends the grades of these links once more that did not arrive; answers of how many trainees. */
  readonly sendAgain?: (
    visit: Visit,
    placementIds?: readonly string[],
  ) => Promise<{ readonly sent: number; readonly waiting: number }>;
  /** What a person is called, while their platform tells it. */
  readonly nameOf?: (personId: string) => Promise<string | undefined>;
  /** A person's certificates, the oldest first. */
  readonly certificatesOf?: (tenant: Tenant, personId: string) => Promise<readonly CertificateLink[]>;
  /** `undefined`: an ordinary module, of which nothing is to be done again. Default: always that. */
  readonly turnOf?: (tenant: Tenant, personId: string, moduleId: string) => Promise<ModuleTurn | undefined>;
  /** Of several, what is due first. Default: nothing is. */
  readonly dueOf?: (tenant: Tenant, personId: string) => Promise<DueCertificate | undefined>;
  readonly clock: Clock;
  readonly newId: NewId;
  /** A random UUID for the xAPI registration of a new attempt: nothing may be read from it. */
  readonly newRegistration?: () => string;
}
