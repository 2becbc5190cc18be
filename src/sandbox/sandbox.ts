import type { RequestListener } from "node:http";
import type { Express } from "express";
import type { JWTPayload } from "jose";
import type { Catalogues } from "../foundation/i18n/index.js";
import type { Clock, Logger, NewId } from "../foundation/kernel/index.js";
import { createWebApp } from "../foundation/web/index.js";
import { createAccessTokens } from "./access-tokens.js";
import { refuseProduction, registrationOf, type SandboxRegistration, type SandboxTool } from "./addresses.js";
import { createCourses } from "./courses.js";
import { SandboxError } from "./errors.js";
import { createGradebook, type GradebookView } from "./gradebook.js";
import { adminRoutes } from "./http/admin-routes.js";
import { authorizationRoutes } from "./http/authorization-routes.js";
import { contentItemRoutes } from "./http/content-item-routes.js";
import { courseRoutes } from "./http/course-routes.js";
import { gradebookRoutes } from "./http/gradebook-routes.js";
import { launchRoutes } from "./http/launch-routes.js";
import { lineItemRoutes } from "./http/line-item-routes.js";
import { noticeRoutes } from "./http/notice-routes.js";
import { registrationRoutes } from "./http/registration-routes.js";
import { rosterRoutes } from "./http/roster-routes.js";
import { scoreRoutes } from "./http/score-routes.js";
import { answerRefusal } from "./http/services.js";
import { storageRoutes } from "./http/storage-routes.js";
import { tokenRoutes } from "./http/token-routes.js";
import { toolRoutes } from "./http/tool-routes.js";
import { createSandboxKeys } from "./keys.js";
import { createLaunches } from "./launches.js";
import { createNotices } from "./notices.js";
import { createRegistrationTokens } from "./registration-tokens.js";
import { openState, type StateFile } from "./state.js";
import { createTools, placeBuiltIn } from "./tools.js";
import { fullName } from "./users.js";

export interface SandboxOptions {
  /** Its own origin: `http://127.0.0.1:3001`. It does not listen; `app` does when it is given to a server. */
  readonly origin: string;
  /** The tool that is installed from the beginning. */
  readonly tool: SandboxTool;
  /** A JSON file that keeps all of it over a restart; without it all is in memory. */
  readonly statePath: string | undefined;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
  readonly catalogues: Catalogues;
  readonly viewsDirectory: string;
  /** For tests of bad launches: changes the id_token's claims just before they are signed. */
  readonly alterIdToken?: (claims: JWTPayload) => JWTPayload;
}

/** A small LMS that speaks LTI 1.3 as a platform, for trying out and for tests. */
export interface Sandbox {
  readonly app: RequestListener;
  /** Of the tool that is installed from the beginning. */
  readonly registration: SandboxRegistration;
  /** A copy of what the gradebook holds now. */
  gradebook(): GradebookView;
  /** Every id, name and mail address of its users: what must be found nowhere that it does not belong. */
  canaries(): readonly string[];
  /** Waits for what is still being written. */
  close(): Promise<void>;
}

/**
 * Makes the sandbox LMS.
 * @throws SandboxError `sandbox_in_production` unless both origins are on loopback hosts; `sandbox_state_unreadable`
 */
export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  refuseProduction(options.origin, options.tool);
  const state = await openState(options.statePath);
  const words = options.catalogues.negotiate([]);
  await placeBuiltIn(state, options.tool, words.t("sandbox.toolName"));
  const { users } = state.data;
  const platformName = words.t("sandbox.name");
  const parts = { ...partsOf(options, state), platformName };
  const web = { ...options, production: false, proxies: 0, layout: "sandbox" };
  return {
    app: createWebApp(web, (app) => mount(app, parts)),
    registration: registrationOf(options.origin, platformName),
    gradebook: () => parts.gradebook.view(),
    canaries: () =>
      users.flatMap((user) => [user.id, user.givenName, user.familyName, fullName(user), user.mail]),
    close: () => state.save(),
  };
}

function partsOf(options: SandboxOptions, state: StateFile) {
  const { origin, clock, newId } = options;
  const { users } = state.data;
  const keys = createSandboxKeys(state, clock);
  const tools = createTools(state);
  const courses = createCourses(state);
  const gradebook = createGradebook(state, clock);
  const accessTokens = createAccessTokens(state, tools, clock);
  const registrationTokens = createRegistrationTokens({ origin, keys, clock });
  const notices = createNotices({ origin, state, keys, clock, newId });
  const launches = createLaunches(clock);
  return {
    ...options,
    ...{ users, keys, tools, courses, gradebook, accessTokens, registrationTokens, notices, launches },
  };
}

function mount(app: Express, parts: ReturnType<typeof partsOf> & { readonly platformName: string }): void {
  app.get("/favicon.ico", (_req, res) => void res.status(204).end());
  app.get(["/jwks", "/canvas/jwks"], async (_req, res) => void res.json(await parts.keys.jwks()));
  app.use(courseRoutes(parts), gradebookRoutes(parts), storageRoutes(parts), launchRoutes(parts));
  app.use(authorizationRoutes(parts), contentItemRoutes(parts));
  app.use(adminRoutes(parts), toolRoutes(parts), registrationRoutes(parts));
  app.use(tokenRoutes(parts));
  app.use(lineItemRoutes(parts), scoreRoutes(parts), rosterRoutes(parts), noticeRoutes(parts));
  for (const services of ["/ags", "/nrps", "/canvas/ags", "/canvas/nrps", "/canvas/notice-handlers"]) {
    app.use(services, () => {
      throw new SandboxError("sandbox_service_unknown");
    });
    app.use(services, answerRefusal);
  }
}
