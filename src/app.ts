import type { RequestListener } from "node:http";
import type { Express, RequestHandler } from "express";
import { seedDemonstration } from "./demonstration.js";
import { beforeVisits, createDoorLimits, openedDoors, type Served } from "./doors.js";
import type { LoadedConfig } from "./foundation/config/index.js";
import { createDesks, createDirectory, createOAuth, oauthRoutes } from "./foundation/directory/index.js";
import { createOutbox, type Outbox } from "./foundation/events/index.js";
import type { Catalogues } from "./foundation/i18n/index.js";
import { createLogger, createNewId, type Clock, type Logger } from "./foundation/kernel/index.js";
import { createKeyRing, createSealer, deriveKey } from "./foundation/keys/index.js";
import { createOutbound, type Outbound } from "./foundation/outbound/index.js";
import {
  answerWithData,
  countTogether,
  createWebApp,
  probes,
  WebError,
  type WebOptions,
} from "./foundation/web/index.js";
import { createHousekeeping } from "./housekeeping.js";
import { openSandbox, registerPlatforms } from "./platforms.js";
import { seedRecognitions } from "./recognising.js";
import { createReminding } from "./reminding.js";
import { createGround, viewsDirectory, type Base, type Ground } from "./rooms.js";
import type { Sandbox } from "./sandbox/index.js";
import { createPublishing } from "./standards/curriculum/index.js";
import { vcApiRoutes } from "./standards/issuing/index.js";
import { createForwarding, forwardingSubscriber, lrsRoutes } from "./standards/lrs/index.js";
import { createLti, createRegistration } from "./standards/lti/index.js";
import type { Storage } from "./storage/index.js";
import { createGradeOf, createLearning } from "./training/learning/index.js";
import { createProgrammes } from "./training/programmes/index.js";
import { createUpkeep } from "./upkeep.js";
import { createVerifying, type Verifying } from "./verifying.js";
import { createWitnessing } from "./witnessing.js";

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
  const newId = createNewId(clock);
  const directory = createDirectory({ store: storage.directory, clock, newId });
  const rates = countTogether(storage.rates);
  const base = { config, storage, clock, logger, newId, directory, rates };
  if (config.demonstration) await seedDemonstration(directory);
  const ground = await createGround(base);
  const rooms = createRooms(base, ground);
  const verifying = createVerifying(base, ground);
  if (config.demonstration) await seedRecognitions(base, ground, verifying.recognition);
  const sandbox = await openSandbox(base, ground.catalogues);
  await registerPlatforms(base, rooms.lti, sandbox);
  await storage.recover();
  // Another secret file than the database's: better said now than at every launch.
  await rooms.keyRing.signingKey();

  let draining = false;
  const ready = async (): Promise<void> => {
    if (draining) throw new WebError("service_stopping");
    await storage.ping();
    await rooms.keyRing.signingKey();
  };
  const limits = createDoorLimits(base);
  const visiting = beforeVisits(ground.visits, ground.catalogues);
  const handler = createWebApp(
    webOptions(base, ground.catalogues),
    (app) => {
      app.use(probes(ready, logger));
      limits.mount(app);
      mountRooms(app, { ground, rooms, verifying, visiting });
      if (config.vcApi) mountVcApi(app, base);
      app.get("/", (_req, res) => res.redirect(303, config.sandbox?.origin ?? "/lti/launch"));
    },
    openedDoors({ ...rooms, limits, visiting }),
  );
  const { host, port } = config;
  const upkeep = createUpkeep(base, ground, { ...rooms, ...verifying });
  const housekeeping = createHousekeeping({ ...base, ...ground.certificates, upkeep });
  return {
    sites: [{ handler, host, port }, ...(sandbox ? [{ handler: sandbox.app, host, port: port + 1 }] : [])],
    address: config.sandbox?.origin ?? config.origin,
    outbox: rooms.outbox,
    sandbox,
    start: () => {
      rooms.outbox.start();
      rooms.forwarding.start();
      housekeeping.start();
    },
    drain: () => {
      draining = true;
    },
    stop: async (deadlineMs) => {
      await Promise.all([rooms.outbox.stop(deadlineMs), rooms.forwarding.stop(), housekeeping.stop()]);
      await Promise.all([rooms.outbound.close(), verifying.close(), sandbox?.close()]);
    },
  };
}

interface Mounted {
  readonly ground: Ground;
  readonly rooms: ReturnType<typeof createRooms>;
  readonly verifying: Verifying;
  readonly visiting: readonly RequestHandler[];
}

function mountRooms(app: Express, { ground, rooms, verifying, visiting }: Mounted): void {
  app.use("/lti", rooms.registration.routes, rooms.lti.routes);
  app.use("/invites", rooms.registration.inviteRoutes);
  app.use("/desks/:desk", rooms.desks.gate, ...rooms.registration.deskRoutes);
  app.use("/xapi", rooms.xapiRoutes);
  app.use("/oauth", oauthRoutes(rooms.oauth));
  app.use("/log", answerWithData, rooms.witnessing.routes);
  app.use(ground.issuing.routes);
  app.use(verifying.bundleRoutes);
  app.use(ground.certificates.routes);
  app.use(verifying.recognition.routes);
  app.use("/trqp", verifying.recognition.trqpRoutes);
  app.use("/verify", verifying.routes);
  app.use("/ims/case", ...rooms.publishing.caseRoutes);
  app.use("/competencies", rooms.publishing.competencyRoutes);
  if (rooms.programmes.reminders) app.use("/reminders", rooms.programmes.reminders.routes);
  app.use("/visits/:visit", ...visiting);
  app.use("/visits/:visit", rooms.lti.pickRoutes);
  app.use("/visits/:visit/programmes", rooms.programmes.routes);
  app.use("/visits/:visit", ground.certificates.visitRoutes, rooms.learning.routes);
}

