import type { Router } from "express";
import type { Desks, Directory } from "../../../foundation/directory/index.js";
import type { Clock, Logger, NewId } from "../../../foundation/kernel/index.js";
import type { Outbound } from "../../../foundation/outbound/index.js";
import { addRoutes } from "../http/add-routes.js";
import { connectionRoutes } from "../http/connection-routes.js";
import { inviteRoutes } from "../http/invite-routes.js";
import { registerRoutes } from "../http/register-routes.js";
import type { LtiStore } from "../lti-store.js";
import { createDecisions, type Decisions } from "./decisions.js";
import { createPendingForms, type PendingForms } from "./pending.js";

export interface RegistrationDeps {
  readonly store: LtiStore;
  readonly directory: Directory;
  readonly desks: Desks;
  readonly outbound: Outbound;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
  /** The tool's public origin, without a slash at its end. */
  readonly origin: string;
  /** For the forms of registrations and invites. */
  readonly formKey: Buffer;
  /** Development only: platforms on http and at private addresses. */
  readonly allowPrivate: boolean;
}

/** What the routes are made from. */
export interface RegistrationParts extends RegistrationDeps {
  readonly pendingForms: PendingForms;
  readonly decisions: Decisions;
}

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
