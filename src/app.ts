import { readFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RequestHandler } from "express";
import { demonstrationJurisdictions, seedDemonstration } from "./demonstration.js";
import { dataDirectory, type LoadedConfig } from "./foundation/config/index.js";
import { createDirectory, type Directory } from "./foundation/directory/index.js";
import { createOutbox, type Outbox } from "./foundation/events/index.js";
import { loadCatalogues, type Catalogues } from "./foundation/i18n/index.js";
import { createLogger, createNewId, type Clock, type Logger, type NewId } from "./foundation/kernel/index.js";
import { createKeyRing, createSealer, deriveKey } from "./foundation/keys/index.js";
import { createOutbound } from "./foundation/outbound/index.js";
import {
  createVisits,
  createWebApp,
  probes,
  speak,
  visitOf,
  WebError,
  type WebOptions,
} from "./foundation/web/index.js";
import { createHousekeeping } from "./housekeeping.js";
import { createSandbox, type Sandbox } from "./sandbox/index.js";
import { requireCurriculum } from "./standards/curriculum/index.js";
import { createLrs, lrsRoutes } from "./standards/lrs/index.js";
import { createLti, readPlatformFiles, type PlatformRegistration } from "./standards/lti/index.js";
import { loadProfile, type Profile } from "./standards/xapi/index.js";
import type { Storage } from "./storage/index.js";
import { createEvidence } from "./training/evidence/index.js";
import { createLearning } from "./training/learning/index.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const viewsDirectory = join(root, "views");

/** Something to listen for: the tool, and in development the sandbox LMS on its own site. */
export interface Site {
  readonly handler: RequestListener;
  readonly host: string;
  readonly port: number;
}

export interface App {
  readonly sites: readonly Site[];
  /** The address to open first. */
  readonly address: string;
  readonly outbox: Outbox;
  readonly sandbox: Sandbox | undefined;
  /** Begins to work off events, and to remove what has run out. */
  start(): void;
  /** From now on `/readyz` says no, so that a load balancer sends nobody here any more. */
  drain(): void;
  /** Finishes leased jobs, for so many milliseconds at most. The store is the caller's to close. */
  stop(deadlineMs: number): Promise<void>;
}

/** THE COMPOSITION ROOT: makes every room with what it asks for, and mounts it. Nothing listens yet. */
export async function createApp(
  config: LoadedConfig,
  storage: Storage,
  clock: Clock,
  logger: Logger = createLogger(config.logLevel),
): Promise<App> {
  const base = { config, storage, clock, logger, newId: createNewId(clock) };
  const directory = createDirectory({ ...base, store: storage.directory });
  if (config.demonstration) await seedDemonstration(directory);
  const rooms = await createRooms(base, directory);
  const sandbox = await openSandbox(base, rooms.catalogues);
  if (sandbox) await rooms.lti.registerPlatform(sandboxRegistration(sandbox));
  for (const platform of readPlatformFiles(join(config.ltiConfig, "platforms"))) {
    await rooms.lti.registerPlatform(platform);
  }
  if ((await storage.lti.platforms()).length === 0)
    logger.warn("no platform is registered: nobody can launch until lti-config names one");
  await storage.recover();
  // Another secret file than the database's: better said now than at every launch.
  await rooms.keyRing.signingKey();

  let draining = false;
  const ready = async (): Promise<void> => {
    if (draining) throw new WebError("service_stopping");
    await storage.ping();
    await rooms.keyRing.signingKey();
  };
  const handler = createWebApp(webOptions(base, rooms.catalogues), (app) => {
    app.use(probes(ready, logger));
    app.use("/lti", rooms.lti.routes);
    app.use("/xapi", rooms.xapiRoutes);
    app.use("/visits/:visit", rooms.visits.gate, speakAsLaunched(rooms.catalogues), rooms.learning.routes);
    app.get("/", (_req, res) => res.redirect(303, config.sandbox?.origin ?? "/lti/launch"));
  });
  const { host, port } = config;
  const housekeeping = createHousekeeping(base);
  return {
    sites: [{ handler, host, port }, ...(sandbox ? [{ handler: sandbox.app, host, port: port + 1 }] : [])],
    address: config.sandbox?.origin ?? config.origin,
    outbox: rooms.outbox,
    sandbox,
    start: () => {
      rooms.outbox.start();
      housekeeping.start();
    },
    drain: () => {
      draining = true;
    },
    stop: async (deadlineMs) => {
      await Promise.all([rooms.outbox.stop(deadlineMs), housekeeping.stop()]);
      await Promise.all([rooms.outbound.close(), sandbox?.close()]);
    },
  };
}

