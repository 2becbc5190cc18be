import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createApp, type App } from "../src/app.js";
import { parseConfig, type LoadedConfig } from "../src/foundation/config/index.js";
import { createDirectory } from "../src/foundation/directory/index.js";
import {
  createLogger,
  createNewId,
  KnownError,
  Secret,
  systemClock,
} from "../src/foundation/kernel/index.js";
import { createSealer } from "../src/foundation/keys/index.js";
import { serve, type Listening } from "../src/foundation/web/index.js";
import { createForwardings } from "../src/standards/lrs/index.js";
import { openStorage, type Storage } from "../src/storage/index.js";
import { until, words } from "./kit/chromium.js";
import { HttpBrowser } from "./kit/http-browser.js";
import { twoFreePorts } from "./kit/ports.js";
import { aReceiver, type AReceiver } from "./standards/lrs/forwarding/a-receiver.js";

const newId = createNewId(systemClock);
const logger = createLogger("silent");

describe("a tool in production", function () {
  this.timeout(60_000);
  let folder: string;
  let storage: Storage;
  let app: App | undefined;
  let listening: Listening | undefined;
  /** A service on the tool's own machine, which nobody outside is to reach by the tool. */
  let inside: AReceiver;
  let origin: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "tessera-production-"));
    inside = await aReceiver();
    storage = await openStorage("file::memory:", { clock: systemClock, newId, logger, serving: true });
  });
  afterEach(async () => {
    await listening?.close(0);
    await app?.stop(0);
    [app, listening] = [undefined, undefined];
    await storage.close();
    await inside.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const configured = async (settings: Readonly<Record<string, string>> = {}): Promise<LoadedConfig> => ({
    ...parseConfig({
      ...{ TESSERA_URL: "https://tessera.example", TESSERA_PORT: String(await twoFreePorts()) },
      ...{ TESSERA_DATABASE: "file::memory:", TESSERA_SECRET_FILE: join(folder, "secret") },
      ...{ TESSERA_LTI_CONFIG: folder, TESSERA_DEMONSTRATION: "on", ...settings },
    }),
    secret: new Secret(Buffer.from("the master secret of a tool in production, of 48 bytes")),
  });
  async function start(settings?: Readonly<Record<string, string>>): Promise<LoadedConfig> {
    const config = await configured(settings);
    app = await createApp(config, storage, systemClock, logger);
    listening = await serve(app.sites[0]!.handler, app.sites[0]!);
    origin = `http://127.0.0.1:${config.port}`;
    return config;
  }
  const refusal = async (settings?: Readonly<Record<string, string>>): Promise<unknown> => {
    try {
      await start(settings);
    } catch (error) {
      return error instanceof KnownError ? error.code : error;
    }
    return undefined;
  };
  const invited = async (purpose: "owner" | "registration"): Promise<string> => {
    const directory = createDirectory({ store: storage.directory, clock: systemClock, newId });
    const { token } = await directory.invites.make(await directory.chooseAcademy("northgate"), {
      ...{ purpose, label: "Ms Oduya" },
    });
    return token;
  };

  it("asks nobody at a private address for a certificate", async () => {
    await start();
    const query = new URLSearchParams({ url: `${inside.address}/certificate` });
    const answer = await fetch(`${origin}/verify?${query.toString()}`, {
      headers: { accept: "application/json" },
    });
    expect(answer.status).to.be.above(399);
    expect(inside.came).to.deep.equal([]);
  });

  it("asks nobody at a private address how to be registered there", async () => {
    await start();
    const query = new URLSearchParams({ openid_configuration: `${inside.address}/openid-configuration` });
    const page = await fetch(`${origin}/lti/register/${await invited("registration")}?${query.toString()}`);
    expect(await page.text()).to.include("registration_address_refused");
    expect(inside.came).to.deep.equal([]);
  });

  it("takes no platform on plain http by hand", async () => {
    await start();
    const browser = new HttpBrowser();
    const invite = await browser.get(`${origin}/invites/${await invited("owner")}`);
    const desk = await browser.submit(invite, invite.forms[0]!);
    const form = await browser.get(`${desk.url}/add/other`);
    const plain = await browser.submit(
      form,
      form.forms.find(({ action }) => action.endsWith("/add/other"))!,
      {
        ...{ issuer: "http://lms.example", clientId: "client", flavour: "other", deployments: "1" },
        ...{ authorizationUrl: "http://lms.example/a", jwksUrl: "http://lms.example/j" },
        ...{ tokenUrl: "http://lms.example/t", name: "LMS" },
      },
    );
    expect(plain.html).to.include(words.t("registration.entryFault.insecure"));
    expect(await storage.lti.platforms()).to.deep.equal([]);
  });

  it("begins with no platform on plain http out of a file", async () => {
    await mkdir(join(folder, "platforms"));
    const lms = "http://lms.example";
    await writeFile(
      join(folder, "platforms", "lms.json"),
      JSON.stringify({
        ...{ academy: "northgate", issuer: lms, clientId: "client", flavour: "other", deployments: ["1"] },
        ...{ name: "LMS", authorizationUrl: `${lms}/a`, tokenUrl: `${lms}/t`, jwksUrl: `${lms}/j` },
      }),
    );
    expect(await refusal()).to.equal("platform_url_refused");
  });

  it("forwards nothing to a private address", async () => {
    const config = await start();
    const directory = createDirectory({ store: storage.directory, clock: systemClock, newId });
    const tenant = await directory.chooseAcademy("northgate");
    const { id } = await createForwardings({
      ...{ store: storage.forwardings, outbox: storage.outbox, clock: systemClock, newId },
      ...{ sealer: createSealer(config.secret), allowPrivate: true },
    }).add({
      ...{ tenant, name: "inside", endpoint: inside.address },
      ...{ credentials: { username: "key", password: "secret" }, filter: { verbs: [], activities: [] } },
    });
    const { key, secret } = await directory.apiClients.add({ tenant, name: "a client", scopes: ["all"] });
    const posted = await fetch(`${origin}/xapi/statements`, {
      method: "POST",
      headers: {
        ...{ "Content-Type": "application/json", "X-Experience-API-Version": "1.0.3" },
        Authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`,
      },
      body: JSON.stringify({
        actor: { mbox: "mailto:a@example.org" },
        verb: { id: "https://example.org/verbs/passed" },
        object: { id: "https://example.org/activities/one" },
      }),
    });
    expect(posted.status).to.equal(200);
    app!.start();
    const failure = await until(
      "the refusal",
      async () => (await storage.forwardings.forwarding(id))?.failure,
      20_000,
    );
    expect(failure.code).to.equal("outbound_url_refused");
    expect(inside.came).to.deep.equal([]);
  });

  it("asks browsers for https", async () => {
    await start();
    expect((await fetch(`${origin}/healthz`)).headers.get("strict-transport-security")).to.include("max-age");
  });

  /** One request more than an address may send, each said to come from another address. */
  const knocks = (): Promise<number[]> =>
    Promise.all(
      Array.from({ length: 61 }, async (_one, place) => {
        const headers = { "X-Forwarded-For": `192.0.2.${place + 1}` };
        return (await fetch(`${origin}/invites/${"x".repeat(43)}`, { headers })).status;
      }),
    );

  it("tells addresses apart behind as many proxies as it was told of", async () => {
    await start({ TESSERA_PROXIES: "1" });
    expect(new Set(await knocks())).to.deep.equal(new Set([404]));
  });

  it("believes no address that somebody else than a proxy says", async () => {
    await start();
    expect((await knocks()).filter((status) => status === 429)).to.have.length(1);
  });

  it("begins with no content that nobody has reviewed, unless it is a demonstration", async () => {
    expect(await refusal({ TESSERA_DEMONSTRATION: "off" })).to.equal("curriculum_invalid");
  });

  it("publishes what nobody has reviewed where it is a demonstration, and says so", async () => {
    await start();
    const page = await (await fetch(`${origin}/competencies`, { headers: { accept: "text/html" } })).text();
    expect(page).to.include("Absolute prohibition of torture").and.include("draft");
  });

  it("has no sandbox, and leads from its first page to the plain one about launches", async () => {
    await start();
    const first = await fetch(`${origin}/`, { redirect: "manual" });
    expect([first.status, first.headers.get("location")]).to.deep.equal([303, "/lti/launch"]);
    expect(app!.sites).to.have.length(1);
    expect(app!.address).to.equal("https://tessera.example");
  });
});
