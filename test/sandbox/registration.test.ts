import { expect } from "chai";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { unescapeHtml } from "../kit/http-browser.js";
import { aSandbox, type SandboxUnderTest } from "./a-sandbox.js";
import {
  addTool,
  bearerOf,
  deploymentsOf,
  launch,
  open,
  openRegistration,
  postRegistration,
  registrationOf,
  scopes,
  send,
  toolConfiguration,
} from "./an-added-tool.js";

interface Answer {
  readonly client_id: string;
  readonly scope: string;
  readonly registration_client_uri: string;
  readonly [toolConfiguration]: Record<string, unknown>;
}

describe("dynamic registration as Moodle does it", () => {
  let tested: SandboxUnderTest;
  before(async () => {
    tested = await aSandbox();
  });
  after(() => tested.stop());

  const register = async (body: object): Promise<Response> =>
    postRegistration(tested, "moodle", (await openRegistration(tested, "moodle")).token, body);

  it("opens the tool's link in a frame, with a signed token that names the client to come, for an hour", async () => {
    const { src, token, page, configurationUrl } = await openRegistration(tested, "moodle");
    expect(src.searchParams.get("a")).to.equal("b");
    expect(configurationUrl).to.equal(`${tested.origin}/openid-configuration`);
    const keys = createRemoteJWKSet(new URL(`${tested.origin}/jwks`));
    const { payload } = await jwtVerify(token, keys, { currentDate: new Date(tested.clock.now()) });
    expect(payload.exp! - payload.iat!).to.equal(3600);
    expect(payload.sub).to.match(/^client-[0-9a-f]{16}$/);
    const policy = page.headers.get("content-security-policy");
    expect(policy).to.include(`frame-src 'self' ${tested.toolOrigin}`);
  });

  it("tells its configuration to anybody", async () => {
    const response = await fetch(`${tested.origin}/openid-configuration`);
    const configuration = (await response.json()) as Record<string, unknown>;
    expect(configuration).to.include({
      issuer: tested.origin,
      registration_endpoint: `${tested.origin}/register`,
      authorization_endpoint: `${tested.origin}/auth`,
      token_endpoint: `${tested.origin}/token`,
      jwks_uri: `${tested.origin}/jwks`,
    });
    expect(configuration["https://purl.imsglobal.org/spec/lti-platform-configuration"]).to.include({
      product_family_code: "moodle",
    });
    expect(configuration["scopes_supported"]).to.include(scopes.members).and.not.include(scopes.notices);
  });

  it("registers a tool, which is pending until it is activated, and then launches nothing but what it may", async () => {
    const answer = (await (await register(registrationOf(tested))).json()) as Answer;
    expect(answer[toolConfiguration]["deployment_id"]).to.match(/^\d+$/);
    expect(answer).not.to.have.property("registration_client_uri");
    const pick = `/course/pick?as=instructor&tool=${answer.client_id}`;
    expect((await open(tested, pick)).status).to.equal(404);
    expect((await open(tested, "/admin?as=administrator")).html).to.include("Pending");
    const activated = await send(tested, `/admin/tools/${answer.client_id}/activate`, {});
    expect(activated.headers.get("location")).to.equal(`/admin/tools/${answer.client_id}?as=administrator`);
    const { login, claims } = await launch(tested, pick);
    expect(login.get("lti_deployment_id")).to.equal(answer[toolConfiguration]["deployment_id"]);
    expect(claims).to.include({ aud: answer.client_id }).and.to.have.property("email");
  });

  it("tells of more scopes than it gives: who asked for scores may not write line items", async () => {
    const { token } = await openRegistration(tested, "moodle");
    const response = await postRegistration(
      tested,
      "moodle",
      token,
      registrationOf(tested, { scope: scopes.score }),
    );
    const answer = (await response.json()) as Answer;
    expect(answer.scope.split(" ")).to.include(scopes.lineItem);
    expect(await bearerOf(tested, answer.client_id, "moodle", scopes.lineItem)).to.equal("Bearer undefined");
    expect(await bearerOf(tested, answer.client_id, "moodle", scopes.score)).to.match(/^Bearer [\w-]{43}$/);
  });

  it("sends names and mail only if the registration asked for the claims", async () => {
    const clientId = await addTool(tested, "moodle", registrationOf(tested, {}, { claims: ["iss", "sub"] }));
    const { claims } = await launch(tested, `/course/pick?as=instructor&tool=${clientId}`);
    expect(claims).not.to.have.any.keys("name", "given_name", "family_name", "email");
  });

  it("cuts custom values at = in its answer, and repeats only messages of deep linking", async () => {
    const body = registrationOf(tested, {}, { custom_parameters: { a: "b=c", myKey: "$Context.id" } });
    const { token } = await openRegistration(tested, "moodle");
    const answer = (await (await postRegistration(tested, "moodle", token, body)).json()) as Answer;
    expect(answer[toolConfiguration]["custom_parameters"]).to.include({ a: "b" });
    expect(answer[toolConfiguration]["messages"]).to.deep.equal([
      { type: "LtiDeepLinkingRequest", target_link_uri: tested.launchUrl },
    ]);
    await send(tested, `/admin/tools/${answer.client_id}/activate`, {});
    const { claims } = await launch(tested, `/course/pick?as=instructor&tool=${answer.client_id}`);
    expect(claims["https://purl.imsglobal.org/spec/lti/claim/custom"]).to.deep.equal({
      a: "b=c",
      myKey: "course-1",
      mykey: "course-1",
    });
  });

  it("takes a token once: 401, token_already_used, as plain text", async () => {
    const { token } = await openRegistration(tested, "moodle");
    expect((await postRegistration(tested, "moodle", token, registrationOf(tested))).status).to.equal(200);
    const again = await postRegistration(tested, "moodle", token, registrationOf(tested));
    expect(again.status).to.equal(401);
    expect(again.headers.get("content-type")).to.match(/^text\/plain/);
    expect(await again.text()).to.equal("token_already_used");
  });

  it("answers a missing token in plain text, and one that is spoilt, too old or Canvas's with a page, 404", async () => {
    const missing = await postRegistration(tested, "moodle", undefined, registrationOf(tested));
    expect([missing.status, await missing.text()]).to.deep.equal([401, "missing_registration_token"]);
    const { token } = await openRegistration(tested, "moodle");
    const canvas = await openRegistration(tested, "canvas");
    for (const bad of ["garbage", `${token.slice(0, -6)}AAAAAA`, canvas.token]) {
      expect((await postRegistration(tested, "moodle", bad, registrationOf(tested))).status).to.equal(404);
    }
    tested.clock.advance(3_600_000);
    expect((await postRegistration(tested, "moodle", token, registrationOf(tested))).status).to.equal(404);
  });

  const refused: [string, object, object, string][] = [
    ["no response types", { response_types: undefined }, {}, "missing required attribute response_types"],
    ["no login", { initiate_login_uri: "" }, {}, "missing required attribute initiate_login_uri"],
    ["no name", { client_name: undefined }, {}, "missing required attribute client_name"],
    ["no keys", { jwks_uri: undefined }, {}, "missing required attribute jwks_uri"],
    ["no domain", {}, { domain: undefined }, "missing required attribute domain"],
    ["another response type", { response_types: ["code"] }, {}, "invalid_response_types"],
    [
      "another way to authenticate",
      { token_endpoint_auth_method: "none" },
      {},
      "invalid_token_endpoint_auth_method",
    ],
    ["another application type", { application_type: "native" }, {}, "invalid_application_type"],
    ["a domain without its port", {}, { domain: "localhost" }, "domain_targetlinkuri_mismatch"],
    ["keys on another machine", { jwks_uri: "https://tool.example/jwks" }, {}, "address_not_on_this_machine"],
  ];
  for (const [what, changes, configuration, words] of refused) {
    it(`refuses ${what}: ${words}`, async () => {
      const response = await register(registrationOf(tested, changes, configuration));
      expect(response.status).to.equal(400);
      expect(response.headers.get("content-type")).to.match(/^text\/plain/);
      expect(await response.text()).to.equal(words);
    });
  }

  it("refuses redirect_uris that are no list, and a body that is no JSON object", async () => {
    const response = await register(registrationOf(tested, { redirect_uris: tested.launchUrl }));
    expect(await response.text()).to.equal("invalid_redirect_uris");
    expect((await register([])).status).to.equal(400);
  });
});

