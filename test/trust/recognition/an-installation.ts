import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { createDirectory } from "../../../src/foundation/directory/index.js";
import { loadCatalogues } from "../../../src/foundation/i18n/index.js";
import { createLogger, createNewId, installation, Secret } from "../../../src/foundation/kernel/index.js";
import { createKeyRing, createKeyRotation, createSealer } from "../../../src/foundation/keys/index.js";
import { createLog, logRoutes } from "../../../src/foundation/log/index.js";
import { createOutbound } from "../../../src/foundation/outbound/index.js";
import { createWebApp } from "../../../src/foundation/web/index.js";
import { createIssuing } from "../../../src/standards/issuing/index.js";
import {
  authorityBook,
  createRecognition,
  type GivenTerms,
  type Outside,
} from "../../../src/trust/recognition/index.js";
import { createProofWorker, createResolver } from "../../../src/trust/verification/index.js";
import { keysOf } from "../../../src/trust/verification/keys.js";
import { fixedAt, type FixedClock } from "../../kit/clock.js";
import { aStore } from "../../kit/store.js";

const views = fileURLToPath(new URL("../../../views", import.meta.url));

export type Installation = Awaited<ReturnType<typeof anInstallation>>;

const now = "2027-03-14T10:00:00Z";

/** One Tessera with its authorities, real parts on a real store, served over real HTTP. */
export async function anInstallation({ clock = fixedAt(now) }: { clock?: FixedClock } = {}) {
  const newId = createNewId(clock);
  const logger = createLogger("silent");
  const storage = await aStore(clock);
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const origin = `http://localhost:${String((server.address() as AddressInfo).port)}`;
  const directory = createDirectory({ store: storage.directory, clock, newId });
  const sealer = createSealer(new Secret(Buffer.alloc(48, 5)));
  const keys = { store: storage.keys, sealer, clock };
  const log = createLog({
    ...{ store: storage.log, origin, clock },
    keyRing: createKeyRing("log", keys, { tenant: installation, alg: "EdDSA" }),
  });
  const issuing = createIssuing({
    ...{ store: storage.credentials, directory, log, origin, clock, newId },
    keyRingOf: (tenant) => createKeyRing("certificates", keys, { tenant, alg: "EdDSA" }),
    others: authorityBook(storage.recognition, (tenant) =>
      createKeyRing("recognition", keys, { tenant, alg: "EdDSA" }),
    ),
  });
  const outbound = createOutbound({ allowPrivate: true, userAgent: "Tessera/test" });
  const worker = createProofWorker();
  const resolver = createResolver({
    ...{ origin, outbound, clock, allowPrivate: true },
    local: async (url) => (await issuing.local(url)) ?? recognition.local(url),
  });
  /** What stands between this installation and the others; a test may take its place. */
  const wire: { fetched: (url: string, text: string | undefined) => string | undefined } = {
    fetched: (_url, text) => text,
  };
  const outside: Outside = {
    text: async (url) => {
      const fetched = await resolver.begin().text(url);
      return wire.fetched(url, "text" in fetched ? fetched.text : undefined);
    },
    keysOf: async (did) => {
      const found = await keysOf(did, resolver.begin());
      return "failure" in found ? undefined : found.keys;
    },
    check: worker.check,
  };
  const roots: string[] = [];
  const recognition = createRecognition({
    ...{ store: storage.recognition, issuing, log, outside, origin, clock, newId, logger },
    trustRoots: () => Promise.resolve(roots),
    catalogues: loadCatalogues(`${views}/locales`),
  });
  const app = createWebApp(
    {
      ...{ production: false, proxies: 0, layout: "main", clock, newId, logger, viewsDirectory: views },
      catalogues: loadCatalogues(`${views}/locales`),
    },
    (express) => {
      express.use(issuing.routes);
      express.use(recognition.routes);
      express.use("/trqp", recognition.trqpRoutes);
      const partners = { seen: () => Promise.resolve(undefined), witnessKeys: () => Promise.resolve([]) };
      express.use("/log", logRoutes({ log, store: storage.log, partners }));
    },
  );
  server.on("request", app);
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
  return {
    ...{ origin, clock, newId, storage, directory, log, issuing, recognition, roots, wire },
    rotation: createKeyRotation(keys),
    /** Nobody reaches it any more. */
    goDark: close,
    close: async () => {
      if (server.listening) await close();
      await Promise.all([worker.close(), outbound.close()]);
      await storage.close();
    },
  };
}

export const didOf = ({ origin }: Installation, slug: string): string =>
  `did:web:localhost%3A${new URL(origin).port}:authorities:${slug}`;

export const issuerDid = "did:web:academy.example:academies:northgate";
export const subject = {
  achievementId: "https://academy.example/achievements/hcp-induction/v1.0.0",
  issuerDid,
  title: "Induction",
};
export const terms: GivenTerms = {
  recognisedAs: "Belmoran Certificate in Policing Ethics",
  localLevel: "Belmoran Level 4",
  equivalence: "partial",
  compensationMeasure: "an interview on the Belmoran Police Act",
  legalBasis: "Belmoran Police Training Act, article 14",
  from: Date.parse("2027-01-01T00:00:00Z"),
  until: Date.parse("2030-01-01T00:00:00Z"),
};
export const board = { authority: "belmora", decidedBy: "Board of Police Education" };

/** Belmora's authority here, mandated by a root of this installation that it trusts itself. */
export async function withBelmora(here: Installation): Promise<void> {
  const { recognition } = here;
  await recognition.ensureAuthority({
    ...{ kind: "root", slug: "council", name: "Council", jurisdictionId: "ZZ" },
    ...{ jurisdictionName: "all", demonstration: false },
  });
  await recognition.ensureAuthority({
    ...{ slug: "belmora", name: "Belmoran Board of Police Education", jurisdictionId: "XB" },
    ...{ jurisdictionName: "Belmora", demonstration: false },
  });
  await recognition.giveMandate("council", "belmora", { from: Date.parse("2026-01-01T00:00:00Z") });
  here.roots.push(didOf(here, "council"));
}

/** What is asked about the subject at a moment. */
export const query = (on: string, more: { asKnownAt?: string; certificateId?: string } = {}) => ({
  ...{ achievementId: subject.achievementId, issuerDid, on: Date.parse(on) },
  ...(more.asKnownAt === undefined ? {} : { asKnownAt: Date.parse(more.asKnownAt) }),
  ...(more.certificateId === undefined ? {} : { certificateId: more.certificateId }),
});

/** Belmora's answer in short. */
export async function shortAnswer(here: Installation, ...asked: Parameters<typeof query>): Promise<string> {
  const answers = await here.recognition.about(query(...asked));
  return answers.map(({ jurisdiction, answer, reason }) => `${jurisdiction} ${answer} ${reason}`).join("; ");
}
