import { mkdtemp, rm } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  createDesks,
  createDirectory,
  type Academy,
  type Directory,
} from "../../../src/foundation/directory/index.js";
import { loadCatalogues } from "../../../src/foundation/i18n/index.js";
import { createLogger, createNewId, Secret } from "../../../src/foundation/kernel/index.js";
import { createKeyRing, createSealer } from "../../../src/foundation/keys/index.js";
import { createOutbound, OutboundError, type Outbound } from "../../../src/foundation/outbound/index.js";
import { createVisits, createWebApp, serve, visitOf } from "../../../src/foundation/web/index.js";
import { createLti, createRegistration } from "../../../src/standards/lti/index.js";
import { openStorage, type Storage } from "../../../src/storage/index.js";
import { fixedAt, type FixedClock } from "../../kit/clock.js";
import { TestPlatform } from "./a-platform.js";
import { RegisteringPlatform } from "./a-registering-platform.js";
import { smallCurriculum } from "./a-tool.js";

const views = fileURLToPath(new URL("../../../views", import.meta.url));
export const origin = "http://tessera.test:3000";
export const registrationToken = "registration-token-of-the-platform";

/** All doors of the room on a store on disk, with a handler for requests without sockets and a port for those with. */
export interface FuzzedTool {
  readonly handler: RequestListener;
  readonly port: number;
  readonly clock: FixedClock;
  readonly storage: Storage;
  /** Of the store. */
  readonly database: string;
  readonly directory: Directory;
  readonly academy: Academy;
  readonly platform: TestPlatform;
  readonly registering: RegisteringPlatform;
  /** What was logged since it was taken last. */
  takeLog(): string[];
  stop(): Promise<void>;
}

export async function aFuzzedTool(): Promise<FuzzedTool> {
  const [platform, registering] = [await TestPlatform.start(), await RegisteringPlatform.start("moodle")];
  const folder = await mkdtemp(join(tmpdir(), "tessera-fuzz-"));
  const database = `file:${join(folder, "tessera.db")}`;
  const clock = fixedAt("2026-03-01T09:00:00.400Z");
  const newId = createNewId(clock);
  let log: string[] = [];
  const logger = createLogger("info", { write: (line: string) => void log.push(line) });
  const storage = await openStorage(database, { clock, newId, logger, serving: true });
  const directory = createDirectory({ store: storage.directory, clock, newId });
  await directory.saveJurisdiction({ id: "XA", name: "Arvenia", demonstration: true });
  const academy = await directory.ensureAcademy({
    ...{ slug: "north", name: "North Academy", jurisdictionId: "XA", demonstration: true },
  });
  const outbound = atHome(createOutbound({ allowPrivate: true, userAgent: "Tessera" }));
  const visits = createVisits({ store: storage.visits, clock, csrfKey: Buffer.alloc(32, 9) });
  const desks = createDesks({ store: storage.directory, clock, csrfKey: Buffer.alloc(32, 3) });
  const catalogues = loadCatalogues(`${views}/locales`);
  const sealer = createSealer(new Secret(Buffer.alloc(32, 7)));
  const common = {
    store: storage.lti,
    directory,
    outbound,
    clock,
    newId,
    logger,
    origin,
    allowPrivate: true,
  };
  const lti = createLti({
    ...{
      ...common,
      deadJobs: storage.outbox,
      rates: storage.rates,
      visits,
      words: catalogues.negotiate([]),
      waitMs: 500,
    },
    keyRing: createKeyRing("lti", { store: storage.keys, sealer, clock }),
    curriculum: await smallCurriculum(),
    gradeOf: () => Promise.resolve(undefined),
  });
  const registration = createRegistration({ ...common, desks, formKey: Buffer.alloc(32, 4) });
  await lti.registerPlatform({
    ...{
      name: "Test platform",
      issuer: platform.origin,
      clientId: "client-1",
      deployments: ["deployment-1"],
    },
    ...{ authorizationUrl: `${platform.origin}/auth`, tokenUrl: `${platform.origin}/token` },
    jwksUrl: `${platform.origin}/jwks`,
  });
  const web = {
    production: false,
    proxies: 0,
    viewsDirectory: views,
    layout: "main",
    catalogues,
    clock,
    newId,
    logger,
  };
  const handler = createWebApp(web, (app) => {
    app.use("/lti", registration.routes, lti.routes);
    app.use("/invites", registration.inviteRoutes);
    app.use("/desks/:desk", desks.gate, ...registration.deskRoutes);
    app.use("/visits/:visit", visits.gate, lti.pickRoutes);
    app.get("/visits/:visit{/*page}", (_req, res) => void res.json(visitOf(res).role));
  });
  const listening = await serve(handler, { host: "127.0.0.1", port: 0 });
  return {
    ...{ handler, port: listening.port, clock, storage, database, directory, academy, platform, registering },
    takeLog: () => {
      const taken = log;
      log = [];
      return taken;
    },
    stop: async () => {
      await listening.close(0);
      await Promise.all([outbound.close(), platform.stop(), registering.stop()]);
      await storage.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A mutated address must not lead out of this machine. */
function atHome(outbound: Outbound): Outbound {
  return {
    close: () => outbound.close(),
    fetch: async (url, request) => {
      const isHome = !URL.canParse(url) || ["127.0.0.1", "[::1]"].includes(new URL(url).hostname);
      if (!isHome) throw new OutboundError("outbound_failed");
      return outbound.fetch(url, request);
    },
  };
}
