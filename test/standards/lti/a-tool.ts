import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { Express } from "express";
import { createDirectory, type Directory } from "../../../src/foundation/directory/index.js";
import { loadCatalogues } from "../../../src/foundation/i18n/index.js";
import { createLogger, createNewId, Secret, type Tenant } from "../../../src/foundation/kernel/index.js";
import { createKeyRing, createSealer, type KeyRing } from "../../../src/foundation/keys/index.js";
import { createOutbound } from "../../../src/foundation/outbound/index.js";
import { createVisits, createWebApp, visitOf } from "../../../src/foundation/web/index.js";
import {
  createLti,
  type Lti,
  type PlatformRegistration,
  type PresentGrade,
} from "../../../src/standards/lti/index.js";
import { openStorage, type Storage } from "../../../src/storage/index.js";
import { requireCurriculum, type Curriculum } from "../../../src/standards/curriculum/index.js";
import { fixedAt, type FixedClock } from "../../kit/clock.js";
import { aPackage, removePackages } from "../curriculum/a-package.js";
import { names, TestPlatform } from "./a-platform.js";

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Of a problem document. */
  readonly code: string | undefined;
}

export interface BegunLogin {
  readonly state: string;
  readonly nonce: string;
  readonly cookie: string;
  readonly asked: URL;
}

const viewsDirectory = fileURLToPath(new URL("../../../views", import.meta.url));
const start = "2026-03-01T09:00:00.400Z";

let loaded: Promise<Curriculum> | undefined;

/** M01 "First things" with the lesson `tests` and the quiz `tests-quiz`; M02 is planned only. */
export function smallCurriculum(): Promise<Curriculum> {
  loaded ??= aPackage().then(async (folder) => {
    const curriculum = await requireCurriculum(folder, { overlays: [], production: false });
    await removePackages();
    return curriculum;
  });
  return loaded;
}

/** The room behind a real web app on a real store, beside a platform that it knows. */
export interface LtiTool {
  readonly origin: string;
  readonly clock: FixedClock;
  readonly storage: Storage;
  readonly directory: Directory;
  readonly keyRing: KeyRing;
  readonly lti: Lti;
  /** The same room once more on the same store, as another process has it. */
  readonly beside: Lti;
  readonly platform: TestPlatform;
  readonly platformId: string;
  readonly log: string[];
  /** Person id → what they have done of M01 so far. */
  readonly grades: Map<string, PresentGrade>;
  registration(changed?: Partial<PlatformRegistration>): PlatformRegistration;
  send(method: string, path: string, options?: SendOptions): Promise<Answered>;
  /** Goes through a whole login; without a cookie it first takes the one that it is given. */
  login(parameters?: Record<string, string>, cookie?: string): Promise<BegunLogin>;
  claims(login: BegunLogin, changed?: Record<string, unknown>): Record<string, unknown>;
  launch(login: BegunLogin, idToken: string, more?: Record<string, string>): Promise<Answered>;
  stop(): Promise<void>;
}

interface SendOptions {
  readonly form?: Record<string, string> | string;
  readonly cookie?: string;
  readonly page?: boolean;
  /** In the header, as the script sends it. */
  readonly secret?: string;
  /** Whether the script carries a page. */
  readonly carrier?: boolean;
}

export interface LtiToolOptions {
  readonly allowPrivate?: boolean;
  /** Default: one in memory. */
  readonly database?: string;
  /** The tool whose second process this is, on the same database: its public origin, clock and platform are shared. */
  readonly besides?: LtiTool;
}

