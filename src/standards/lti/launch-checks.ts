import type { Claims } from "./claims.js";
import { claimChecks } from "./claim-checks.js";
import {
  claimsOf,
  platformOf,
  stateOf,
  type LaunchCheck,
  type LaunchDeps,
  type LaunchFacts,
} from "./launch-facts.js";
import type { LoginState, Platform } from "./lti-store.js";
import { requestChecks } from "./request-checks.js";
import { tokenChecks } from "./token-checks.js";

/** The whole table, in the order in which it is gone through; `docs/lti.md` shows it. */
export const launchChecks: readonly LaunchCheck[] = [...requestChecks, ...tokenChecks, ...claimChecks];

/** Goes through the table; what comes back is a launch to be believed. */
export async function checkLaunch(posted: LaunchFacts, deps: LaunchDeps): Promise<CheckedLaunch> {
  let facts = posted;
  for (const { check } of launchChecks) facts = { ...facts, ...(await check(facts, deps)) };
  return { platform: platformOf(facts), state: stateOf(facts), claims: claimsOf(facts) };
}

export interface CheckedLaunch {
  readonly platform: Platform;
  readonly state: LoginState;
  readonly claims: Claims;
}
