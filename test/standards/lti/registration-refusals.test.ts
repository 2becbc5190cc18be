import type { ServerResponse } from "node:http";
import { expect } from "chai";
import fc from "fast-check";
import type { Outbound } from "../../../src/foundation/outbound/index.js";
import { HttpBrowser, type Page } from "../../kit/http-browser.js";
import { anAcademy, type AcademyOptions, type AcademyUnderTest } from "./an-academy.js";
import { json, RegisteringPlatform, type Json } from "./a-registering-platform.js";

const spec = "https://purl.imsglobal.org/spec";
const about = `${spec}/lti-platform-configuration`;

describe("a registration that can't be", () => {
  let tool: AcademyUnderTest;
  let platform: RegisteringPlatform;
  let link: string;
  const browser = new HttpBrowser();

  async function begin(options: AcademyOptions = {}): Promise<void> {
    tool = await anAcademy(options);
    link = await tool.registrationLink();
  }
  const open = (configuration: string, token = "token-1"): Promise<Page> =>
    browser.get(
      `${link}?${new URLSearchParams({ openid_configuration: configuration, registration_token: token }).toString()}`,
    );
  const ask = (): Promise<Page> => open(`${platform.origin}/openid-configuration`);
  const confirm = (page: Page): Promise<Page> => browser.submit(page, page.forms[0]!);
  /** A refusal in plain words that the platform's page may frame; the link stays good and nothing is saved. */
  async function isRefused(page: Page, code: string): Promise<void> {
    expect(tool.codeOn(page), page.html).to.equal(code);
    expect(page.html).not.to.match(/⟦|…|\{/);
    expect(page.status).to.be.within(400, 504);
    expect(page.headers.get("content-security-policy")).to.include("frame-ancestors *");
    expect(page.html).not.to.match(/<form|<script/);
    expect(await tool.platforms()).to.deep.equal([]);
    expect((await browser.get(link)).status, "the link is still good").to.equal(200);
  }

  before(async () => {
    platform = await RegisteringPlatform.start("moodle");
  });
  after(() => platform.stop());
  beforeEach(() => begin());
  afterEach(async () => {
    platform.changes = {};
    platform.instead.clear();
    platform.heard.length = 0;
    platform.tokens.add("token-1");
    await tool.stop();
  });

  const configurations: readonly (readonly [string, Json, string])[] = [
    ["speaks for another issuer", { issuer: "https://moodle.example" }, "registration_issuer_mismatch"],
    [
      "has us register elsewhere",
      { registration_endpoint: "https://elsewhere.example/r" },
      "registration_endpoint_foreign",
    ],
    ["offers no RS256", { id_token_signing_alg_values_supported: ["ES256"] }, "registration_unsupported"],
    ["offers no id_token", { response_types_supported: ["code"] }, "registration_unsupported"],
    [
      "offers no private_key_jwt",
      { token_endpoint_auth_methods_supported: ["client_secret_basic"] },
      "registration_unsupported",
    ],
    [
      "offers no scores",
      { scopes_supported: [`${spec}/lti-ags/scope/lineitem`] },
      "registration_unsupported",
    ],
    ...["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint"].flatMap(
      (part) =>
        [
          undefined,
          null,
          7,
          "",
          "no address",
          "javascript:alert(1)",
          "https://u:p@x.example/",
          ["https://x"],
        ].map(
          (value) =>
            [
              `has ${value === undefined ? "nothing" : JSON.stringify(value)} for ${part}`,
              { [part]: value },
              "registration_configuration_incomplete",
            ] as const,
        ),
    ),
  ];
  for (const [what, changes, code] of configurations) {
    it(`is told by the code ${code} when the configuration ${what}`, async () => {
      platform.changes = changes;
      await isRefused(await ask(), code);
    });
  }

  it("is told when Canvas's shared issuer is claimed by what is no Canvas", async () => {
    platform.changes = {
      issuer: "https://canvas.instructure.com",
      [about]: { product_family_code: "canvass" },
    };
    await isRefused(await ask(), "registration_issuer_mismatch");
  });

  const bodies: readonly (readonly [string, (res: ServerResponse) => void, string])[] = [
    ["is not there", (res) => void res.writeHead(404).end("no"), "registration_configuration_unusable"],
    ["is no JSON", (res) => void res.end("<html>"), "registration_configuration_unusable"],
    ["is a list", (res) => json(res, 200, []), "registration_configuration_unusable"],
    [
      "leads elsewhere",
      (res) => void res.writeHead(302, { location: "http://169.254.169.254/" }).end(),
      "registration_configuration_unusable",
    ],
    [
      "is larger than any",
      (res) => json(res, 200, { filler: "x".repeat(300_000) }),
      "registration_configuration_unusable",
    ],
    ["breaks off", (res) => void res.destroy(), "registration_unreachable"],
  ];
  for (const [what, answer, code] of bodies) {
    it(`is told by the code ${code} when the configuration ${what}`, async () => {
      platform.instead.set("/openid-configuration", (_req, res) => answer(res));
      await isRefused(await ask(), code);
    });
  }

  it("is told when what came is no address", async () => {
    for (const text of [
      "",
      "no",
      "ftp://x.example/",
      "http://u:p@x.example/",
      "//x.example",
      "file:///etc/passwd",
    ])
      await isRefused(await open(text), "registration_address_refused");
  });

  it("never fails otherwise, whatever comes", async function () {
    this.timeout(60_000);
    const text = fc.oneof(
      fc.string(),
      fc.webUrl().map((url) => url.replace(/^\w+/, "ftp")),
      fc.constant(link),
    );
    await fc.assert(
      fc.asyncProperty(text, fc.string(), async (configuration, pending) => {
        const query = new URLSearchParams({ openid_configuration: configuration });
        expect((await browser.get(`${link}?${query.toString()}`)).status).to.be.within(200, 499);
        const form = { action: link, method: "POST", fields: [["pending", pending]], html: "" } as const;
        const posted = await browser.submit(await browser.get(link), form);
        expect(tool.codeOn(posted)).to.equal("registration_form_expired");
      }),
      { numRuns: 100 },
    );
  });

  const answers: readonly (readonly [string, (res: ServerResponse) => void, string])[] = [
    [
      "its token was used",
      (res) => void res.writeHead(401).end("token_already_used"),
      "registration_token_refused",
    ],
    [
      "it refuses in plain text",
      (res) => void res.writeHead(400).end("missing_redirect_uris"),
      "registration_refused",
    ],
    [
      "it refuses with a page",
      (res) => void res.writeHead(404).end("<!doctype html>no"),
      "registration_refused",
    ],
    ["it refuses with nothing", (res) => void res.writeHead(500).end(), "registration_refused"],
    [
      "it leads elsewhere",
      (res) => void res.writeHead(307, { location: "/x" }).end(),
      "registration_refused",
    ],
    ["it answers no JSON", (res) => void res.writeHead(200).end("fine"), "registration_answer_unusable"],
    ["it names no client", (res) => json(res, 200, { client_id: "" }), "registration_answer_unusable"],
    [
      "its client's id is no id",
      (res) => json(res, 201, { client_id: { $gt: "" } }),
      "registration_answer_unusable",
    ],
    ["it breaks off", (res) => void res.destroy(), "registration_unanswered"],
  ];
  for (const [what, answer, code] of answers) {
    it(`is told by the code ${code} when the platform is asked and ${what}`, async () => {
      const page = await ask();
      platform.instead.set("/register", (_req, res) => answer(res));
      await isRefused(await confirm(page), code);
      platform.instead.clear();
      expect((await confirm(page)).status, "and can be tried again").to.equal(200);
    });
  }

  it("says which client is left at the platform when ours could not be saved", async () => {
    await tool.stop();
    await begin({
      between: (store) => ({ ...store, addPlatform: () => Promise.reject(new TypeError("full")) }),
    });
    const refused = await confirm(await ask());
    await isRefused(refused, "registration_not_saved");
    expect(refused.html).to.match(/client-\d+/);
  });

  it("leaves a platform as it is that is known by this issuer and client, whoever's it is", async () => {
    const page = await ask();
    platform.instead.set("/register", (_req, res) => json(res, 200, { client_id: "known" }));
    expect((await confirm(page)).status).to.equal(200);
    const [before] = await tool.platforms();
    link = await tool.registrationLink();
    platform.changes = { jwks_uri: `${platform.origin}/other-keys` };
    expect(tool.codeOn(await confirm(await ask()))).to.equal("platform_taken");
    expect(await tool.platforms()).to.deep.equal([before]);
    expect((await browser.get(link)).status).to.equal(200);
  });

  it("logs no token and no address of it", async () => {
    await confirm(await ask());
    expect(tool.log.join("")).not.to.include("token-1").and.not.to.include(link.split("/").at(-1));
  });

  describe("in production", () => {
    /** What the Internet would answer: a platform at a public address is none that a test can be. */
    const internet = (pages: Readonly<Record<string, Json>>): Outbound => ({
      fetch: (url) => {
        const page = pages[new URL(url).origin + new URL(url).pathname];
        const text = JSON.stringify(page ?? {});
        return Promise.resolve({ status: page ? 200 : 404, headers: new Headers(), text });
      },
      close: () => Promise.resolve(),
    });
    const canvasAt = (host: string): Json => ({
      ...{
        issuer: "https://canvas.instructure.com",
        jwks_uri: "https://sso.canvaslms.com/api/lti/security/jwks",
      },
      authorization_endpoint: "https://sso.canvaslms.com/api/lti/authorize_redirect",
      token_endpoint: "https://sso.canvaslms.com/login/oauth2/token",
      registration_endpoint: `https://${host}/api/lti/registrations`,
      [about]: { product_family_code: "canvas" },
    });

    it("asks no private address, and nothing over http", async () => {
      await tool.stop();
      await begin({ allowPrivate: false });
      for (const url of [
        `${platform.origin}/openid-configuration`,
        "https://127.0.0.1/",
        "https://[::1]/x",
        "https://localhost/",
      ])
        await isRefused(await open(url), "registration_address_refused");
      expect(platform.heard).to.deep.equal([]);
    });

    it("takes no endpoint over http", async () => {
      const url = "https://moodle.example/openid-configuration";
      const configuration = { ...platform.configuration(), issuer: "https://moodle.example" };
      await tool.stop();
      await begin({ allowPrivate: false, outbound: internet({ [url]: configuration }) });
      await isRefused(await open(url), "registration_url_insecure");
    });

    it("takes Canvas's shared issuer from Canvas alone, whose customers register at their own host", async () => {
      const [own, foreign] = [
        "https://sso.canvaslms.com/api/lti/security/openid-configuration",
        "https://evil.example/c",
      ];
      await tool.stop();
      const pages = { [own]: canvasAt("academy.example"), [foreign]: canvasAt("evil.example") };
      await begin({ allowPrivate: false, outbound: internet(pages) });
      await isRefused(await open(foreign), "registration_issuer_mismatch");
      const page = await open(`${own}?registration_token=1`);
      expect(page.status).to.equal(200);
      expect(page.headers.get("content-security-policy")).to.include(
        "frame-ancestors https://academy.example",
      );
    });
  });
});
