import type { NewId } from "../../foundation/kernel/index.js";
import type { Curriculum } from "../curriculum/index.js";
import type { Claims } from "./claims.js";
import type { Connections } from "./connections.js";
import type { PickSettings } from "./deep-linking-settings.js";
import type { IdToken } from "./id-token.js";
import type { LoginState, LtiStore, Platform } from "./lti-store.js";
import type { Purpose } from "./messages.js";
import type { PlatformKeys } from "./platform-keys.js";

/** What came in, and what the checks so far have made sure of. */
export interface LaunchFacts {
  /** The posted form, of unknown shape. */
  readonly form: unknown;
  /** The hash of the browser's own cookie. */
  readonly browser: string | undefined;
  readonly now: number;
  readonly state?: LoginState;
  readonly token?: IdToken;
  readonly platform?: Platform;
  readonly purpose?: Purpose;
  /** Of a message that comes to pick content. */
  readonly pick?: PickSettings;
}

export interface LaunchDeps {
  readonly store: LtiStore;
  readonly keys: PlatformKeys;
  readonly newId: NewId;
  readonly curriculum: Curriculum;
  readonly connections: Connections;
}

/** One row of the table: what must hold, as a sentence, and the check, which throws its own LtiError or adds facts. */
export interface LaunchCheck {
  readonly name: string;
  readonly check: (facts: LaunchFacts, deps: LaunchDeps) => Added | Promise<Added>;
}
/** What a check adds to the facts. */
export type Added = Partial<LaunchFacts>;

export const nothing: Added = {};

export const stateOf = (facts: LaunchFacts): LoginState => established(facts.state);
export const tokenOf = (facts: LaunchFacts): IdToken => established(facts.token);
export const platformOf = (facts: LaunchFacts): Platform => established(facts.platform);
export const purposeOf = (facts: LaunchFacts): Purpose => established(facts.purpose);
export const claimsOf = (facts: LaunchFacts): Claims => tokenOf(facts).claims;

/** A fact that an earlier row has added: that it is missing is a fault in the table's order. */
function established<T>(fact: T | undefined): T {
  if (fact === undefined) throw new TypeError("a launch check came before the one that it builds on");
  return fact;
}
