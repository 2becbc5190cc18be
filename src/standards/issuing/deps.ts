import type { Directory } from "../../foundation/directory/index.js";
import type { AnyEvent } from "../../foundation/events/index.js";
import type { Clock, NewId, Tenant } from "../../foundation/kernel/index.js";
import type { ProofKeyRing } from "../../foundation/keys/index.js";
import type { Log } from "../../foundation/log/index.js";
import type { JsonObject } from "../vc/index.js";
import type { CredentialRecord, CredentialStore, LifeStep } from "./credential-store.js";

/** One who signs and is no academy. */
export interface NamedIssuer extends Tenant {
  /** Unique in its book; shaped as an academy's is. */
  readonly slug: string;
}

/** Those of one kind who sign beside the academies. */
export interface IssuerBook {
  /** The first segment of their addresses and of their DIDs' paths, such as `authorities`. */
  readonly path: string;
  readonly keyRingOf: (tenant: Tenant) => ProofKeyRing;
  readonly of: (tenant: Tenant) => Promise<NamedIssuer | undefined>;
  readonly bySlug: (slug: string) => Promise<NamedIssuer | undefined>;
}

export interface IssuingDeps {
  readonly store: CredentialStore;
  /** What is published is kept in it. */
  readonly log: Pick<Log, "append" | "newest" | "byKey">;
  /** The academy's keys: always the same ring for the same academy. */
  readonly keyRingOf: (tenant: Tenant) => ProofKeyRing;
  readonly directory: Pick<Directory, "academy" | "chooseAcademy">;
  /** The installation's public origin, without a slash at its end. */
  readonly origin: string;
  readonly clock: Clock;
  readonly newId: NewId;
  /** A place in a status list that has so many. Default: a random one. */
  readonly chooseIndex?: (length: number) => number;
  /** Who signs beside the academies. */
  readonly others?: IssuerBook;
}

/** One key of an issuer, from its making to its end. */
export interface IssuerKey {
  readonly verificationMethod: string;
  /** UTC milliseconds. */
  readonly createdAt: number;
  /** UTC milliseconds; from then on it signs nothing. */
  readonly retiredAt?: number;
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
  /** When it is due from now on; `null`: nothing is due any more; left out, that stays. */
  readonly dueAt?: number | null;
  readonly events: readonly AnyEvent[];
}

/** What is put on record about an issued credential and leaves it what it is. */
export interface Note extends Pick<Withdrawal, "dueAt" | "events"> {
  readonly steps: readonly LifeStep[];
}
