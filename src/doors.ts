import type { Express, RequestHandler } from "express";
import type { Catalogues } from "./foundation/i18n/index.js";
import { deriveKey } from "./foundation/keys/index.js";
import {
  behind,
  createLimits,
  languagesOf,
  speak,
  visitOf,
  type Door,
  type RateStore,
  type Visits,
} from "./foundation/web/index.js";
import type { Base } from "./rooms.js";
import type { Lti } from "./standards/lti/index.js";
import type { Learning } from "./training/learning/index.js";

// What stands before the rooms' routes: limits, a visit's gate and language; and the doors, which need the same.

/** What anyone may knock at without having been let in costs an address something. */
export interface DoorLimits {
  readonly logins: readonly RequestHandler[];
  /** Puts the limits before the routes that are mounted later. */
  mount(app: Express): void;
}

/** What a serving process has beside a command's: requests to count. */
export interface Served extends Base {
  readonly rates: RateStore;
}

export function createDoorLimits({ rates, clock, config }: Served): DoorLimits {
  const hashKey = deriveKey(config.secret, "counted requests");
  const limits = createLimits({ rates, clock, hashKey });
  const logins = config.loginsAMinute > 0 ? [limits.perAddress("logins", config.loginsAMinute)] : [];
  return {
    logins,
    mount: (app) => {
      for (const limit of logins) app.use("/lti/login", limit);
      app.use(["/lti/register", "/invites"], limits.perAddress("invites", 60));
      app.use("/oauth/token", limits.perAddress("tokens", 120));
      // A border post has many desks behind one address.
      app.use("/verify", limits.perAddress("verifications", 240));
      app.use("/certificates", limits.perAddress("certificates", 600));
      // Mail services press the button of many people's mails from one address (RFC 8058).
      app.use("/reminders", limits.perAddress("reminders", 300));
      // Who copies a whole framework asks for it record by record.
      app.use(["/ims/case", "/competencies"], limits.perAddress("competencies", 600));
      // A class takes its certificates from one address, in some five requests each.
      app.use("/wallet", limits.perAddress("wallets", 300));
    },
  };
}

/** What stands before every page of a visit. */
export function beforeVisits(visits: Visits, catalogues: Catalogues): RequestHandler[] {
  return [visits.gate, speakAsLaunched(catalogues)];
}

/** The language that the platform said at the launch goes before the browser's. */
function speakAsLaunched(catalogues: Catalogues): RequestHandler {
  return (req, res, next) => {
    speak(res, catalogues, [visitOf(res).locale, ...languagesOf(req)]);
    next();
  };
}

export interface DoorParts {
  readonly lti: Lti;
  readonly learning: Learning;
  readonly limits: DoorLimits;
  /** `beforeVisits` */
  readonly visiting: readonly RequestHandler[];
}

/** The routes that every launch comes through, each behind what the app has mounted before it. */
export function openedDoors({ lti, learning, limits, visiting }: DoorParts): Door[] {
  return [
    ...lti.doors.flatMap((door) => behind("/lti", door.path === "/login" ? limits.logins : [], [door])),
    ...behind("/visits/:visit", [...visiting, lti.keepToPicking], learning.doors),
  ];
}