interface Base {
  readonly config: LoadedConfig;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: NewId;
}

async function createRooms(base: Base, directory: Directory) {
  const { config, storage, clock, newId } = base;
  const catalogues = loadCatalogues(join(viewsDirectory, "locales"));
  const outbound = createOutbound({ allowPrivate: !config.production, userAgent: "Tessera" });
  const keyRing = createKeyRing("lti", { store: storage.keys, sealer: createSealer(config.secret), clock });
  const visits = createVisits({
    store: storage.visits,
    clock,
    csrfKey: deriveKey(config.secret, "form tokens"),
  });
  const curriculum = await requireCurriculum(join(root, "curriculum"), {
    overlays: config.demonstration ? demonstrationJurisdictions.map(({ id }) => id) : [],
    production: config.production && !config.demonstration,
  });
  const written = new Map(curriculum.modules.filter((m) => m.activities.length > 0).map((m) => [m.id, m]));

  const lrs = createLrs({ ...base, statements: storage.statements });
  const evidence = createEvidence({
    lrs,
    directory,
    curriculum,
    profile: readProfile(),
    origin: config.origin,
  });
  const lti = createLti({
    ...base,
    store: storage.lti,
    ...{ directory, visits, outbound, keyRing, origin: config.origin, allowPrivate: !config.production },
    knowsModule: (id) => written.has(id),
    moduleTitle: (id) => written.get(id)?.title ?? id,
  });
  const subscribers = [evidence.subscriber, lti.scoreSubscriber];
  const outbox = createOutbox({ ...base, store: storage.outbox, subscribers });
  const learning = createLearning({ attempts: storage.attempts, curriculum, visits, outbox, clock, newId });
  const xapiRoutes = lrsRoutes({
    ...{ lrs, statements: storage.statements, clock, homePage: config.origin },
    authenticate: async (header) => {
      const client = await directory.apiClients.authenticate(header);
      if (!client) return undefined;
      const { academyId, jurisdictionId, scopes, name, key } = client;
      return { tenant: { academyId, jurisdictionId }, scopes, name, key };
    },
  });
  return { catalogues, outbound, keyRing, visits, lti, outbox, learning, xapiRoutes };
}

function webOptions({ config, clock, newId, logger }: Base, catalogues: Catalogues): WebOptions {
  const { production, proxies } = config;
  return { production, proxies, viewsDirectory, layout: "main", catalogues, clock, newId, logger };
}

async function openSandbox(base: Base, catalogues: Catalogues): Promise<Sandbox | undefined> {
  const { config } = base;
  if (!config.sandbox) return undefined;
  const { origin } = config;
  const inMemory = config.database.reveal() === "file::memory:";
  return createSandbox({
    ...base,
    origin: config.sandbox.origin,
    tool: {
      origin,
      loginUrl: `${origin}/lti/login`,
      launchUrl: `${origin}/lti/launch`,
      jwksUrl: `${origin}/lti/jwks`,
    },
    statePath: inMemory ? undefined : join(dataDirectory(config), "sandbox.json"),
    catalogues,
    viewsDirectory,
  });
}

/** The language that the platform said at the launch goes before the browser's. */
function speakAsLaunched(catalogues: Catalogues): RequestHandler {
  return (req, res, next) => {
    speak(res, catalogues, [visitOf(res).locale, ...req.acceptsLanguages()]);
    next();
  };
}

function sandboxRegistration({ registration: { deploymentId, ...platform } }: Sandbox): PlatformRegistration {
  const serviceOrigins = [...platform.serviceOrigins];
  return { ...platform, serviceOrigins, flavour: "moodle", deployments: [deploymentId] };
}

function readProfile(): Profile {
  return loadProfile(JSON.parse(readFileSync(join(root, "xapi-profiles", "policing-ethics.jsonld"), "utf8")));
}
