import type { Express } from "express";
import type { JWTPayload } from "jose";
import type { Catalogues } from "../foundation/i18n/index.js";
import type { Clock, Logger, NewId } from "../foundation/kernel/index.js";
import { createWebApp } from "../foundation/web/index.js";
import { createAccessTokens } from "./access-tokens.js";
import { refuseProduction, registrationOf, type SandboxRegistration, type SandboxTool } from "./addresses.js";
import { SandboxError } from "./errors.js";
import { createGradebook, type GradebookView } from "./gradebook.js";
import { authorizationRoutes } from "./http/authorization-routes.js";
import { courseRoutes } from "./http/course-routes.js";
import { gradebookRoutes } from "./http/gradebook-routes.js";
import { lineItemRoutes } from "./http/line-item-routes.js";
import { scoreRoutes } from "./http/score-routes.js";
import { answerRefusal } from "./http/services.js";
import { tokenRoutes } from "./http/token-routes.js";
import { createSandboxKeys } from "./keys.js";
import { createLaunches } from "./launches.js";
import { openState } from "./state.js";
import { fullName } from "./users.js";

export interface SandboxOptions {
  /** Its own origin: `http://127.0.0.1:3001`. It does not listen; `app` does when it is given to a server. */
  readonly origin: string;
  readonly tool: SandboxTool;
  /** A JSON file that keeps keys, users, tokens and the gradebook over a restart; without it all is in memory. */
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
  readonly app: Express;
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
  const { origin, tool, clock, catalogues } = options;
  refuseProduction(origin, tool);
  const state = await openState(options.statePath);
  const { users } = state.data;
  const registration = registrationOf(origin, catalogues.negotiate([]).t("sandbox.name"));
  const keys = createSandboxKeys(state, clock);
  const gradebook = createGradebook(state, clock);
  const accessTokens = createAccessTokens(state, clock);
  const launches = createLaunches(clock);
  const parts = { ...options, users, registration, keys, gradebook, accessTokens, launches };
  const web = { ...options, production: false, proxies: 0, layout: "sandbox" };
  const app = createWebApp(web, (routes) => {
    routes.get("/favicon.ico", (_req, res) => void res.status(204).end());
    routes.get("/jwks", async (_req, res) => void res.json(await keys.jwks()));
    routes.use(courseRoutes(parts), gradebookRoutes(gradebook), authorizationRoutes(parts));
    routes.use(tokenRoutes({ accessTokens, clock, clientId: registration.clientId, jwksUrl: tool.jwksUrl }));
    routes.use(lineItemRoutes(parts), scoreRoutes(parts));
    routes.use("/ags", () => {
      throw new SandboxError("sandbox_service_unknown");
    });
    routes.use("/ags", answerRefusal);
  });
  return {
    app,
    registration,
    gradebook: () => gradebook.view(),
    canaries: () =>
      users.flatMap((user) => [user.id, user.givenName, user.familyName, fullName(user), user.mail]),
    close: () => state.save(),
  };
}
