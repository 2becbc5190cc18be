import type { Directory } from "../../foundation/directory/index.js";
import type { AnyEvent } from "../../foundation/events/index.js";
import type { Clock, NewId, Tenant } from "../../foundation/kernel/index.js";
import type { ProofKeyRing } from "../../foundation/keys/index.js";
import type { JsonObject } from "../vc/index.js";
import type { CredentialRecord, CredentialStore, LifeStep } from "./credential-store.js";

export interface IssuingDeps {
  readonly store: CredentialStore;
  /** The academy's keys: always the same ring for the same academy. */
  readonly keyRingOf: (tenant: Tenant) => ProofKeyRing;
  readonly directory: Pick<Directory, "academy" | "chooseAcademy">;
  /** The installation's public origin, without a slash at its end. */
  readonly origin: string;
  readonly clock: Clock;
  readonly newId: NewId;
  /** A place in a status list that has so many. Default: a random one. */
  readonly chooseIndex?: (length: number) => number;
}

/** What a credential is wanted for. */
export interface Wanted {
  /** Unique per academy: a second one of the same cause is the first one. */
  readonly cause: string;
  readonly ownerId: string;
  readonly about: CredentialRecord["about"];
}

/** Where a credential stands: what its document has to say of it. */
export interface IssuedPlace {
  readonly record: CredentialRecord;
  /** The academy's DID. */
  readonly issuer: string;
  /** A BitstringStatusListEntry (Bitstring Status List 1.0 §2.1), to stand in the document as it is. */
  readonly credentialStatus: JsonObject;
  /** The time of its proofs, UTC milliseconds, a whole second. */
  readonly at: number;
}

/** A credential that is ready to be signed. */
export interface Draft {
  /** Without `proof`; its `issuer` is, or has as `id`, the place's, and its `credentialStatus` is the place's. */
  readonly document: JsonObject;
  /** Takes the place of the record's `about`. */
  readonly about: CredentialRecord["about"];
  /** What happens with it, saved in the same write. `text` is the signed JSON, as it will be served. */
  events(text: string): readonly AnyEvent[];
}

/** A step that withdraws a credential: whatever it is, its bit in the status list is set from then on, for good. */
export interface Withdrawal {
  readonly state: "suspended" | "superseded" | "revoked";
  readonly step: LifeStep;
  /** Takes the place of the record's `about`; left out, that stays. */
  readonly about?: CredentialRecord["about"];
  readonly events: readonly AnyEvent[];
}
