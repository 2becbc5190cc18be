import type { Router } from "express";
import type { Subscriber } from "../../foundation/events/index.js";
import type { Tenant } from "../../foundation/kernel/index.js";
import { sealJson, type JsonObject } from "../vc/index.js";
import type { CredentialRecord } from "./credential-store.js";
import { issueCredential, noteOnCredential, withdrawCredential } from "./changes.js";
import { issuingRoutes } from "./http/routes.js";
import type { IssuingDeps, IssuerKey, Wanted, IssuedPlace, Draft, Note, Withdrawal } from "./deps.js";
import { createHistory } from "./history.js";
import { createIssuers } from "./issuers.js";
import { createPublished } from "./published.js";
import { reserveCredential } from "./reserve.js";

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
  /** As `changeState`, for what leaves an issued credential, and its bit, as they are. */
  note(id: string, decide: (record: CredentialRecord) => Note | undefined): Promise<CredentialRecord>;
  /** Of all academies: those that are due at `until` or before, the earliest first; of those, the ones behind `after`. */
  due(until: number, limit: number, after?: CredentialRecord): Promise<CredentialRecord[]>;
  find(id: string): Promise<CredentialRecord | undefined>;
  findByCause(tenant: Tenant, cause: string): Promise<CredentialRecord | undefined>;
  /** The person's, the oldest first. */
  ownedBy(tenant: Tenant, ownerId: string): Promise<CredentialRecord[]>;
  /** The academy's, the oldest first. */
  all(tenant: Tenant): Promise<CredentialRecord[]>;
  /** `did:web:…:academies:<slug>`. */
  didOf(tenant: Tenant): Promise<string>;
  /** Every key that this issuer ever had, the first one first. @throws IssuingError `issuer_unknown` */
  keyHistory(did: string): Promise<IssuerKey[]>;
  /** Logs an issuer's DID document as it is now, if it changed: to be called where its keys changed. */
  logKeys(tenant: Tenant): Promise<void>;
  /**
   * Logs every credential that this issuer signed and that is not in the log yet: to be called before a key of it is
   * retired, since what was not logged by then is not believed any more. It reads them all.
   */
  logIssued(tenant: Tenant): Promise<void>;
  /**
   * Logs what these issuers publish: their DID documents where they changed, and each status list once a day (UTC). It may
   * be called as often as one likes.
   */
  logDaily(tenants: readonly Tenant[]): Promise<void>;
  /** Writes each certificate's digest into the log when it is issued. */
  readonly logSubscriber: Subscriber;
  /** What this installation publishes at a URL of its own, a DID document or status list, without the network. */
  local(url: string): Promise<string | undefined>;
  /** `/academies/:slug/did.json`, the same of other issuers, and `/status/:list`, public, to be mounted at the root. */
  readonly routes: Router;
}

export function createIssuing(deps: IssuingDeps): Issuing {
  const { store, clock } = deps;
  const history = createHistory(deps);
  const begun = new Set<string>();
  const issuers = createIssuers({ ...deps, history });
  const published = createPublished({ ...deps, issuers, history });
  return {
    reserve: (tenant, wanted) => reserveCredential(tenant, wanted, { ...deps, issuers }),
    issue: async (id, make) => {
      const issued = await issueCredential(id, make, { ...deps, issuers });
      // A list is in the log from its first credential on; signing it is what logs it.
      if (!begun.has(issued.statusList)) await published.statusList(issued.statusList);
      begun.add(issued.statusList);
      return issued;
    },
    sealManifest: async (tenant, document) => {
      const issuer = await issuers.of(tenant);
      return sealJson(document, await issuer.proofKey(), clock.now());
    },
    changeState: async (id, decide) => {
      const record = await withdrawCredential(id, decide, store);
      // Signing the list that says so is what logs it.
      if (record.withdrawn === 1) await published.statusList(record.statusList);
      return record;
    },
    note: (id, decide) => noteOnCredential(id, decide, store),
    due: (until, limit, after) => store.credentialsDue(until, limit, after),
    find: (id) => store.credential(id),
    findByCause: (tenant, cause) => store.credentialByCause(tenant, cause),
    ownedBy: (tenant, ownerId) => store.credentialsOf(tenant, ownerId),
    all: (tenant) => store.credentials(tenant),
    didOf: async (tenant) => (await issuers.of(tenant)).did,
    keyHistory: async (did) =>
      (await (await issuers.byDid(did)).verificationMethods()).map(({ id, createdAt, retiredAt }) => ({
        ...{ verificationMethod: id, createdAt },
        ...(retiredAt === undefined ? {} : { retiredAt }),
      })),
    logKeys: async (tenant) => {
      await history.didDocument(await issuers.of(tenant));
    },
    logIssued: async (tenant) => {
      for (const { text, life } of await store.credentials(tenant)) {
        const issuedAt = life.find(({ step }) => step === "issued")?.at;
        if (text !== undefined) await history.credentialSigned(text, issuedAt ?? clock.now());
      }
    },
    logDaily: async (tenants) => {
      for (const tenant of tenants) await published.logDaily(await issuers.of(tenant));
    },
    logSubscriber: history.subscriber,
    local: (url) => published.local(url),
    routes: issuingRoutes(published, issuers.paths),
  };
}
