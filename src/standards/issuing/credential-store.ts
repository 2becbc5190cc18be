import type { AnyEvent } from "../../foundation/events/index.js";
import type { Tenant } from "../../foundation/kernel/index.js";

/**
 * `reserved`: its id and its place in a status list are taken, and nothing is signed. `valid` says nothing of dates.
 * `suspended`, `superseded` (a successor took its place) and `revoked` are all "revoked" in the status list, for good:
 * a generic verifier must never pass any of them.
 */
export type CredentialState = "reserved" | "valid" | "suspended" | "superseded" | "revoked";

/** Steps that change what it is. */
type StateStep = "issued" | "suspended" | "lifted" | "revoked";
/** Steps that leave it what it is: a revocation that is yet to come, an appeal, the end of its cycle. */
type NotedStep = "announced" | "appealed" | "appeal-upheld" | "appeal-dismissed" | "expired";

/** One step of a credential's life, kept for ever. */
export interface LifeStep {
  readonly step: StateStep | NotedStep;
  /** UTC milliseconds. */
  readonly at: number;
  /** Of an announced revocation, and of the revocation that it became: when it was to take effect, UTC milliseconds. */
  readonly effectiveAt?: number;
  /** Of a revocation that came at once: until when its holder could object, without that moment, UTC milliseconds. */
  readonly appealUntil?: number;
  /** A code; absent where it was issued. */
  readonly reason?: string;
  /** Who decided: an office or a role, as the one who ran the command named it. */
  readonly decidedBy?: string;
}

/** A credential from the reservation of its id to its end: the one document that every step of it is committed by. */
export interface CredentialRecord extends Tenant {
  /** UUID; the last segment of its public URL. */
  readonly id: string;
  /** Rises by one with each change (optimistic locking). */
  readonly version: number;
  /** What it is issued for. Unique per tenant: nothing is ever issued twice. */
  readonly cause: string;
  /** The person whose it is; nothing that is signed or published says so. */
  readonly ownerId: string;
  /** `<slug>-<n>`: the last segment of the status list's URL. */
  readonly statusList: string;
  /** Random, and unique in its list. */
  readonly statusIndex: number;
  readonly state: CredentialState;
  /** 1 when its bit in the status list is set. */
  readonly withdrawn: 0 | 1;
  readonly reservedAt: number;
  /** The signed JSON, byte for byte as it is served; absent while reserved. */
  readonly text?: string;
  /** What the room that asked for it keeps with it; not interpreted here. */
  readonly about: Readonly<Record<string, unknown>>;
  readonly life: readonly LifeStep[];
  /** UTC milliseconds: from then on something is to be done with it; absent: nothing is. */
  readonly dueAt?: number;
}

export interface CredentialStore {
  /** `taken`: by its cause, or by another credential at that place of the status list; nothing is stored then. */
  addCredential(record: CredentialRecord): Promise<"added" | "taken">;
  credential(id: string): Promise<CredentialRecord | undefined>;
  credentialByCause(tenant: Tenant, cause: string): Promise<CredentialRecord | undefined>;
  /** The person's, the oldest first. */
  credentialsOf(tenant: Tenant, ownerId: string): Promise<CredentialRecord[]>;
  /** All of an academy, the oldest first. */
  credentials(tenant: Tenant): Promise<CredentialRecord[]>;
  /** Saves it with its events in one atomic write; `stale` when someone else changed it meanwhile. */
  saveCredential(
    record: CredentialRecord,
    expectedVersion: number,
    events: readonly AnyEvent[],
  ): Promise<"saved" | "stale">;
  /** Of all tenants: those whose `dueAt` is `until` or before, the earliest first; of those, the ones behind `after`. */
  credentialsDue(
    until: number,
    limit: number,
    after?: Pick<CredentialRecord, "id" | "dueAt">,
  ): Promise<CredentialRecord[]>;
  /** Whether any credential, reserved ones too, was ever placed in it. */
  statusListInUse(statusList: string): Promise<boolean>;
  /** The places in a status list whose bit is set. */
  withdrawnIndices(statusList: string): Promise<number[]>;
}
