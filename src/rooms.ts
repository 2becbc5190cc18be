import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { demonstrationJurisdictions } from "./demonstration.js";
import type { LoadedConfig } from "./foundation/config/index.js";
import type { Directory } from "./foundation/directory/index.js";
import { loadCatalogues } from "./foundation/i18n/index.js";
import { installation, type Clock, type Logger, type NewId, type Tenant } from "./foundation/kernel/index.js";
import {
  createKeyRing,
  createSealer,
  deriveKey,
  type KeyRingDeps,
  type TokenKeyRing,
} from "./foundation/keys/index.js";
import { createLog } from "./foundation/log/index.js";
import { createVisits, type Visits } from "./foundation/web/index.js";
import { requireCurriculum, type Curriculum } from "./standards/curriculum/index.js";
import { createIssuing, type Issuing } from "./standards/issuing/index.js";
import { createLrs } from "./standards/lrs/index.js";
import { loadProfile, type Profile } from "./standards/xapi/index.js";
import type { Storage } from "./storage/index.js";
import { createEvidence, type Evidence } from "./training/evidence/index.js";
import { createCertificates, type Certificates } from "./trust/certificates/index.js";
import { authorityBook } from "./trust/recognition/index.js";

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
    appealDays: config.appealDays,
  });
}

function readProfile(): Profile {
  return loadProfile(JSON.parse(readFileSync(join(root, "xapi-profiles", "policing-ethics.jsonld"), "utf8")));
}
