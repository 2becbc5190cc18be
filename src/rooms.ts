import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Router } from "express";
import { demonstrationJurisdictions } from "./demonstration.js";
import { createRecognising } from "./recognising.js";
import type { LoadedConfig } from "./foundation/config/index.js";
import type { Directory } from "./foundation/directory/index.js";
import { loadCatalogues } from "./foundation/i18n/index.js";
import {
  digest,
  installation,
  KnownError,
  type Clock,
  type Logger,
  type NewId,
  type Tenant,
} from "./foundation/kernel/index.js";
import {
  createKeyRing,
  createSealer,
  deriveKey,
  type KeyRingDeps,
  type TokenKeyRing,
} from "./foundation/keys/index.js";
import { createLog } from "./foundation/log/index.js";
import { createOutbound } from "./foundation/outbound/index.js";
import { createVisits, type Visits } from "./foundation/web/index.js";
import { requireCurriculum, type Curriculum } from "./standards/curriculum/index.js";
import { createIssuing, type Issuing } from "./standards/issuing/index.js";
import { didWeb } from "./standards/vc/index.js";
import { createLrs } from "./standards/lrs/index.js";
import { loadProfile, type Profile } from "./standards/xapi/index.js";
import type { Storage } from "./storage/index.js";
import { createEvidence, type Evidence } from "./training/evidence/index.js";
import { createCertificates, type Certificates } from "./trust/certificates/index.js";
import { authorityBook, type Recognition } from "./trust/recognition/index.js";
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

const root = fileURLToPath(new URL("..", import.meta.url));
export const viewsDirectory = join(root, "views");

/** What every room is made from. */
export interface Base {
  readonly config: LoadedConfig;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: NewId;
  readonly directory: Directory;
}

/** The ground that the server and the commands of the terminal share. */
export async function createGround(base: Base) {
  const { config, storage, clock, directory } = base;
  const keyRings: KeyRingDeps = { store: storage.keys, sealer: createSealer(config.secret), clock };
  const catalogues = loadCatalogues(join(viewsDirectory, "locales"));
  const visits = createVisits({
    store: storage.visits,
    clock,
    csrfKey: deriveKey(config.secret, "form tokens"),
  });
  const curriculum = await requireCurriculum(join(root, "curriculum"), {
    overlays: config.demonstration ? demonstrationJurisdictions.map(({ id }) => id) : [],
    production: config.production && !config.demonstration,
  });
  const lrs = createLrs({ ...base, statements: storage.statements });
  const evidence = createEvidence({
    ...{ lrs, statements: storage.statements, directory, curriculum },
    profile: readProfile(),
    origin: config.origin,
  });
  const log = createLog({
    ...{ store: storage.log, origin: config.origin, clock },
    keyRing: createKeyRing("log", keyRings, { tenant: installation, alg: "EdDSA" }),
  });
  const issuing = createIssuing({
    ...base,
    log,
    store: storage.credentials,
    // An academy's certificates are signed by its own keys.
    keyRingOf: (tenant) => createKeyRing("certificates", keyRings, { tenant, alg: "EdDSA" }),
    others: authorityBook(storage.recognition, (tenant) =>
      createKeyRing("recognition", keyRings, { tenant, alg: "EdDSA" }),
    ),
    origin: config.origin,
  });
  const certificates = createTheCertificates(base, {
    ...{ issuing, evidence, curriculum, visits, catalogues },
    tokenKeyRingOf: (tenant) => createKeyRing("certificates-jwt", keyRings, { tenant, alg: "RS256" }),
  });
  return { keyRings, catalogues, visits, curriculum, lrs, evidence, log, issuing, certificates };
}

export type Ground = Awaited<ReturnType<typeof createGround>>;

interface ForCertificates {
  readonly tokenKeyRingOf: (tenant: Tenant) => TokenKeyRing;
  readonly issuing: Issuing;
  readonly evidence: Evidence;
  readonly curriculum: Curriculum;
  readonly visits: Visits;
  readonly catalogues: ReturnType<typeof loadCatalogues>;
}

function createTheCertificates(base: Base, rooms: ForCertificates): Certificates {
  const { config, storage } = base;
  return createCertificates({
    ...base,
    ...rooms,
    holderCodes: storage.holderCodes,
    walletStore: storage.wallet,
    walletKey: deriveKey(config.secret, "wallet nonces"),
    tokenKeyRingOf: rooms.tokenKeyRingOf,
    origin: config.origin,
    demonstration: config.demonstration,
    production: config.production,
  });
}

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
      mandatesOf: (did) => mandatesOf(did, config.origin, recognition),
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

/** The mandates that an authority of this installation was given. */
async function mandatesOf(did: string, origin: string, recognition: Recognition): Promise<string[]> {
  const authorities = await recognition.authorities();
  const found = authorities.find(({ slug }) => did === didWeb(origin, "authorities", slug));
  return found?.mandates.map(({ text }) => text) ?? [];
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

function readProfile(): Profile {
  return loadProfile(JSON.parse(readFileSync(join(root, "xapi-profiles", "policing-ethics.jsonld"), "utf8")));
}
