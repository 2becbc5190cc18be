import { expect } from "chai";
import type { JWTPayload } from "jose";
import { unescapeHtml, type Page } from "../kit/http-browser.js";
import { aSandbox, type Claims, type SandboxUnderTest } from "./a-sandbox.js";
import { addTool, dl, launch, lti, open } from "./an-added-tool.js";

interface Settings {
  readonly deep_link_return_url: string;
  readonly data?: string;
}

const nrps = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice";
const settingsIn = (claims: JWTPayload): Settings => claims[dl("deep_linking_settings")] as Settings;

for (const flavour of ["moodle", "canvas"] as const) {
  describe(`deep linking as ${flavour === "moodle" ? "Moodle" : "Canvas"} does it`, () => {
    let tested: SandboxUnderTest;
    let clientId: string;
    let where: string;
    beforeEach(async () => {
      tested = await aSandbox();
      clientId = await addTool(tested, flavour);
      where = `as=instructor&tool=${clientId}${flavour === "canvas" ? "&course=canvas-1" : ""}`;
    });
    afterEach(() => tested.stop());

    const picking = async (switches = ""): Promise<JWTPayload> =>
      (await launch(tested, `/course/pick?${where}${switches}`)).claims;
    const answer = async (
      claims: JWTPayload,
      items: readonly object[],
      changes: Claims = {},
    ): Promise<Page> => {
      const { deep_link_return_url: url, data } = settingsIn(claims);
      const now = Math.floor(tested.clock.now() / 1000);
      const jwt = await tested.sign({
        iss: clientId,
        aud: claims.iss,
        iat: now,
        exp: now + 60,
        nonce: "n-2",
        [lti("message_type")]: "LtiDeepLinkingResponse",
        [lti("version")]: "1.3.0",
        [lti("deployment_id")]: claims[lti("deployment_id")],
        ...(data === undefined ? {} : { [dl("data")]: data }),
        [dl("content_items")]: items,
        ...changes,
      });
      return post(url, jwt);
    };
    const post = async (url: string, jwt: string): Promise<Page> => {
      const response = await fetch(url, { method: "POST", body: new URLSearchParams({ JWT: jwt }) });
      const { status, headers } = response;
      return { url, status, headers, html: await response.text(), forms: [] };
    };
    const item = (changes: object = {}): object => ({
      type: "ltiResourceLink",
      title: "Module M02",
      custom: { module: "M02" },
      ...changes,
    });
    const course = (): Promise<Page> =>
      open(tested, `/course?as=instructor${flavour === "canvas" ? "&course=canvas-1" : ""}`);

    it("offers the tool's content to instructors on the course page, in a frame or a dialog", async () => {
      const { html } = await course();
      const href = unescapeHtml(
        /href="(\/course\/add[^"]+)"[^>]*>Add content from An added tool/.exec(html)?.[1] ?? "",
      );
      const page = await open(tested, href);
      expect(page.html).to.match(/<iframe class="tool" src="\/course\/pick\?/);
      expect(page.html.includes("<dialog open")).to.equal(flavour === "canvas");
      expect(page.headers.get("content-security-policy")).to.include(tested.toolOrigin);
    });

    it("offers none to trainees", async () => {
      const trainee = where.replace("instructor", "trainee-one");
      expect((await open(tested, `/course?${trainee}`)).html).not.to.include("Add content");
      for (const path of ["/course/add", "/course/pick"]) {
        expect((await open(tested, `${path}?${trainee}`)).status).to.equal(403);
      }
    });

    it("says what it takes, and takes several items or one, with line items or without", async () => {
      const claims = await picking();
      expect(claims).to.include({ [lti("message_type")]: "LtiDeepLinkingRequest" });
      expect(claims).not.to.have.property(lti("resource_link"));
      expect(settingsIn(claims)).to.deep.include({ accept_multiple: true, accept_lineitem: true });
      expect(settingsIn(claims)).to.have.property("accept_types").that.includes("ltiResourceLink");
      expect(settingsIn(claims).data === undefined).to.equal(flavour === "moodle");
      const sparing = settingsIn(await picking("&multiple=off&lineitem=off"));
      expect(sparing).to.include({ accept_multiple: false, accept_lineitem: false });
    });

    it("makes activities that launch with their custom parameters, and columns for their line items", async () => {
      const lineItem = { label: "Ignored", scoreMaximum: 40, tag: "grade", resourceId: "M02" };
      const claims = await picking();
      const page = await answer(claims, [
        item({ lineItem }),
        item({ title: "M03", custom: { module: "M03" } }),
      ]);
      expect(page.html)
        .to.include("2 activities were added")
        .and.match(/target="_top"/);
      const { html } = await course();
      const [, href = ""] = /<h3><a href="([^"]+)">M03</.exec(html) ?? [];
      const launched = await launch(tested, unescapeHtml(href).replace("/course?", "/course/launch?"));
      expect(launched.claims[lti("custom")]).to.deep.equal({ module: "M03" });
      expect(launched.claims[lti("resource_link")]).to.include({ title: "M03" });
      const [column, ...others] = tested.sandbox.gradebook().lineItems;
      expect(others).to.deep.equal([]);
      expect(column).to.include({ ...lineItem, label: "Module M02", clientId });
      expect(column?.resourceLinkId).to.match(/^rl-\d+$/);
    });

    it("leaves the line item out where none is accepted", async () => {
      await answer(await picking("&lineitem=off"), [item({ lineItem: { scoreMaximum: 40 } })]);
      expect(tested.sandbox.gradebook().lineItems).to.deep.equal([]);
    });

    it("launches an item with an address of its own there, and has the login say so", async () => {
      const url = `${tested.launchUrl}?module=M02`;
      await answer(await picking(), [item({ url })]);
      const [, id = ""] = /link=(rl-\d+)/.exec(unescapeHtml((await course()).html)) ?? [];
      const { login, claims } = await launch(
        tested,
        `/course/launch?as=trainee-one&link=${id}${flavour === "canvas" ? "&course=canvas-1" : ""}`,
      );
      expect(login.get("target_link_uri")).to.equal(url);
      expect(claims[lti("target_link_uri")]).to.equal(url);
    });

    it("closes when nothing was picked, with the tool's own words", async () => {
      const page = await answer(await picking(), [], { [dl("msg")]: "Nothing <b>today</b>" });
      expect(page.status).to.equal(200);
      expect(page.html).to.include("Nothing was added").and.include("Nothing &lt;b&gt;today&lt;/b&gt;");
    });

    const bad: [string, readonly object[], string][] = [
      ["a kind of item that it does not take", [{ type: "html", html: "<p>" }], ""],
      ["an item that leads to another site", [{ type: "ltiResourceLink", url: "http://127.0.0.1:1/" }], ""],
      ["one item too many", [{ type: "ltiResourceLink" }, { type: "ltiResourceLink" }], "&multiple=off"],
    ];
    for (const [what, items, switches] of bad) {
      it(`refuses ${what}, and adds nothing`, async () => {
        const before = (await course()).html;
        const page = await answer(await picking(switches), items);
        expect(page.status).to.equal(400);
        expect(page.html).to.include("sandbox_items_refused");
        expect((await course()).html).to.equal(before);
      });
    }

    const untrusted: [string, (now: number) => Claims][] = [
      ["another client", () => ({ iss: "somebody" })],
      ["a moment to come", (now) => ({ iat: now + 1 })],
      ["long ago", (now) => ({ exp: now })],
      ["another kind", () => ({ [lti("message_type")]: "LtiResourceLinkRequest" })],
    ];
    for (const [what, changes] of untrusted) {
      it(`refuses an answer of ${what}`, async () => {
        const now = Math.floor(tested.clock.now() / 1000);
        const page = await answer(await picking(), [item()], changes(now));
        expect([page.status, /sandbox_\w+/.exec(page.html)?.[0]]).to.deep.equal([
          400,
          "sandbox_pick_answer_refused",
        ]);
      });
    }

    const lenient: [string, Claims][] = [
      ["another audience", { aud: "somebody" }],
      ["another deployment", { [lti("deployment_id")]: "77" }],
      ["no nonce", { nonce: undefined }],
      ["no end", { exp: undefined }],
    ];
    for (const [what, changes] of lenient) {
      it(`${flavour === "moodle" ? "does not look at" : "refuses"} an answer with ${what}`, async () => {
        const page = await answer(await picking(), [item()], changes);
        expect(page.status).to.equal(flavour === "moodle" ? 200 : 400);
      });
    }

    it("refuses what is not signed by the tool, and an answer to no question", async () => {
      const { deep_link_return_url: url } = settingsIn(await picking());
      expect((await post(url, "no-jwt")).status).to.equal(400);
      expect((await post(url.replace(/pick=.*/, "pick=invented"), "no-jwt")).status).to.equal(404);
    });

    it("tells of the roster as the LMS does", async () => {
      expect(nrps in (await picking())).to.equal(flavour === "canvas");
      await answer(await picking(), [item()]);
      expect(await picking()).to.have.property(nrps);
    });
  });
}

describe("deep linking in Canvas's flavour alone", () => {
  it("wants its data back", async () => {
    const tested = await aSandbox();
    const clientId = await addTool(tested, "canvas");
    const { claims } = await launch(tested, `/course/pick?as=instructor&course=canvas-1&tool=${clientId}`);
    const now = Math.floor(tested.clock.now() / 1000);
    const answered = async (data: string | undefined): Promise<number> => {
      const jwt = await tested.sign({
        ...{ iss: clientId, aud: claims.iss, iat: now, exp: now + 60, nonce: "n-2" },
        [lti("message_type")]: "LtiDeepLinkingResponse",
        [lti("version")]: "1.3.0",
        [lti("deployment_id")]: claims[lti("deployment_id")],
        [dl("data")]: data,
      });
      const body = new URLSearchParams({ JWT: jwt });
      return (await fetch(settingsIn(claims).deep_link_return_url, { method: "POST", body })).status;
    };
    const statuses = [
      await answered(undefined),
      await answered("other"),
      await answered(settingsIn(claims).data),
    ];
    await tested.stop();
    expect(statuses).to.deep.equal([400, 400, 200]);
  });
});
