import { randomUUID } from "node:crypto";
import express, { type Router } from "express";
import type { Subscriber } from "../../foundation/events/index.js";
import type { Tenant } from "../../foundation/kernel/index.js";
import type { CertificatesDeps, Deps } from "./deps.js";
import {
  factsAt,
  factsOf,
  ofPerson,
  published,
  tokenKeyAt,
  type CertificateFacts,
  type OwnCertificate,
} from "./facts.js";
import { createHolderCodes, type Redeemed } from "./holder-codes.js";
import { publicRoutes } from "./http/routes.js";
import { codeRoutes } from "./http/code.js";
import { noticeRoutes } from "./http/notice.js";
import { paperRoutes } from "./http/paper.js";
import { createAppeals, type Appeals } from "./appeals.js";
import { createLife, type CertificateLife } from "./life.js";
import { certificateSubscriber } from "./making.js";
import { createNotices, type Notices } from "./notices.js";
import { createForms } from "./rendering/forms.js";
import { createWallet } from "./wallet/wallet.js";

/** Certificates: made of entitlements, shown to anyone, suspended, lifted and revoked by whoever may decide that. */
export interface Certificates extends CertificateLife, Notices, Appeals {
  /** Makes the certificate of each entitlement and renewal, and tells of the end of a cycle. */
  readonly subscriber: Subscriber;
  /**
   * `/certificates/…`, `/achievements/…`, `/academies/:slug/keys/…`, and what wallets talk to; public, to be mounted at
   * the root.
   */
  readonly routes: Router;
  /** `/certificates/:id/code`, `…/pdf` and `…/wallet`, to be mounted at `/visits/:visit`, behind `visits.gate`. */
  readonly visitRoutes: Router;
  /** A person's certificates, the oldest first; one that a successor took the place of is left out. */
  ofPerson(tenant: Tenant, personId: string): Promise<OwnCertificate[]>;
  /** What the issuer knows of one of its certificates; `undefined` while it is being made. */
  factsOf(id: string): Promise<CertificateFacts | undefined>;
  /** As `factsOf`, by the certificate's URL. */
  factsAt(url: string): Promise<CertificateFacts | undefined>;
  /** What is published at a URL of this installation (a certificate, its manifest, a key), without the network. */
  local(url: string): Promise<string | undefined>;
  /** Takes a holder's one-time code for the certificate of this id. */
  redeemCode(id: string, code: string): Promise<Redeemed>;
}

export function createCertificates(options: CertificatesDeps): Certificates {
  const deps: Deps = { randomId: randomUUID, appealDays: 14, ...options };
  const codes = createHolderCodes(deps.holderCodes, deps.clock);
  const forms = createForms(deps);
  const wallet = createWallet(deps, forms);
  return {
    ...createLife(deps),
    ...createNotices(deps),
    ...createAppeals(deps),
    subscriber: certificateSubscriber(deps),
    routes: express.Router().use(publicRoutes(deps, forms), wallet.routes),
    visitRoutes: express
      .Router({ mergeParams: true })
      .use(codeRoutes(deps, codes), paperRoutes(deps, forms), wallet.visitRoutes, noticeRoutes(deps)),
    ofPerson: (tenant, personId) => ofPerson(tenant, personId, deps),
    factsOf: (id) => factsOf(id, deps),
    factsAt: (url) => factsAt(url, deps),
    local: async (url) =>
      (await published(url, deps)) ?? tokenKeyAt(url, deps, (slug, kid) => forms.tokenKey(slug, kid)),
    redeemCode: (id, code) => codes.redeem(id, code),
  };
}
