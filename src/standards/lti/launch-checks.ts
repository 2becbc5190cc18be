import type { Claims } from "./claims.js";
import { claimChecks } from "./claim-checks.js";
import type { PickSettings } from "./deep-linking-settings.js";
import { LtiError } from "./errors.js";
import {
  claimsOf,
  platformOf,
  purposeOf,
  stateOf,
  type LaunchCheck,
  type LaunchDeps,
  type LaunchFacts,
} from "./launch-facts.js";
import type { LoginState, Platform } from "./lti-store.js";
import type { Purpose } from "./messages.js";
import { formChecks, loginChecks } from "./request-checks.js";
import { tokenChecks } from "./token-checks.js";

/** The whole table, in the order in which it is gone through; `docs/lti.md` shows it. */
export const launchChecks: readonly LaunchCheck[] = [
  ...formChecks,
  ...loginChecks,
  ...tokenChecks,
  ...claimChecks,
];

/**
 * Goes through the table; what comes back is a launch to be believed. Why one of a known platform was refused is noted
 * for the academy's owner.
 */
export async function checkLaunch(posted: LaunchFacts, deps: LaunchDeps): Promise<CheckedLaunch> {
  let facts = posted;
  try {
    for (const { check } of launchChecks) facts = { ...facts, ...(await check(facts, deps)) };
  } catch (error) {
    if (facts.platform && error instanceof LtiError && !ofThePerson.has(error.code)) {
      const { deploymentId } = error.data;
      const detail = typeof deploymentId === "string" ? deploymentId : undefined;
      await deps.connections.fault(facts.platform, error.code, detail);
    }
    throw error;
  }
  const { pick } = facts;
  const checked = { purpose: purposeOf(facts), claims: claimsOf(facts), ...(pick ? { pick } : {}) };
  return { ...checked, platform: platformOf(facts), state: stateOf(facts) };
}

/** Goes through the rows about the form alone, which use nothing up. */
export async function checkForm(posted: LaunchFacts, deps: LaunchDeps): Promise<void> {
  for (const { check } of formChecks) await check(posted, deps);
}

/** Refusals that are right and need nobody to do anything about the connection. */
const ofThePerson: ReadonlySet<string> = new Set(["deep_linking_not_allowed", "review_not_allowed"]);

export interface CheckedLaunch {
  readonly platform: Platform;
  readonly state: LoginState;
  readonly claims: Claims;
  readonly purpose: Purpose;
  /** Of a message that comes to pick content. */
  readonly pick?: PickSettings;
}
