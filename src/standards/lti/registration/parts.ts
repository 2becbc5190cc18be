import type { Desks, Directory } from "../../../foundation/directory/index.js";
import type { Clock, Logger, NewId } from "../../../foundation/kernel/index.js";
import type { Outbound } from "../../../foundation/outbound/index.js";
import type { LtiStore } from "../lti-store.js";
import type { Decisions } from "./decisions.js";
import type { PendingForms } from "./pending.js";

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
