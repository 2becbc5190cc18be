import type { DomainEvent } from "../../../foundation/events/index.js";
import type { Tenant } from "../../../foundation/kernel/index.js";
import type { XapiVersion } from "../../xapi/index.js";

/** Which statements are forwarded: those that meet each list that is not empty. */
export interface ForwardingFilter {
  /** IRIs. */
  readonly verbs: readonly string[];
  /** IRIs of activities; the object of a statement or one of its context's. */
  readonly activities: readonly string[];
}

/** Why the other record store does not take anything at present. */
export interface ForwardingFailure {
  /** An error's stable code. */
  readonly code: string;
  /** The HTTP status, where there was an answer. */
  readonly status?: number;
  /** Since when, UTC milliseconds. */
  readonly since: number;
}

/** Another record store that gets an academy's statements, and how far it has got. */
export interface Forwarding extends Tenant {
  readonly id: string;
  /** One of its name in an academy. */
  readonly name: string;
  /** Another one at each write. */
  readonly version: number;
  readonly state: "active" | "paused";
  /** The other store's base address, with a slash at its end. */
  readonly endpoint: string;
  /** Key and secret, sealed. */
  readonly credentials: string;
  readonly filter: ForwardingFilter;
  /** In which version to speak. Default: in that of each statement. */
  readonly xapiVersion?: XapiVersion;
  /** UTC milliseconds; so are the other times. */
  readonly createdAt: number;
  /** Only what was stored after this. */
  readonly since?: number;
  /** Behind which statement to go on looking: a cursor of the statement store. */
  readonly after?: string;
  /** How many batches were handed to the outbox, and the last one of them that is done with. */
  readonly queued: number;
  readonly done: number;
  /** When the last statement that is done with was stored. */
  readonly doneThrough?: number;
  readonly failure?: ForwardingFailure | undefined;
}

export interface ForwardingStore {
  /** `taken` when the academy has one of that name. */
  addForwarding(forwarding: Forwarding): Promise<"added" | "taken">;
  forwarding(id: string): Promise<Forwarding | undefined>;
  /** All of the installation, by name. */
  forwardings(): Promise<Forwarding[]>;
  /** In place of that version, its events in the same write; `stale` when another one stands there, or none. */
  saveForwarding(
    forwarding: Forwarding,
    expectedVersion: number,
    events: readonly DomainEvent<"statements.due">[],
  ): Promise<"saved" | "stale">;
  removeForwarding(id: string): Promise<boolean>;
}
