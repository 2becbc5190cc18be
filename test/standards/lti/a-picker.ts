import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet, type JWTPayload } from "jose";
import { createDirectory } from "../../../src/foundation/directory/index.js";
import { loadCatalogues } from "../../../src/foundation/i18n/index.js";
import { createLogger, createNewId, Secret } from "../../../src/foundation/kernel/index.js";
import { createKeyRing, createSealer } from "../../../src/foundation/keys/index.js";
import { createOutbound } from "../../../src/foundation/outbound/index.js";
import {
  createVisits,
  createWebApp,
  ensureBrowser,
  visitOf,
  type PickErrand,
  type VisitRole,
} from "../../../src/foundation/web/index.js";
import type { Curriculum } from "../../../src/standards/curriculum/index.js";
import { createLti, type Platform } from "../../../src/standards/lti/index.js";
import { fixedAt, type FixedClock } from "../../kit/clock.js";
import { HttpBrowser, unescapeHtml, type Form, type Page } from "../../kit/http-browser.js";
import { aStore } from "../../kit/store.js";
import { pathOf, tenant } from "../../training/learning/a-classroom.js";

const dl = "https://purl.imsglobal.org/spec/lti-dl/claim";
export const claims = {
  items: `${dl}/content_items`,
  data: `${dl}/data`,
  message: `${dl}/msg`,
  type: "https://purl.imsglobal.org/spec/lti/claim/message_type",
  version: "https://purl.imsglobal.org/spec/lti/claim/version",
  deployment: "https://purl.imsglobal.org/spec/lti/claim/deployment_id",
} as const;

/** What a platform's test reads of a link. */
export interface Item {
  readonly type: string;
  readonly url: string;
  readonly title: string;
  readonly text: string;
  readonly custom: Readonly<Record<string, string>>;
  readonly lineItem?: Readonly<Record<string, unknown>>;
  readonly iframe?: object;
  readonly window?: object;
}

/** A visit to begin. */
export interface Entering {
  readonly role?: VisitRole;
  readonly errand?: Partial<PickErrand> | "none";
  readonly locale?: string;
}

/** The picker on a real store and over real HTTP, beside the page of the platform that its answer goes to. */
export interface Picker {
  readonly origin: string;
  readonly clock: FixedClock;
  readonly platform: Platform;
  /** The platform's page, which shows the fields that were posted to it. */
  readonly returnUrl: string;
  /** The answers that arrived at the platform. */
  readonly arrived: string[];
  change(change: Partial<Platform>): Promise<void>;
  /** The address that begins a visit, and leads to its first page. */
  door(entering?: Entering): string;
  /** Checks an answer as a platform does, by the tool's published keys. */
  verify(jwt: string): Promise<{ header: object; payload: JWTPayload & Record<string, unknown> }>;
  close(): Promise<void>;
}

export async function aPicker(curriculum: Curriculum, changed: Partial<Platform> = {}): Promise<Picker> {
  const clock = fixedAt("2026-03-02T08:00:00.400Z");
  const storage = await aStore(clock);
  const newId = createNewId(clock);
  const logger = createLogger("silent");
  const visits = createVisits({ store: storage.visits, clock, csrfKey: Buffer.alloc(32, 7) });
  const outbound = createOutbound({ allowPrivate: true, userAgent: "Tessera" });
  const sealer = createSealer(new Secret(Buffer.alloc(32, 7)));
  const arrived: string[] = [];
  const lms = createServer((req, res) => {
    let body = "";
    req.on("data", (part: Buffer) => (body += part.toString()));
    req.on("end", () => {
      const jwt = new URLSearchParams(body).get("JWT");
      if (jwt !== null) arrived.push(jwt);
      res.setHeader("content-type", "text/html").end("<title>arrived</title>");
    });
  });
  const lmsOrigin = `http://127.0.0.1:${await listen(lms)}`;
  const returnUrl = `${lmsOrigin}/return?a=1&b="2"`;
  const server = createServer();
  const origin = `http://localhost:${await listen(server)}`;
  const catalogues = loadCatalogues(pathOf("views/locales"));
  const lti = createLti({
    ...{ gradeOf: () => Promise.resolve(undefined), words: catalogues.negotiate([]), rates: storage.rates },
    deadJobs: storage.outbox,
    ...{ store: storage.lti, visits, outbound, curriculum, clock, newId, logger, origin, allowPrivate: true },
    directory: createDirectory({ store: storage.directory, clock, newId }),
    keyRing: createKeyRing("lti", { store: storage.keys, sealer, clock }),
  });
  const platform = await storage.lti.savePlatform({ ...aPlatform(lmsOrigin), ...changed });
  const doors: Required<Entering>[] = [];
  server.on(
    "request",
    createWebApp(
      {
        ...{ production: false, proxies: 0, layout: "main", clock, newId, logger },
        viewsDirectory: pathOf("views"),
        catalogues,
      },
      (app) => {
        app.use("/lti", lti.routes);
        app.get("/enter/:door", async (req, res) => {
          const { role, errand, locale } = doors[Number(req.params.door)]!;
          const accepted = { ...usual(returnUrl), ...(errand === "none" ? {} : errand) };
          const visit = await visits.begin({
            ...tenant,
            ...{ platformId: platform.id, placementId: "", moduleId: "", personId: "person-1", role, locale },
            browserHash: ensureBrowser(req, res).hash,
            frameOrigin: lmsOrigin,
            ...(errand === "none" ? {} : { errand: accepted }),
          });
          res.redirect(303, visits.path(visit, "/"));
        });
        app.use("/visits/:visit", visits.gate, (_req, res, next) => {
          // What the composition root does with the language of the launch, for one that reads the other way.
          if (visitOf(res).locale === "ar") Object.assign(res.locals, { lang: "ar", dir: "rtl" });
          next();
        });
        app.use("/visits/:visit", lti.pickRoutes, (req, res) => void res.send(`learning ${req.path}`));
      },
    ),
  );
  return {
    ...{ origin, clock, platform, returnUrl, arrived },
    change: async (change) => {
      await storage.lti.changePlatform(platform.id, change);
    },
    door: ({ role = "instructor", errand = {}, locale = "en" } = {}) =>
      `${origin}/enter/${doors.push({ role, errand, locale }) - 1}`,
    verify: async (jwt) => {
      const keys = (await (await fetch(`${origin}/lti/jwks`)).json()) as JSONWebKeySet;
      const { payload, protectedHeader } = await jwtVerify(jwt, createLocalJWKSet(keys), {
        ...{ issuer: platform.clientId, audience: platform.issuer, algorithms: ["RS256"] },
        // No leeway: Moodle has none.
        ...{ clockTolerance: 0, currentDate: new Date(clock.now()) },
      });
      return { header: protectedHeader, payload };
    },
    close: async () => {
      for (const one of [server, lms]) {
        one.closeAllConnections();
        await new Promise((done) => one.close(done));
      }
      await outbound.close();
      await storage.close();
    },
  };
}

