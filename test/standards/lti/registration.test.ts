import { expect } from "chai";
import { hours, minutes } from "../../../src/foundation/kernel/index.js";
import { HttpBrowser, type Page } from "../../kit/http-browser.js";
import { anAcademy, words, type AcademyUnderTest } from "./an-academy.js";
import {
  canvasExtension,
  json,
  RegisteringPlatform,
  toolConfiguration,
  type Json,
} from "./a-registering-platform.js";

const spec = "https://purl.imsglobal.org/spec";

describe("dynamic registration", () => {
  let tool: AcademyUnderTest;
  let platform: RegisteringPlatform;
  let link: string;
  const browser = new HttpBrowser();

  async function with_(flavour: "moodle" | "canvas"): Promise<void> {
    platform = await RegisteringPlatform.start(flavour);
  }
  const opened = (): string => {
    const query = new URLSearchParams({
      openid_configuration: `${platform.origin}/openid-configuration`,
      registration_token: "token-1",
    });
    return `${link}?${query.toString()}`;
  };
  const ask = (): Promise<Page> => browser.get(opened());
  const confirm = (page: Page, values: Record<string, string> = {}): Promise<Page> =>
    browser.submit(page, page.forms[0]!, values);
  const isUsable = async (): Promise<boolean> => (await browser.get(link)).status === 200;

  beforeEach(async () => {
    tool = await anAcademy();
    link = await tool.registrationLink();
  });
  afterEach(async () => {
    await platform.stop();
    await tool.stop();
  });

  describe("with Moodle", () => {
    beforeEach(() => with_("moodle"));

    it("asks one question in the platform's frame, and changes nothing before it is answered", async () => {
      const page = await ask();
      expect(page.status).to.equal(200);
      expect(page.html).to.include("North Academy").and.include("Arvenia");
      expect(page.html).to.include(new URL(platform.origin).host);
      expect(page.forms).to.have.length(1);
      expect(page.html.match(/<button/g)).to.have.length(1);
      expect(page.headers.get("content-security-policy")).to.include(`frame-ancestors ${platform.origin}`);
      expect(page.headers.get("cache-control")).to.equal("no-store");
      expect(platform.posts).to.deep.equal([]);
      expect(await tool.platforms()).to.deep.equal([]);
      expect(await isUsable()).to.equal(true);
    });

    it("registers what the platform needs, to the letter", async () => {
      await confirm(await ask());
      const [sent] = platform.posts;
      expect(sent).to.include({ authorization: "Bearer token-1", userAgent: "Tessera" });
      const { origin } = tool;
      const { [toolConfiguration]: config, ...client } = sent!.body;
      expect(client).to.deep.equal({
        application_type: "web",
        response_types: ["id_token"],
        grant_types: ["client_credentials", "implicit"],
        initiate_login_uri: `${origin}/lti/login`,
        redirect_uris: [`${origin}/lti/launch`],
        client_name: "Tessera",
        jwks_uri: `${origin}/lti/jwks`,
        logo_uri: `${origin}/assets/mark.svg`,
        token_endpoint_auth_method: "private_key_jwt",
        scope: [
          ...["lineitem", "score", "result.readonly"].map((scope) => `${spec}/lti-ags/scope/${scope}`),
          `${spec}/lti-nrps/scope/contextmembership.readonly`,
        ].join(" "),
      });
      expect(config).to.deep.equal({
        domain: new URL(origin).host,
        description: words.t("registration.tool.description"),
        target_link_uri: `${origin}/lti/launch`,
        custom_parameters: { context_history: "$Context.id.history" },
        claims: ["iss", "sub"],
        messages: [
          { type: "LtiResourceLinkRequest", target_link_uri: `${origin}/lti/launch`, label: "Tessera" },
          {
            type: "LtiDeepLinkingRequest",
            target_link_uri: `${origin}/lti/launch`,
            label: "Add from Tessera",
          },
        ],
      });
    });

    it("saves the platform switched off and its deployment waiting, uses the link, and closes the frame", async () => {
      const page = await confirm(await ask());
      expect(page.status).to.equal(200);
      expect(page.html).to.match(/<script type="module" src="\/assets\/lti-close\.js/);
      expect(page.html).to.include(words.t("registration.done.at.moodle"));
      expect(page.headers.get("content-security-policy")).to.include(`frame-ancestors ${platform.origin}`);
      const [saved] = await tool.platforms();
      const { origin } = platform;
      expect(saved).to.deep.include({
        ...{ academyId: tool.academy.academyId, jurisdictionId: "XA", issuer: origin, clientId: "client-1" },
        ...{ name: new URL(origin).host, flavour: "moodle", status: "inactive", frameOrigin: origin },
        ...{ authorizationUrl: `${origin}/auth`, tokenUrl: `${origin}/token`, jwksUrl: `${origin}/jwks` },
        ...{ tokenAudience: origin, serviceOrigins: [origin] },
      });
      expect(saved?.registered).to.include({ at: tool.clock.now(), product: "moodle" });
      const [deployment] = await tool.storage.lti.deployments(saved!.id);
      expect(deployment).to.include({ deploymentId: "7", status: "pending" });
      expect(tool.codeOn(await browser.get(link))).to.equal("invite_used");
    });

    it("asks for names only if the administrator says so", async () => {
      await confirm(await ask(), { names: "yes" });
      const config = platform.posts[0]!.body[toolConfiguration] as Json;
      expect(config.claims).to.deep.equal(["iss", "sub", "name", "given_name", "family_name"]);
    });

    it("offers submission review where the platform lists it", async () => {
      const types = ["LtiResourceLinkRequest", "LtiDeepLinkingRequest", "LtiSubmissionReviewRequest"];
      const about = { product_family_code: "moodle", messages_supported: types.map((type) => ({ type })) };
      platform.changes = { [`${spec}/lti-platform-configuration`]: about };
      await confirm(await ask());
      const { messages } = platform.posts[0]!.body[toolConfiguration] as { messages: Json[] };
      expect(messages.map(({ type }) => type)).to.deep.equal(types);
    });

    it("asks for every scope where the platform lists none of LTI's", async () => {
      platform.changes = { scopes_supported: ["openid"] };
      await confirm(await ask());
      expect(String(platform.posts[0]!.body.scope).split(" ")).to.have.length(5);
    });

    it("lets one of many posts register, when they race", async () => {
      const page = await ask();
      const pages = await Promise.all(Array.from({ length: 12 }, () => confirm(page)));
      expect(pages.filter(({ status }) => status === 200)).to.have.length(1);
      const codes = pages.filter(({ status }) => status !== 200).map((one) => tool.codeOn(one));
      expect(new Set(codes)).to.deep.equal(new Set(["invite_used"]));
      expect(platform.posts).to.have.length(1);
      expect(await tool.platforms()).to.have.length(1);
    });

    it("tells whoever opens the link by hand what it is for, without using it", async () => {
      for (let times = 0; times < 2; times += 1) {
        const page = await browser.get(link);
        expect(page.status).to.equal(200);
        expect(page.html).to.include(words.t("registration.steps.moodle"));
      }
    });

    it("refuses a link that is unknown, ran out, or is an owner's", async () => {
      const { origin } = tool;
      expect(tool.codeOn(await browser.get(`${origin}/lti/register/${"x".repeat(43)}`))).to.equal(
        "invite_unknown",
      );
      const { token } = await tool.directory.invites.make(tool.academy, {
        purpose: "owner",
        label: "Ms Oduya",
      });
      expect(tool.codeOn(await browser.get(`${origin}/lti/register/${token}`))).to.equal(
        "invite_for_another_purpose",
      );
      tool.clock.advance(hours(24));
      expect(tool.codeOn(await ask())).to.equal("invite_expired");
    });

    it("takes no form that is not its own, of this link, and fresh", async () => {
      const page = await ask();
      const [, pending] = page.forms[0]!.fields.find(([name]) => name === "pending")!;
      const [body, mac] = pending.split(".");
      const turned = Buffer.from(String(body), "base64url").toString().replace("/register", "/elsewhere");
      const forged = [
        `${Buffer.from(turned).toString("base64url")}.${mac}`,
        `${body}.`,
        "",
        "x.y.z",
        `${body}.${mac}x`,
      ];
      for (const text of forged) {
        expect(tool.codeOn(await confirm(page, { pending: text })), text).to.equal(
          "registration_form_expired",
        );
      }
      const other = await browser.get(
        await tool.registrationLink().then((url) => opened().replace(link, url)),
      );
      expect(tool.codeOn(await browser.submit(other, other.forms[0]!, { pending }))).to.equal(
        "registration_form_expired",
      );
      tool.clock.advance(minutes(15));
      expect(tool.codeOn(await confirm(page))).to.equal("registration_form_expired");
      expect(platform.posts).to.deep.equal([]);
      expect(await isUsable()).to.equal(true);
    });
  });

  describe("with Canvas", () => {
    beforeEach(() => with_("canvas"));

    it("shows its token to have the configuration, and takes an issuer that is elsewhere", async () => {
      const page = await ask();
      expect(platform.heard[0]).to.include({
        path: "/openid-configuration",
        authorization: "Bearer token-1",
      });
      expect(page.html).to.include("Northgate College");
      await confirm(page);
      const [saved] = await tool.platforms();
      expect(saved).to.include({
        ...{ issuer: "https://canvas.example", clientId: "10000000000001", flavour: "canvas" },
        ...{ name: "Northgate College", status: "inactive", frameOrigin: platform.origin },
        tokenAudience: `${platform.origin}/token`,
      });
      expect(saved?.registered?.configUrl).to.equal(`${platform.origin}/api/lti/registrations/1`);
      // Its owner is led there from the connection page.
      const { page: desk } = await tool.owner();
      expect(desk.html).to.include(`href="${platform.origin}/api/lti/registrations/1"`);
      expect(await tool.storage.lti.deployments(saved!.id)).to.deep.equal([]);
    });

    it("sends its extension fields, and for each message where it stands", async () => {
      await confirm(await ask());
      const { body } = platform.posts[0]!;
      expect(String(body.scope)).to.include(`${spec}/lti/scope/noticehandlers`);
      const config = body[toolConfiguration] as Json & { messages: Json[] };
      expect(config).to.include({
        [`${canvasExtension}/privacy_level`]: "anonymous",
        [`${canvasExtension}/tool_id`]: "tessera",
        [`${canvasExtension}/vendor`]: "Tessera",
      });
      expect(config.custom_parameters).to.deep.equal({
        previous_context_ids: "$Canvas.course.previousContextIds",
      });
      expect(config.messages.map(({ type, placements }) => [type, placements])).to.deep.equal([
        ["LtiResourceLinkRequest", ["course_navigation"]],
        [
          "LtiDeepLinkingRequest",
          ["link_selection", "assignment_selection", "editor_button", "module_index_menu_modal"],
        ],
      ]);
      expect(config.messages[0]).to.include({
        [`${canvasExtension}/course_navigation/default_enabled`]: true,
      });
    });

    it("raises the privacy level to names only if the administrator says so", async () => {
      await confirm(await ask(), { names: "yes" });
      const config = platform.posts[0]!.body[toolConfiguration] as Json;
      expect(config[`${canvasExtension}/privacy_level`]).to.equal("name_only");
    });

    it("says in Canvas's words why it was refused", async () => {
      const page = await ask();
      platform.instead.set("/register", (_req, res) =>
        json(res, 422, { errors: [{ message: "scopes <b>bad</b>" }] }),
      );
      const refused = await confirm(page);
      expect(tool.codeOn(refused)).to.equal("registration_refused");
      expect(refused.html).to.include("scopes &lt;b&gt;bad&lt;/b&gt;").and.include("422");
      expect(await isUsable()).to.equal(true);
    });
  });
});