/** For the W3C's test suites (docs/certificates.md); the configuration refuses it in production. */
function mountVcApi(app: Express, { config, clock }: Base): void {
  const vcApi = vcApiRoutes({ origin: config.origin, now: () => clock.now() });
  app.use("/credentials", vcApi.credentials);
  app.use("/presentations", vcApi.presentations);
}

function createRooms(base: Served, ground: Ground) {
  const { config, storage, clock, newId, directory } = base;
  const { curriculum, visits, evidence, certificates } = ground;
  const outbound = createOutbound({ allowPrivate: !config.production, userAgent: "Tessera" });
  const keyRing = createKeyRing("lti", ground.keyRings);
  const lti = createLti({
    ...base,
    ...{ store: storage.lti, deadJobs: storage.outbox, visits, outbound, keyRing, curriculum },
    ...{ origin: config.origin, allowPrivate: !config.production },
    gradeOf: createGradeOf({ attempts: storage.attempts, curriculum }),
    firstPage: (visit) => learning.firstPage(visit),
    words: ground.catalogues.negotiate([]),
  });
  const programmes = createProgrammes({
    ...{ standings: storage.standings, curriculum, visits, clock, newId },
    certificatesOf: (tenant, personId) => certificates.ofPerson(tenant, personId),
    mail: createReminding(base, ground, () => outbox.nudge()),
  });
  const forwarded = forwardingDeps(base, outbound);
  const subscribers = [
    evidence.subscriber,
    lti.scoreSubscriber,
    programmes.subscriber,
    ...(programmes.reminders ? [programmes.reminders.subscriber] : []),
    certificates.subscriber,
    ground.issuing.logSubscriber,
    forwardingSubscriber(forwarded),
  ];
  const outbox = createOutbox({ ...base, store: storage.outbox, subscribers });
  const forwarding = createForwarding({ ...forwarded, nudge: () => outbox.nudge() });
  const learning = createLearning({
    ...{ attempts: storage.attempts, curriculum, visits, outbox, clock, newId },
    ...{ classOf: lti.classOf, courseLinks: lti.courseLinks, sendAgain: lti.sendAgain },
    nameOf: async (personId) => (await directory.names.of([personId])).get(personId),
    turnOf: (tenant, personId, moduleId) => programmes.turnOf(tenant, personId, moduleId),
    dueOf: (tenant, personId) => programmes.dueOf(tenant, personId),
    certificatesOf: (tenant, personId) => certificates.ofPerson(tenant, personId),
  });
  const desks = createDesks({
    ...{ store: storage.directory, clock, csrfKey: deriveKey(config.secret, "desk forms") },
  });
  const registration = createRegistration({
    ...{ ...base, store: storage.lti, desks, outbound, origin: config.origin },
    formKey: deriveKey(config.secret, "registration forms"),
    allowPrivate: !config.production,
  });
  const witnessing = createWitnessing(base, ground, outbound);
  return {
    ...{ outbound, keyRing, lti, desks, registration, outbox, learning, programmes, forwarding },
    ...createRecordStore(base, ground),
    ...{ witnessing, publishing: createThePublishing(base, ground) },
  };
}

/** What the curriculum teaches, for anyone to read. */
function createThePublishing({ config, logger }: Base, { curriculum, catalogues }: Ground) {
  const { origin, production, demonstration } = config;
  return createPublishing({
    ...{ curriculum, catalogues, logger, origin },
    reviewedOnly: production && !demonstration,
  });
}

/** What forwarding to an academy's own record store is made from. */
function forwardingDeps({ storage, config, clock, newId, logger }: Base, outbound: Outbound) {
  return {
    ...{ store: storage.forwardings, statements: storage.statements, outbound },
    ...{ clock, newId, logger, sealer: createSealer(config.secret) },
  };
}

/** The record store's doors, and the tokens by which a body comes in. */
function createRecordStore({ storage, directory, config, clock, newId }: Base, { lrs }: Ground) {
  const oauth = createOAuth({
    ...{ store: storage.directory, apiClients: directory.apiClients, clock },
    audience: [`${config.origin}/oauth/token`, config.origin],
  });
  const xapiRoutes = lrsRoutes({
    ...{ lrs, statements: storage.statements, documents: storage.lrsDocuments, clock, newId },
    homePage: config.origin,
    version: config.xapiVersion,
    authenticate: async (header) => {
      const client = (await directory.apiClients.authenticate(header)) ?? (await oauth.authenticate(header));
      if (!client) return undefined;
      const { academyId, jurisdictionId, scopes, name, key } = client;
      return { tenant: { academyId, jurisdictionId }, scopes, name, key };
    },
  });
  return { oauth, xapiRoutes };
}

function webOptions({ config, clock, newId, logger }: Base, catalogues: Catalogues): WebOptions {
  const { production, proxies } = config;
  return { production, proxies, viewsDirectory, layout: "main", catalogues, clock, newId, logger };
}
