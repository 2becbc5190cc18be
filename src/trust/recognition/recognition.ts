import type { Router } from "express";
import { createSource } from "./about.js";
import { issuerListUrl, recognitionListUrl } from "./addresses.js";
import type { RecognitionSource } from "./answers.js";
import { ensureAuthority, listIssuer, unlistIssuer, type NewAuthority } from "./authorities.js";
import type { MandateTerms } from "./credential.js";
import { createDecisions, subjectKey, type DecisionSubject, type Decisions } from "./decisions.js";
import type { RecognitionDeps } from "./deps.js";
import { finish } from "./finishing.js";
import { recognitionRoutes } from "./http/routes.js";
import { trqpRoutes } from "./http/trqp.js";
import { createLists } from "./lists.js";
import { logMandates } from "./mandate-log.js";
import { createMandates, giveMandate, mandatesOf, takeMandate } from "./mandates.js";
import { createPartners, type NewPartner } from "./partners.js";
import type {
  AgreementRecord,
  AuthorityRecord,
  ListedIssuer,
  RecognitionPartner,
} from "./recognition-store.js";
import { findShown } from "./shown.js";
import { createTrqp } from "./trqp.js";
import { authorityBySlug } from "./authorities.js";

/** Who recognises what, as what, and from when to when: here, and at the partners. */
export interface Recognition extends RecognitionSource, Decisions {
  /**
   * The authority or root of this slug, made if there is none.
   * @throws RecognitionError `authority_slug_malformed`, `authority_slug_taken`, `recognition_malformed`
   */
  ensureAuthority(authority: NewAuthority): Promise<AuthorityRecord>;
  authorities(): Promise<AuthorityRecord[]>;
  /**
   * Has a root of this installation sign that an authority may recognise; moments in UTC milliseconds.
   * @throws RecognitionError `authority_unknown`, `recognition_busy`
   */
  giveMandate(
    root: string,
    authority: string,
    dates: Pick<MandateTerms, "from" | "until">,
  ): Promise<AuthorityRecord>;
  /** Keeps a mandate that a root elsewhere signed. @throws RecognitionError `authority_unknown`, `mandate_refused` */
  takeMandate(authority: string, text: string): Promise<AuthorityRecord>;
  /** The signed mandates of an authority here or at a partner, as text, unchecked. */
  mandatesOf(did: string): Promise<string[]>;
  /** Puts an issuer on an authority's list. @throws RecognitionError `authority_unknown`, `recognition_busy` */
  listIssuer(
    authority: string,
    issuer: Pick<ListedIssuer, "did" | "name" | "from">,
  ): Promise<AuthorityRecord>;
  /** Takes it off again from then on. @throws RecognitionError `authority_unknown`, `recognition_busy` */
  unlistIssuer(authority: string, did: string, until: number): Promise<AuthorityRecord>;
  /** All decisions of an authority. @throws RecognitionError `authority_unknown` */
  agreements(authority: string): Promise<AgreementRecord[]>;
  agreement(id: string): Promise<AgreementRecord | undefined>;
  /** Whether it ever decided about this. @throws RecognitionError `authority_unknown` */
  hasDecided(authority: string, subject: Omit<DecisionSubject, "title">): Promise<boolean>;
  /** @throws RecognitionError `partner_malformed`, `recognition_malformed` */
  addPartner(partner: NewPartner): Promise<RecognitionPartner>;
  partners(): Promise<RecognitionPartner[]>;
  /** Pulls from every partner; hourly. */
  pull(): Promise<RecognitionPartner[]>;
  /** Does what decisions still ask for: after a crash, and when one begins to count later. Hourly. */
  finishAll(): Promise<void>;
  /** What is published at a URL of this installation, without the network. */
  local(url: string): Promise<string | undefined>;
  /** Public, to be mounted at the root. */
  readonly routes: Router;
  /** The trust registry, to be mounted at `/trqp`. */
  readonly trqpRoutes: Router;
}

export function createRecognition(deps: RecognitionDeps): Recognition {
  const { store, clock, origin } = deps;
  const mandates = createMandates(deps);
  const lists = createLists(deps);
  const partners = createPartners({ ...deps, mandates });
  return {
    ...createSource({ ...deps, mandates }),
    ...createDecisions(deps),
    ensureAuthority: (authority) => ensureAuthority(authority, deps),
    authorities: () => store.authorities(),
    giveMandate: (root, authority, dates) => giveMandate(root, authority, dates, deps),
    takeMandate: (authority, text) => takeMandate(authority, text, deps),
    mandatesOf: (did) => mandatesOf(did, deps),
    listIssuer: (authority, issuer) => listIssuer(authority, issuer, store),
    unlistIssuer: (authority, did, until) => unlistIssuer(authority, did, until, store),
    agreements: async (authority) => store.agreementsOf(await authorityBySlug(authority, store)),
    agreement: (id) => store.agreement(id),
    hasDecided: async (authority, subject) => {
      const owner = await authorityBySlug(authority, store);
      return (await store.agreementOn(owner, subjectKey(subject))) !== undefined;
    },
    addPartner: (partner) => partners.add(partner),
    partners: () => partners.list(),
    pull: () => partners.pull(),
    finishAll: async () => {
      for (const agreement of await store.unfinishedAgreements()) await finish(agreement, deps);
      await logMandates(deps);
    },
    local: async (url) => {
      if (url === recognitionListUrl(origin)) return lists.recognitions();
      if (url === issuerListUrl(origin)) return lists.issuers();
      const start = `${origin}/recognitions/`;
      return url.startsWith(start) ? (await findShown(url.slice(start.length), deps))?.text : undefined;
    },
    routes: recognitionRoutes({ ...deps, lists }),
    trqpRoutes: trqpRoutes(createTrqp({ ...deps, mandates }), clock),
  };
}