export async function aTool(options: LtiToolOptions = {}): Promise<LtiTool> {
  const { besides, database = "file::memory:" } = options;
  const platform = besides?.platform ?? (await TestPlatform.start());
  const clock = besides?.clock ?? fixedAt(start);
  platform.now = () => clock.now();
  const newId = createNewId(clock);
  const log: string[] = [];
  const logger = createLogger("info", { write: (line: string) => void log.push(line) });
  const storage = await openStorage(database, { clock, newId, logger, serving: true });
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const origin = besides?.origin ?? address;

  const directory = createDirectory({ store: storage.directory, clock, newId });
  await directory.ensureAcademy({ slug: "first", name: "First", jurisdictionId: "XA", demonstration: true });
  const outbound = createOutbound({ allowPrivate: options.allowPrivate ?? true, userAgent: "Tessera" });
  const sealer = createSealer(new Secret(Buffer.alloc(32, 7)));
  const keyRing = createKeyRing("lti", { store: storage.keys, sealer, clock });
  const visits = createVisits({ store: storage.visits, clock, csrfKey: Buffer.alloc(32, 9) });
  const deps = {
    ...{
      store: storage.lti,
      deadJobs: storage.outbox,
      rates: storage.rates,
      directory,
      visits,
      outbound,
      keyRing,
    },
    ...{ clock, newId, logger, origin },
  };
  const catalogues = loadCatalogues(`${viewsDirectory}/locales`);
  const grades = new Map<string, PresentGrade>();
  const room = {
    curriculum: await smallCurriculum(),
    gradeOf: (_tenant: Tenant, personId: string) => Promise.resolve(grades.get(personId)),
    words: catalogues.negotiate([]),
    waitMs: 1500,
  };
  const lti = createLti({ ...deps, ...room, allowPrivate: options.allowPrivate ?? true });
  // Registered as in development, so that a test can see what a stricter way out does with it.
  const registry = createLti({ ...deps, ...room, allowPrivate: true });
  const web = {
    production: false,
    proxies: 0,
    viewsDirectory,
    layout: "main",
    catalogues,
    clock,
    newId,
    logger,
  };
  server.on(
    "request",
    createWebApp(web, (app: Express) => {
      app.use("/lti", lti.routes);
      app.get("/visits/:visit{/*page}", visits.gate, (_req, res) => void res.json(visitOf(res)));
    }),
  );
  const registration = (changed: Partial<PlatformRegistration> = {}): PlatformRegistration => ({
    name: "Test platform",
    issuer: platform.origin,
    clientId: "client-1",
    authorizationUrl: `${platform.origin}/auth?region=1`,
    tokenUrl: `${platform.origin}/token`,
    jwksUrl: `${platform.origin}/jwks`,
    deployments: ["deployment-1"],
    ...changed,
  });
  const { id: platformId } = await registry.registerPlatform(registration());
  const tool = {
    beside: registry,
    ...{ origin, clock, storage, directory, keyRing, lti, platform, platformId, log, grades, registration },
  };
  return {
    ...tool,
    ...clientOf(tool, address),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await outbound.close();
      if (!besides) await platform.stop();
      await storage.close();
    },
  };
}

type Parts = Pick<LtiTool, "origin" | "clock" | "platform">;

function clientOf(
  { origin, clock, platform }: Parts,
  address: string,
): Pick<LtiTool, "send" | "login" | "claims" | "launch"> {
  const send: LtiTool["send"] = async (
    method,
    path,
    { form, cookie, secret, carrier, page = false } = {},
  ) => {
    const response = await fetch(new URL(path, address), {
      method,
      redirect: "manual",
      headers: {
        accept: page ? "text/html" : "application/json",
        ...(cookie === undefined ? {} : { cookie }),
        ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
        ...(carrier === true ? { "tessera-carrier": "1" } : {}),
        ...(form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
      },
      ...(form === undefined
        ? {}
        : { body: typeof form === "string" ? form : new URLSearchParams(form).toString() }),
    });
    const text = await response.text();
    const problem = response.headers.get("content-type")?.startsWith("application/problem+json");
    const code = problem ? (JSON.parse(text) as { code: string }).code : undefined;
    return { status: response.status, headers: response.headers, text, code };
  };
  const login: LtiTool["login"] = async (parameters = {}, cookie) => {
    const form = { ...loginForm({ origin, platform }), ...parameters };
    const sent = cookie ?? cookieOf(await send("POST", "/lti/login", { form }));
    const answer = await send("POST", "/lti/login?again=1", { form, cookie: sent });
    const asked = new URL(answer.headers.get("location") ?? "about:blank");
    const { searchParams } = asked;
    return {
      state: searchParams.get("state") ?? "",
      nonce: searchParams.get("nonce") ?? "",
      cookie: sent,
      asked,
    };
  };
  return {
    send,
    login,
    claims: ({ nonce }, changed = {}) => {
      const now = Math.floor(clock.now() / 1000);
      return {
        iss: platform.origin,
        aud: "client-1",
        sub: "user-1",
        iat: now,
        exp: now + 60,
        nonce,
        [names.version]: "1.3.0",
        [names.messageType]: "LtiResourceLinkRequest",
        [names.deploymentId]: "deployment-1",
        [names.targetLinkUri]: `${origin}/lti/launch`,
        [names.roles]: [names.learner],
        [names.resourceLink]: { id: "link-1" },
        [names.context]: { id: "course-1", type: ["CourseSection"] },
        [names.custom]: { module: "M01" },
        ...changed,
      };
    },
    launch: ({ state, cookie }, idToken, more = {}) =>
      send("POST", "/lti/launch", { form: { state, id_token: idToken, ...more }, cookie }),
  };
}

export function loginForm({
  origin,
  platform,
}: Pick<LtiTool, "origin" | "platform">): Record<string, string> {
  return {
    iss: platform.origin,
    client_id: "client-1",
    login_hint: "user 1&+",
    lti_message_hint: '{"cmid":3,"launchid":"a b+c"}',
    target_link_uri: `${origin}/lti/launch`,
  };
}

export function cookieOf(answer: Answered): string {
  return (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}
