import type { Router } from "express";
import type { Directory } from "../../foundation/directory/index.js";
import type { AnyEvent } from "../../foundation/events/index.js";
import type { Clock, NewId, Tenant } from "../../foundation/kernel/index.js";
import type { ProofKeyRing } from "../../foundation/keys/index.js";
import { sealJson, type JsonObject } from "../vc/index.js";
import type { CredentialRecord, CredentialStore, LifeStep } from "./credential-store.js";
import { issueCredential, withdrawCredential } from "./changes.js";
import { issuingRoutes } from "./http/routes.js";
import { createIssuers } from "./issuers.js";
import { createPublished } from "./published.js";
import { reserveCredential } from "./reserve.js";

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

/** Signs credentials, keeps them, and publishes what others need to check them. Each verb may be repeated. */
export interface Issuing {
  /** The credential of this cause, made if there is none: its id and its place in a status list are taken. */
  reserve(tenant: Tenant, wanted: Wanted): Promise<CredentialRecord>;
  /**
   * Signs it and saves it with its events in one write. One that is issued already is returned as it is, and `make`
   * is not asked.
   * @throws IssuingError `credential_unknown`; KeysError `key_set_retired`, `sealed_unreadable`; VcError
   */
  issue(
    id: string,
    make: (place: IssuedPlace) => Draft | Promise<Draft>,
  ): Promise<CredentialRecord & { readonly text: string }>;
  /** Signs a plain JSON document by `eddsa-jcs-2022` with the academy's key. */
  sealManifest(tenant: Tenant, document: JsonObject): Promise<JsonObject>;
  /**
   * Reads the credential, asks `decide` what is to happen, and saves that with its events in one write; `undefined`
   * leaves it as it is. When someone else changed it meanwhile, `decide` is asked again. What it throws is thrown.
   * @throws IssuingError `credential_unknown`, `credential_step_impossible`, `credential_busy`
   */
  changeState(
    id: string,
    decide: (record: CredentialRecord) => Withdrawal | undefined,
  ): Promise<CredentialRecord>;
  find(id: string): Promise<CredentialRecord | undefined>;
  findByCause(tenant: Tenant, cause: string): Promise<CredentialRecord | undefined>;
  /** The person's, the oldest first. */
  ownedBy(tenant: Tenant, ownerId: string): Promise<CredentialRecord[]>;
  /** The academy's, the oldest first. */
  all(tenant: Tenant): Promise<CredentialRecord[]>;
  /** `did:web:…:academies:<slug>`. */
  didOf(tenant: Tenant): Promise<string>;
  /** What this installation publishes at a URL of its own, a DID document or status list, without the network. */
  local(url: string): Promise<string | undefined>;
  /** `/academies/:slug/did.json` and `/status/:list`, public, to be mounted at the root. */
  readonly routes: Router;
}

export function createIssuing(deps: IssuingDeps): Issuing {
  const { store, clock } = deps;
  const issuers = createIssuers(deps);
  const published = createPublished({ ...deps, issuers });
  return {
    reserve: (tenant, wanted) => reserveCredential(tenant, wanted, { ...deps, issuers }),
    issue: (id, make) => issueCredential(id, make, { ...deps, issuers }),
    sealManifest: async (tenant, document) => {
      const issuer = await issuers.of(tenant);
      return sealJson(document, await issuer.proofKey(), clock.now());
    },
    changeState: (id, decide) => withdrawCredential(id, decide, store),
    find: (id) => store.credential(id),
    findByCause: (tenant, cause) => store.credentialByCause(tenant, cause),
    ownedBy: (tenant, ownerId) => store.credentialsOf(tenant, ownerId),
    all: (tenant) => store.credentials(tenant),
    didOf: async (tenant) => (await issuers.of(tenant)).did,
    local: (url) => published.local(url),
    routes: issuingRoutes(published),
  };
}
