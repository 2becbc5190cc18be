import type { Router } from "express";
import type { Directory } from "./foundation/directory/index.js";
import { digest, KnownError } from "./foundation/kernel/index.js";
import { deriveKey } from "./foundation/keys/index.js";
import { createOutbound } from "./foundation/outbound/index.js";
import { createRecognising } from "./recognising.js";
import type { Base, Ground } from "./rooms.js";
import type { Issuing } from "./standards/issuing/index.js";
import type { Recognition } from "./trust/recognition/index.js";
import {
  bundleRoutes,
  createChallenges,
  createProofWorker,
  createResolver,
  createVerifier,
  listedIssuer,
  makeBundle,
  ownHistory,
  verificationRoutes,
  type KnownIssuer,
  type ProofWorker,
  type Verifier,
} from "./trust/verification/index.js";

/** Answers about certificates, and what it holds on to until it is closed. */
export interface Verifying {
  readonly verifier: Verifier;
  readonly recognition: Recognition;
  /** To be mounted at `/verify`. */
  readonly routes: Router;
  /** To be mounted at the root, before the certificates' own. */
  readonly bundleRoutes: Router;
  /** Everything about a certificate for where there is no network; `undefined` when there is none of this id. */
  bundle(id: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** The verifier of an installation: what is its own it reads from its own books, the rest over `outbound`. */
export function createVerifying(base: Base, ground: Ground): Verifying {
  const { config, storage, clock, directory } = base;
  const { issuing, certificates, catalogues, log } = ground;
  const outbound = createOutbound({ allowPrivate: !config.production, userAgent: "Tessera" });
  const worker: ProofWorker = createProofWorker();
  const resolver = createResolver({
    origin: config.origin,
    local: async (url) =>
      (await issuing.local(url)) ?? (await certificates.local(url)) ?? recognition.local(url),
    outbound,
    allowPrivate: !config.production,
    clock,
  });
  const recognition = createRecognising(base, ground, { resolver, worker });
  const verifier = createVerifier({
    resolver,
    recognition,
    check: worker.check,
    issuers: async (did) =>
      (await issuerOf(did, directory, issuing)) ?? listedElsewhere(did, base, recognition),
    history: ownHistory({ issuing, log }),
    own: {
      find: (url) => certificates.factsAt(url),
      redeemCode: (id, code) => certificates.redeemCode(id, code),
    },
    challenges: createChallenges({
      origin: config.origin,
      key: deriveKey(config.secret, "presentation challenges"),
      takeOnce: async (name, ms) =>
        (await storage.rates.countRequest(digest(name), ms, clock.now())).count === 1,
      clock,
    }),
    clock,
  });
  const bundle = (id: string): Promise<string | undefined> =>
    makeBundle(id, {
      ...{ issuing, certificates, log, resolver, recognition, clock },
      mandatesOf: (did) => recognition.mandatesOf(did),
    });
  return {
    ...{ verifier, bundle },
    recognition,
    routes: verificationRoutes({ verifier, catalogues, clock }),
    bundleRoutes: bundleRoutes(bundle),
    close: async () => {
      await Promise.all([worker.close(), outbound.close()]);
    },
  };
}

/** An academy elsewhere that a partner's authority has on its list. */
async function listedElsewhere(
  did: string,
  { storage, clock }: Base,
  recognition: Recognition,
): Promise<KnownIssuer | undefined> {
  const now = clock.now();
  const lists = await Promise.all(
    (await recognition.partners()).map(async ({ id, jurisdictionName: jurisdiction }) =>
      (await storage.recognition.newestLists(id, now)).map((list) => ({ jurisdiction, list })),
    ),
  );
  return listedIssuer(did, lists.flat(), now);
}

/** The academy of this installation that has this DID. */
async function issuerOf(
  did: string,
  directory: Directory,
  issuing: Issuing,
): Promise<KnownIssuer | undefined> {
  try {
    const academy = await directory.chooseAcademy(did.split(":").at(-1) ?? "");
    if ((await issuing.didOf(academy)) !== did) return undefined;
    const jurisdictions = await directory.jurisdictions();
    const jurisdiction = jurisdictions.find(({ id }) => id === academy.jurisdictionId);
    const { name, demonstration, jurisdictionId } = academy;
    return { name, demonstration, jurisdiction: jurisdiction?.name ?? jurisdictionId };
  } catch (error) {
    if (error instanceof KnownError && error.code === "academy_unknown") return undefined;
    throw error;
  }
}
