import type { Router } from "express";
import { addRoutes } from "../http/add-routes.js";
import { connectionRoutes } from "../http/connection-routes.js";
import { inviteRoutes } from "../http/invite-routes.js";
import { registerRoutes } from "../http/register-routes.js";
import { createDecisions } from "./decisions.js";
import type { RegistrationDeps, RegistrationParts } from "./parts.js";
import { createPendingForms } from "./pending.js";

export interface Registration {
  /** `/register/:invite` and `/canvas.json`; to be mounted at `/lti`. */
  readonly routes: Router;
  /** To be mounted at `/invites`. */
  readonly inviteRoutes: Router;
  /** The academy's connection page and what is decided there; to be mounted at `/desks/:desk`, behind its gate. */
  readonly deskRoutes: readonly Router[];
}

/** How platforms come to be registered, and what their academy's owner decides. Errors are RegistrationError. */
export function createRegistration(deps: RegistrationDeps): Registration {
  const parts: RegistrationParts = {
    ...deps,
    pendingForms: createPendingForms(deps.formKey),
    decisions: createDecisions(deps),
  };
  return {
    routes: registerRoutes(parts),
    inviteRoutes: inviteRoutes(parts),
    deskRoutes: [connectionRoutes(parts), addRoutes(parts)],
  };
}