describe("dynamic registration as Canvas does it", () => {
  let tested: SandboxUnderTest;
  before(async () => {
    tested = await aSandbox();
  });
  after(() => tested.stop());

  it("tells its configuration for the token only: an issuer elsewhere, endpoints here", async () => {
    const { configurationUrl, token } = await openRegistration(tested, "canvas");
    expect(configurationUrl).to.equal(`${tested.origin}/canvas/openid-configuration`);
    expect((await fetch(configurationUrl)).status).to.equal(401);
    const response = await fetch(configurationUrl, { headers: { authorization: `Bearer ${token}` } });
    expect(await response.json()).to.include({
      issuer: "https://canvas.sandbox.invalid",
      registration_endpoint: `${tested.origin}/canvas/register`,
      authorization_endpoint: `${tested.origin}/canvas/auth`,
      jwks_uri: `${tested.origin}/canvas/jwks`,
    });
  });

  it("registers a tool, says where the registration can be seen and changed, and is off until it is enabled", async () => {
    const { token } = await openRegistration(tested, "canvas");
    const response = await postRegistration(tested, "canvas", token, registrationOf(tested));
    const answer = (await response.json()) as Answer;
    expect(answer.client_id).to.match(/^1000\d{10}$/);
    expect(answer).to.include({ client_name: "An added tool" }).and.not.have.property("deployment_id");
    const page = String(
      answer[toolConfiguration]["https://canvas.instructure.com/lti/registration_config_url"],
    );
    expect((await open(tested, page)).html)
      .to.include("Enable")
      .and.include("None before it is switched on");
    await send(tested, `/admin/tools/${answer.client_id}/activate`, {});
    expect(await deploymentsOf(tested, answer.client_id))
      .to.have.length(1)
      .and.satisfy(([id]: string[]) => /^\d+:[0-9a-f]{40}$/.test(id ?? ""));
  });

  it("lets the tool read and change its registration within the hour", async () => {
    const { token } = await openRegistration(tested, "canvas");
    const response = await postRegistration(tested, "canvas", token, registrationOf(tested));
    const { registration_client_uri: url, client_id: clientId } = (await response.json()) as Answer;
    const headers = { authorization: `Bearer ${token}` };
    const changed = await fetch(url, {
      method: "PUT",
      headers,
      body: JSON.stringify(registrationOf(tested, { client_name: "Renamed" })),
    });
    expect(await changed.json()).to.include({ client_name: "Renamed", client_id: clientId });
    expect(await (await fetch(url, { headers })).json()).to.include({ client_name: "Renamed" });
    expect((await fetch(url)).status).to.equal(401);
  });

  it("refuses with 422 and all faults as JSON", async () => {
    const { token } = await openRegistration(tested, "canvas");
    const body = registrationOf(
      tested,
      { grant_types: ["implicit"], scope: "", redirect_uris: "a" },
      { messages: undefined },
    );
    const response = await postRegistration(tested, "canvas", token, body);
    expect(response.status).to.equal(422);
    const { errors } = (await response.json()) as { errors: { field: string }[] };
    const fields = errors.map(({ field }) => field);
    expect(fields).to.include.members(["scope", "grant_types", "redirect_uris", "messages"]);
  });

  it("takes a token once, and none of Moodle's", async () => {
    const { token } = await openRegistration(tested, "canvas");
    const moodle = await openRegistration(tested, "moodle");
    const status = async (one: string): Promise<number> =>
      (await postRegistration(tested, "canvas", one, registrationOf(tested))).status;
    expect([await status(token), await status(token), await status(moodle.token)]).to.deep.equal([
      200, 401, 401,
    ]);
  });

  it("gives a token's scopes all or not at all", async () => {
    const clientId = await addTool(tested, "canvas", registrationOf(tested, { scope: scopes.score }));
    const asked = `${scopes.score} ${scopes.members}`;
    expect(await bearerOf(tested, clientId, "canvas", asked)).to.equal("Bearer undefined");
    expect(await bearerOf(tested, clientId, "canvas", scopes.score)).to.match(/^Bearer [\w-]{43}$/);
  });

  for (const [level, keys] of [
    ["anonymous", []],
    ["name_only", ["name"]],
    ["email_only", ["email"]],
    ["public", ["name", "email"]],
  ] as const) {
    it(`sends ${keys.join(" and ") || "neither name nor mail"} at the privacy level ${level}`, async () => {
      const name = "https://canvas.instructure.com/lti/privacy_level";
      const clientId = await addTool(tested, "canvas", registrationOf(tested, {}, { [name]: level }));
      const pick = `/course/pick?as=instructor&course=canvas-1&tool=${clientId}`;
      const { claims } = await launch(tested, pick);
      expect(["name", "email"].filter((key) => key in claims)).to.deep.equal(keys);
    });
  }
});

