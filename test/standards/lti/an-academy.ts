import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { Express } from "express";
import {
  createDesks,
  createDirectory,
  type Academy,
  type Directory,
} from "../../../src/foundation/directory/index.js";
import { loadCatalogues } from "../../../src/foundation/i18n/index.js";
import { createLogger, createNewId } from "../../../src/foundation/kernel/index.js";
import { createOutbound, type Outbound } from "../../../src/foundation/outbound/index.js";
import { createWebApp } from "../../../src/foundation/web/index.js";
import { createRegistration, type LtiStore, type Platform } from "../../../src/standards/lti/index.js";
import type { Storage } from "../../../src/storage/index.js";
import { fixedAt, type FixedClock } from "../../kit/clock.js";
import { HttpBrowser, type Page } from "../../kit/http-browser.js";
import { aStore } from "../../kit/store.js";

const views = fileURLToPath(new URL("../../../views", import.meta.url));
export const words = loadCatalogues(`${views}/locales`).negotiate(["en"]);

/** An academy and the pages by which it connects its platforms, on a real store and real HTTP. */
export interface AcademyUnderTest {
  readonly origin: string;
  readonly clock: FixedClock;
  readonly storage: Storage;
  readonly directory: Directory;
  readonly academy: Academy;
  readonly log: string[];
  /** A registration link's path, with its secret. */
  registrationLink(): Promise<string>;
  /** Comes in by an owner's invite; the connection page. */
  owner(of?: Academy): Promise<{ browser: HttpBrowser; page: Page }>;
  platforms(): Promise<Platform[]>;
  /** The stable code on a refusal's page. */
  codeOn(page: Pick<Page, "html">): string | undefined;
  stop(): Promise<void>;
}

export interface AcademyOptions {
  /** False: as in production. */
  readonly allowPrivate?: boolean;
  readonly outbound?: Outbound;
  /** Stands between the room and its store. */
  readonly between?: (store: LtiStore) => LtiStore;
}

export async function anAcademy(options: AcademyOptions = {}): Promise<AcademyUnderTest> {
  const { allowPrivate = true, between = (store: LtiStore) => store } = options;
  const clock = fixedAt("2026-03-01T09:00:00.400Z");
  const log: string[] = [];
  const logger = createLogger("info", { write: (line: string) => void log.push(line) });
  const storage = await aStore(clock);
  const newId = createNewId(clock);
  const directory = createDirectory({ store: storage.directory, clock, newId });
  await directory.saveJurisdiction({ id: "XA", name: "Arvenia", demonstration: true });
  const academy = await directory.ensureAcademy({
    ...{ slug: "north", name: "North Academy", jurisdictionId: "XA", demonstration: true },
  });
  const outbound = options.outbound ?? createOutbound({ allowPrivate, userAgent: "Tessera" });
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  // Another site than the platforms of tests, which are on 127.0.0.1.
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const desks = createDesks({ store: storage.directory, clock, csrfKey: Buffer.alloc(32, 3) });
  const registration = createRegistration({
    ...{
      store: between(storage.lti),
      directory,
      desks,
      outbound,
      clock,
      newId,
      logger,
      origin,
      allowPrivate,
    },
    formKey: Buffer.alloc(32, 4),
  });
  const catalogues = loadCatalogues(`${views}/locales`);
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
  const mount = (app: Express): void => {
    app.use("/lti", registration.routes);
    app.use("/invites", registration.inviteRoutes);
    app.use("/desks/:desk", desks.gate, ...registration.deskRoutes);
  };
  server.on("request", createWebApp(web, mount));
  return {
    ...{ origin, clock, storage, directory, academy, log },
    registrationLink: async () => {
      const { token } = await directory.invites.make(academy, { purpose: "registration", label: "Moodle" });
      return `${origin}/lti/register/${token}`;
    },
    owner: async (of = academy) => {
      const { token } = await directory.invites.make(of, { purpose: "owner", label: "Ms Oduya" });
      const browser = new HttpBrowser();
      const invite = await browser.get(`${origin}/invites/${token}`);
      return { browser, page: await browser.submit(invite, invite.forms[0]!) };
    },
    platforms: () => storage.lti.platforms(),
    codeOn: ({ html }) => /<span class="code plain">([a-z_]+)<\/span>/.exec(html)?.[1],
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await outbound.close();
      await storage.close();
    },
  };
}
