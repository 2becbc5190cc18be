import type { RequestHandler, Router } from "express";
import type { Clock, Logger, NewId } from "../../foundation/kernel/index.js";
import type { Directory } from "../../foundation/directory/index.js";
import type { Subscriber } from "../../foundation/events/index.js";
import type { Translator } from "../../foundation/i18n/index.js";
import type { KeyRing } from "../../foundation/keys/index.js";
import type { Outbound } from "../../foundation/outbound/index.js";
import type { Door, RateStore, Visit, Visits } from "../../foundation/web/index.js";
import type { Curriculum } from "../curriculum/index.js";
import { createClassOf, type ClassOf } from "./classes.js";
import { createConnections } from "./connections.js";
import { createCourseLinks, type CourseLinks } from "./course-links.js";
import { createDeadLetters, type DeadJobs } from "./dead-letters.js";
import type { GradeOf } from "./grade-targets.js";
import { keepToPicking, pickRoutes } from "./http/pick-routes.js";
import { ltiDoors, ltiRoutes } from "./http/routes.js";
import type { LtiStore } from "./lti-store.js";
import { createNoticeHandlers } from "./notice-handlers.js";
import { createPlatformKeys } from "./platform-keys.js";
import { createPlatforms, type Platforms } from "./platforms.js";
import { createRosters, type Rosters } from "./rosters.js";
import { createScoreSubscriber } from "./score-subscriber.js";
import { createSendAgain, type SendAgain } from "./send-again.js";
import { createTokens } from "./tokens.js";

export interface LtiDeps {
  readonly store: LtiStore;
  readonly directory: Directory;
  readonly visits: Visits;
  readonly rates: RateStore;
  readonly outbound: Outbound;
  /** The ring of the key set `lti`. */
  readonly keyRing: KeyRing;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
  /** The tool's public origin, without a slash at its end. */
  readonly origin: string;
  /** How long a page waits for a platform's roster. Default: 4 seconds. */
  readonly waitMs?: number;
  /** Development only: platforms on http and at private addresses. */
  readonly allowPrivate: boolean;
  readonly curriculum: Curriculum;
  readonly gradeOf: GradeOf;
  /** The outbox's: grades that can't be sent end there. */
  readonly deadJobs: DeadJobs;
  /** For what stands in the platforms' gradebooks. */
  readonly words: Translator;
  /**
   * The path of a visit's first page, where the room of its pages knows better than `visits.home`: one redirect less.
   */
  readonly firstPage?: (visit: Visit) => Promise<string>;
}

export interface Lti extends Platforms {
  /** `GET|POST /login`, `POST /launch` (`GET` answers a plain page), `GET /jwks`; to be mounted at `/lti`. */
  readonly routes: Router;
  /** Of these routes what every launch comes through. */
  readonly doors: readonly Door[];
  /** Of the picker's routes what stands before all other pages of a visit. */
  readonly keepToPicking: RequestHandler;
  /**
   * The content picker of deep-linking visits: to be mounted at `/visits/:visit`, behind the gate and before all else
   * there, since a visit that came to pick has no other pages.
   */
  readonly pickRoutes: Router;
  /** Sends grades as modules progress and as gradebooks want them; only the last one of those that wait counts. */
  readonly scoreSubscriber: Subscriber;
  /** Who is in the course of a visit. */
  readonly roster: Rosters;
  /** The class of a visit's link: who learns there, and which of their grades did not arrive. */
  readonly classOf: ClassOf;
  /** What stands in the course of a visit whose link names no module. */
  readonly courseLinks: CourseLinks;
  /** Sends grades again that did not arrive. */
  readonly sendAgain: SendAgain;
}

/** The tool's side of LTI 1.3 Core and of scores (AGS 2.0). Errors are LtiError; `docs/lti.md` has their order. */
export function createLti(deps: LtiDeps): Lti {
  const keys = createPlatformKeys(deps);
  const tokens = createTokens(deps);
  const connections = createConnections(deps);
  const noticeHandlers = createNoticeHandlers({ ...deps, tokens, connections });
  const rosters = createRosters({ ...deps, tokens, connections });
  const deadLetters = createDeadLetters(deps);
  const firstPage = deps.firstPage ?? ((visit: Visit) => Promise.resolve(deps.visits.home(visit)));
  const routesDeps = { ...deps, keys, connections, noticeHandlers, firstPage, deadLetters };
  const doors = ltiDoors(routesDeps);
  return {
    ...createPlatforms(deps),
    routes: ltiRoutes(routesDeps, doors),
    doors,
    keepToPicking: keepToPicking(deps),
    pickRoutes: pickRoutes(deps),
    scoreSubscriber: createScoreSubscriber({ ...deps, tokens, connections, deadLetters }),
    roster: rosters,
    classOf: createClassOf({ ...deps, rosters }),
    courseLinks: createCourseLinks({ ...deps, deadLetters }),
    sendAgain: createSendAgain({ ...deps, deadLetters }),
  };
}