describe("the administrator's pages", () => {
  let tested: SandboxUnderTest;
  before(async () => {
    tested = await aSandbox();
  });
  after(() => tested.stop());

  const canvasJson = () => ({
    title: "From JSON",
    description: "A tool",
    oidc_initiation_url: `${tested.toolOrigin}/lti/login`,
    target_link_uri: tested.launchUrl,
    public_jwk_url: `${tested.toolOrigin}/lti/jwks`,
    scopes: [scopes.score],
    custom_fields: { course: "$Canvas.course.id" },
    extensions: [
      {
        platform: "canvas.instructure.com",
        privacy_level: "name_only",
        settings: { placements: [{ placement: "course_navigation", custom_fields: { at: "menu" } }] },
      },
    ],
  });
  const codeOf = async (response: Response): Promise<string> =>
    /\bsandbox_\w+/.exec(await response.text())?.[0] ?? "";

  it("are linked from the first one, and for the administrator only", async () => {
    expect(unescapeHtml((await open(tested, "/")).html)).to.include('href="/admin?as=administrator"');
    for (const as of ["instructor", "trainee-one"]) {
      const page = await open(tested, `/admin?as=${as}`);
      expect([page.status, /sandbox_user_may_not/.test(page.html)]).to.deep.equal([403, true]);
    }
  });

  it("add a tool by its addresses, active at once in Moodle's flavour, and say what the tool needs to know", async () => {
    const response = await send(tested, "/admin/tools", {
      flavour: "moodle",
      name: "By hand",
      login_url: `${tested.toolOrigin}/lti/login`,
      launch_url: tested.launchUrl,
      jwks_url: `${tested.toolOrigin}/lti/jwks`,
    });
    const { html } = await open(tested, response.headers.get("location") ?? "");
    for (const text of [tested.origin, "/auth", "/token", "/jwks", "Active"]) expect(html).to.include(text);
    const clientId = /<code>(client-\w+)</.exec(html)?.[1] ?? "";
    expect(await deploymentsOf(tested, clientId)).to.have.length(1);
    const { claims } = await launch(tested, `/course/pick?as=instructor&tool=${clientId}`);
    expect(claims).to.include({ aud: clientId }).and.not.have.property("name");
  });

  for (const way of ["pasted", "by its address"]) {
    it(`add a tool from its Canvas JSON, ${way}`, async () => {
      tested.answers.canvasJson = canvasJson();
      const response = await send(tested, "/admin/tools/canvas-json", {
        json: way === "pasted" ? JSON.stringify(canvasJson()) : "",
        url: way === "pasted" ? "" : `${tested.toolOrigin}/lti/canvas.json`,
      });
      const [, clientId = ""] = /tools\/(\d+)/.exec(response.headers.get("location") ?? "") ?? [];
      await send(tested, `/admin/tools/${clientId}/activate`, {});
      const [deployment = ""] = await deploymentsOf(tested, clientId);
      const { claims } = await launch(
        tested,
        `/course/launch?as=trainee-one&course=canvas-1&nav=${deployment}`,
      );
      expect(claims["https://purl.imsglobal.org/spec/lti/claim/custom"]).to.deep.equal({
        course: "canvas-1",
        at: "menu",
      });
      expect(claims).to.have.property("name");
      expect(claims).not.to.have.property("email");
    });
  }

  it("refuse a tool that lacks something, or is on another machine", async () => {
    const paste = (changes: object): Promise<Response> =>
      send(tested, "/admin/tools/canvas-json", { json: JSON.stringify({ ...canvasJson(), ...changes }) });
    expect(await codeOf(await paste({ title: undefined }))).to.equal("sandbox_tool_malformed");
    expect(await codeOf(await paste({ target_link_uri: "https://tool.example/" }))).to.equal(
      "sandbox_tool_elsewhere",
    );
    expect(await codeOf(await send(tested, "/admin/tools/canvas-json", { json: "{" }))).to.equal(
      "sandbox_tool_malformed",
    );
    const elsewhere = await send(tested, "/admin/tools/canvas-json", { url: "http://10.0.0.1/canvas.json" });
    expect(await codeOf(elsewhere)).to.equal("sandbox_tool_elsewhere");
    const link = await open(
      tested,
      "/admin/register?as=administrator&flavour=moodle&url=https://tool.example/",
    );
    expect(link.html).to.include("sandbox_tool_elsewhere");
    expect(await codeOf(await send(tested, "/admin/tools", { flavour: "moodle", name: "x" }))).to.equal(
      "sandbox_tool_malformed",
    );
  });

  it("take no form that another site sent", async () => {
    const headers = { "sec-fetch-site": "cross-site" };
    const response = await send(tested, "/admin/tools", { flavour: "moodle" }, headers);
    expect(await codeOf(response)).to.equal("sandbox_form_from_elsewhere");
  });

  it("take scopes away, and tokens that are out lose them at once", async () => {
    const clientId = await addTool(tested, "moodle");
    const [type = ""] = await deploymentsOf(tested, clientId);
    const authorization = await bearerOf(tested, clientId, "moodle", `${scopes.members} ${scopes.readOnly}`);
    const status = async (path: string): Promise<number> =>
      (await fetch(`${tested.origin}${path}?type_id=${type}`, { headers: { authorization } })).status;
    expect(await status("/nrps/course-1/memberships")).to.equal(200);
    await send(tested, `/admin/tools/${clientId}/scopes`, { scope: scopes.readOnly });
    expect(await status("/nrps/course-1/memberships")).to.equal(403);
    expect(await status("/ags/lineitems")).to.equal(200);
    expect(await bearerOf(tested, clientId, "moodle", scopes.members)).to.equal("Bearer undefined");
  });

  it("leave no key without words", async () => {
    const clientId = await addTool(tested, "canvas");
    const { page } = await openRegistration(tested, "moodle");
    const shown = ["/admin?as=administrator", `/admin/tools/${clientId}?as=administrator`];
    for (const { html } of [page, ...(await Promise.all(shown.map((path) => open(tested, path))))]) {
      expect(html).not.to.include("⟦");
      expect(html).not.to.match(/<script>|\son\w+=|style=/);
    }
  });
});