function usual(returnUrl: string): PickErrand {
  return {
    ...{ kind: "pick", deploymentId: "deployment-1", returnUrl, data: "csrf:77 é&<", multiple: true },
    ...{ targets: ["iframe", "window"], lineItems: true },
  };
}

function aPlatform(origin: string): Platform {
  return {
    ...tenant,
    ...{ id: "platform-1", issuer: origin, clientId: "client-1", name: "LMS", flavour: "moodle" },
    ...{ authorizationUrl: `${origin}/auth`, tokenUrl: `${origin}/token`, tokenAudience: `${origin}/token` },
    ...{ jwksUrl: `${origin}/jwks`, frameOrigin: origin, serviceOrigins: [origin], status: "active" },
  };
}

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return (server.address() as AddressInfo).port;
}

/** An instructor without JavaScript. */
export class Instructor {
  readonly browser = new HttpBrowser();
  page!: Page;

  constructor(readonly picker: Picker) {}

  async enter(entering: Entering = {}): Promise<this> {
    this.page = await this.browser.get(this.picker.door(entering));
    return this;
  }

  /** Presses a button of the list, with these fields filled in, ticks included: `pick` replaces what was ticked. */
  async press(values: Record<string, string | readonly string[]>): Promise<Page> {
    this.page = await this.browser.submit(this.page, this.form(), { ...chosenIn(this.form()), ...values });
    return this.page;
  }

  form(): Form {
    return this.page.forms[0]!;
  }

  /** Ids of the rows, and of those that are ticked, in their order. */
  rows(): { id: string; ticked: boolean }[] {
    return [
      ...this.page.html.matchAll(/<input type="(?:checkbox|radio)"[^>]*name="pick" value="([^"]+)"([^>]*)>/g),
    ].map(([, id, rest]) => ({ id: id!, ticked: rest!.includes("checked") }));
  }

  ticked(): string[] {
    return this.rows().flatMap(({ id, ticked }) => (ticked ? [id] : []));
  }

  heading(): string {
    return textOf(/<h1>([\s\S]*?)<\/h1>/.exec(this.page.html)?.[1] ?? "");
  }

  /** The answer that the page would bring to the platform, checked as a platform checks it. */
  async answer() {
    const jwt = this.form().fields.find(([name]) => name === "JWT")![1];
    const { header, payload } = await this.picker.verify(jwt);
    return { header, payload, items: payload[claims.items] as Item[] };
  }
}

/** What is looked for: fields that the kit's browser does not read. */
function chosenIn({ html }: Form): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, value] of html.matchAll(/<input[^>]*name="q"[^>]* value="([^"]*)"/g))
    found["q"] = unescapeHtml(value!);
  for (const [, name, options] of html.matchAll(/<select[^>]*name="(\w+)"[^>]*>([\s\S]*?)<\/select>/g))
    found[name!] = /<option value="([^"]*)" selected>/.exec(options!)?.[1] ?? "";
  return found;
}

/** What a page says, without its markup. */
export function textOf(html: string): string {
  return html
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll("&#x27;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll(/\s+/g, " ")
    .trim();
}
