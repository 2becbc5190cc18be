import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadCatalogues } from "../../../src/foundation/i18n/index.js";
import { createLogger, createNewId } from "../../../src/foundation/kernel/index.js";
import { createWebApp } from "../../../src/foundation/web/index.js";
import { createLrs, lrsRoutes, type Lrs, type LrsClient } from "../../../src/standards/lrs/index.js";
import { openStorage } from "../../../src/storage/index.js";
import { fixedAt, type FixedClock } from "../../kit/clock.js";

export interface AnLrs {
  readonly url: string;
  readonly clock: FixedClock;
  readonly lrs: Lrs;
  readonly tenant: { readonly academyId: string; readonly jurisdictionId: string };
  /** Asks as the named client, in version 1.0.3 unless the headers say otherwise. */
  ask(path: string, init?: RequestInit & { readonly as?: string }): Promise<Response>;
  stop(): Promise<void>;
}

const home = { academyId: "academy-1", jurisdictionId: "XA" };
const elsewhere = { academyId: "academy-2", jurisdictionId: "XB" };
export const secret = "secret";

const client = (key: string, scopes: readonly string[], tenant = home): LrsClient => ({
  tenant,
  key,
  name: `client ${key}`,
  scopes,
});

/** Each client's key is its user name. */
const clients = [
  client("all", ["all"]),
  client("writer", ["statements/write"]),
  client("reader", ["statements/read"]),
  client("own", ["statements/write", "statements/read/mine"]),
  client("state", ["state"]),
  client("profile", ["profile"]),
  client("all reader", ["all/read"]),
  client("stranger", ["all"], elsewhere),
];

const basic = (key: string): string => `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`;

type AnLrsOptions = Partial<
  Pick<Parameters<typeof lrsRoutes>[0], "largestBody" | "largestMultipart" | "version" | "lens">
> & { readonly address?: string };

/** A record store on a real SQLite file, or the database that is named, behind a real server on a free loopback port. */
export async function anLrs({ address, ...options }: AnLrsOptions = {}): Promise<AnLrs> {
  const folder = mkdtempSync(join(tmpdir(), "tessera-lrs-"));
  const clock = fixedAt("2026-11-21T09:00:00.000Z");
  const [logger, newId] = [createLogger("silent"), createNewId(clock)];
  const storage = await openStorage(address ?? `file:${join(folder, "lrs.db")}`, {
    clock,
    newId,
    logger,
    serving: true,
  });
  const views = join(import.meta.dirname, "../../../views");
  const catalogues = loadCatalogues(join(views, "locales"));
  const lrs = createLrs({ statements: storage.statements, clock, newId });
  const routes = lrsRoutes({
    ...options,
    lrs,
    statements: storage.statements,
    documents: storage.lrsDocuments,
    newId,
    clock,
    homePage: "https://tessera.example",
    authenticate: (header) => Promise.resolve(clients.find(({ key }) => basic(key) === header)),
  });
  const app = createWebApp(
    {
      production: false,
      proxies: 0,
      viewsDirectory: views,
      layout: "main",
      catalogues,
      clock,
      newId,
      logger,
    },
    (web) => web.use("/xapi", routes),
  );
  const server = createServer(app).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    clock,
    lrs,
    tenant: home,
    ask: (path, { as = "all", headers, ...init } = {}) =>
      fetch(`${url}${path}`, {
        ...init,
        headers: {
          Authorization: basic(as),
          "X-Experience-API-Version": "1.0.3",
          ...(init.body === undefined ? {} : { "Content-Type": "application/json" }),
          ...(headers as Record<string, string> | undefined),
        },
      }),
    stop: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await storage.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A small statement that is in order; what is given replaces its properties. */
export function aStatement(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    actor: { account: { homePage: "https://tessera.example", name: "trainee-1" } },
    verb: { id: "http://adlnet.gov/expapi/verbs/completed" },
    object: { id: "https://example.org/activities/1" },
    ...changes,
  };
}
