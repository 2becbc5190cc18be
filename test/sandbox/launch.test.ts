import { expect } from "chai";
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify, type JWTPayload } from "jose";
import { HttpBrowser } from "../kit/http-browser.js";
import { aSandbox, addItem, authenticate, beginLaunch, formOf, type SandboxUnderTest } from "./a-sandbox.js";

const claim = (name: string): string => `https://purl.imsglobal.org/spec/lti/claim/${name}`;
const endpointClaim = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint";

describe("a launch from the sandbox's course page", () => {
  let tested: SandboxUnderTest;
  before(async () => {
    tested = await aSandbox();
  });
  after(() => tested.stop());

  const launched = async (as: string, target = ""): Promise<JWTPayload> => {
    const { request } = await beginLaunch(tested, as, target);
    const { id_token } = formOf(await authenticate(tested.origin, request));
    const keys = createRemoteJWKSet(new URL(tested.sandbox.registration.jwksUrl));
    const currentDate = new Date(tested.clock.now());
    return (await jwtVerify(id_token ?? "", keys, { currentDate, algorithms: ["RS256"] })).payload;
  };
  const userWith = (key: string) => tested.sandbox.gradebook().users.find((user) => user.key === key);

  it("begins at the tool's login with the parameters of a third-party initiated login", async () => {
    const { login } = await beginLaunch(tested);
    expect(login.get("iss")).to.equal(tested.origin);
    expect(login.get("target_link_uri")).to.equal(tested.launchUrl);
    expect(login.get("client_id")).to.equal(tested.sandbox.registration.clientId);
    expect(login.get("lti_deployment_id")).to.equal(tested.sandbox.registration.deploymentId);
    expect(JSON.parse(login.get("lti_message_hint") ?? "")).to.have.keys("cmid", "launchid");
  });

  it("begins by a form post when asked to, as Moodle does, with a button for browsers without JavaScript", async () => {
    const page = await new HttpBrowser().get(`${tested.origin}/course/launch?as=trainee-one&login=post`);
    expect(page.forms[0]?.action).to.match(/^http:\/\/localhost:\d+\/lti\/login$/);
    expect(page.forms[0]?.method).to.equal("POST");
    expect(formOf(page)).to.include.keys("iss", "login_hint", "lti_message_hint", "target_link_uri");
    expect(page.forms[0]?.html).to.match(/<button type="submit">[^<]+<\/button>/);
  });

  it("posts an id_token and the untouched state to the tool's launch address", async () => {
    const { request } = await beginLaunch(tested);
    const page = await authenticate(tested.origin, { ...request, state: 'a "b" <c>&d=é' });
    expect(page.status).to.equal(200);
    expect(page.forms[0]?.action).to.equal(tested.launchUrl);
    expect(formOf(page).state).to.equal('a "b" <c>&d=é');
    expect(page.forms[0]?.html).to.match(/<button type="submit">/);
  });

  it("lets only the sandbox's own page frame it, and its form post to the tool", async () => {
    const { request } = await beginLaunch(tested);
    const policy = (await authenticate(tested.origin, request)).headers.get("content-security-policy");
    expect(policy).to.include(`frame-ancestors ${tested.origin}`);
    expect(policy).to.include(`form-action 'self' ${new URL(tested.launchUrl).origin}`);
    expect(policy).not.to.include("unsafe-inline");
  });

  it("takes the authentication request by POST too", async () => {
    const { request } = await beginLaunch(tested);
    const response = await fetch(`${tested.origin}/auth`, {
      method: "POST",
      body: new URLSearchParams(request),
    });
    expect(await response.text()).to.include('name="id_token"');
  });

  it("says who launches what, where, for sixty seconds", async () => {
    const payload = await launched("trainee-one");
    const user = userWith("trainee-one");
    expect(payload).to.include({
      iss: tested.origin,
      aud: tested.sandbox.registration.clientId,
      sub: user?.id,
      nonce: "n-1",
      given_name: user?.givenName,
      email: user?.mail,
      [claim("version")]: "1.3.0",
      [claim("message_type")]: "LtiResourceLinkRequest",
      [claim("deployment_id")]: "1",
      [claim("target_link_uri")]: tested.launchUrl,
    });
    expect(payload.exp! - payload.iat!).to.equal(60);
    expect(payload).not.to.have.property("azp");
    expect(payload[claim("custom")]).to.deep.equal({ module: "M01" });
    expect(payload[claim("context")]).to.deep.include({ type: ["CourseSection"] });
    expect(payload[claim("resource_link")]).to.include({ id: "rl-m01" });
  });

  it("says where it is shown and where the way back is", async () => {
    const framed = await launched("trainee-two");
    expect(framed[claim("launch_presentation")]).to.deep.equal({
      locale: "en",
      document_target: "iframe",
      return_url: `${tested.origin}/course?as=trainee-two`,
    });
    const windowed = await launched("trainee-two", "&target=window");
    expect(windowed[claim("launch_presentation")]).to.include({ document_target: "window" });
  });

  for (const [as, role] of [
    ["trainee-one", "membership#Learner"],
    ["trainee-two", "membership#Learner"],
    ["instructor", "membership#Instructor"],
    ["administrator", "institution/person#Administrator"],
  ] as const) {
    it(`gives the ${as} the role ${role}`, async () => {
      const payload = await launched(as);
      expect(payload[claim("roles")]).to.include(`http://purl.imsglobal.org/vocab/lis/v2/${role}`);
      expect(payload.sub).to.equal(userWith(as)?.id);
    });
  }

  it("names the line item only when the link has exactly one, as Moodle does", async () => {
    expect((await launched("trainee-one"))[endpointClaim]).not.to.have.property("lineitem");
    const only = await addItem(tested);
    expect((await launched("trainee-one"))[endpointClaim]).to.include({ lineitem: only });
    await addItem(tested);
    const endpoint = (await launched("trainee-one"))[endpointClaim];
    expect(endpoint).not.to.have.property("lineitem");
    expect(endpoint).to.include({ lineitems: `${tested.origin}/ags/lineitems?type_id=1` });
  });

  it("publishes its keys with kid, alg and use, and signs with one of them", async () => {
    const { keys } = (await (await fetch(`${tested.origin}/jwks`)).json()) as { keys: { kid: string }[] };
    expect(keys[0]).to.include({ alg: "RS256", use: "sig", kty: "RSA" });
    expect(keys[0]).not.to.have.any.keys("d", "p", "q");
    const { request } = await beginLaunch(tested);
    const { id_token } = formOf(await authenticate(tested.origin, request));
    expect(decodeProtectedHeader(id_token ?? "")).to.include({ alg: "RS256", kid: keys[0]?.kid });
  });

  it("lets a test spoil the claims before they are signed", async () => {
    const spoilt = await aSandbox({ alterIdToken: (claims) => ({ ...claims, nonce: undefined }) });
    const { request } = await beginLaunch(spoilt);
    const { id_token = "" } = formOf(await authenticate(spoilt.origin, request));
    await spoilt.stop();
    const payload = JSON.parse(
      Buffer.from(id_token.split(".")[1] ?? "", "base64url").toString(),
    ) as JWTPayload;
    expect(payload.sub).to.be.a("string");
    expect(payload).not.to.have.property("nonce");
  });
});

describe("the sandbox's authorisation endpoint", () => {
  let tested: SandboxUnderTest;
  before(async () => {
    tested = await aSandbox();
  });
  after(() => tested.stop());

  const without = (request: Record<string, string>, name: string) =>
    Object.fromEntries(Object.entries(request).filter(([key]) => key !== name));

  const silently: [string, Record<string, string | undefined>, string][] = [
    ["a missing scope", { scope: undefined }, "sandbox_scope_refused"],
    ["a scope with more than openid", { scope: "openid profile" }, "sandbox_scope_refused"],
    ["a missing nonce", { nonce: undefined }, "sandbox_nonce_missing"],
    ["an empty nonce", { nonce: "" }, "sandbox_nonce_missing"],
    ["a missing hint", { lti_message_hint: undefined }, "sandbox_hint_unknown"],
    ["a hint that is no JSON", { lti_message_hint: "ltilaunch" }, "sandbox_hint_unknown"],
    ["an invented hint", { lti_message_hint: '{"launchid":"x"}' }, "sandbox_hint_unknown"],
    ["a hint that is JSON null", { lti_message_hint: "null" }, "sandbox_hint_unknown"],
    ["another redirect_uri", { redirect_uri: "http://localhost/elsewhere" }, "sandbox_redirect_refused"],
  ];
  for (const [what, changes, code] of silently) {
    it(`answers ${what} with its own page, 404, and tells the tool nothing`, async () => {
      const { request } = await beginLaunch(tested);
      let changed: Record<string, string> = { ...request };
      for (const [name, value] of Object.entries(changes)) {
        changed = value === undefined ? without(changed, name) : { ...changed, [name]: value };
      }
      const page = await authenticate(tested.origin, changed);
      expect(page.status).to.equal(404);
      expect(page.headers.get("content-type")).to.include("text/html");
      expect(page.html).to.include(code);
      expect(page.forms).to.have.length(0);
    });
  }

  it("refuses a redirect_uri that differs by a slash", async () => {
    const { request } = await beginLaunch(tested);
    const page = await authenticate(tested.origin, { ...request, redirect_uri: `${tested.launchUrl}/` });
    expect(page.html).to.include("sandbox_redirect_refused");
  });

  it("takes a hint once: a replay is a 404", async () => {
    const { request } = await beginLaunch(tested);
    expect((await authenticate(tested.origin, request)).status).to.equal(200);
    const again = await authenticate(tested.origin, request);
    expect(again.status).to.equal(404);
    expect(again.html).to.include("sandbox_hint_unknown");
  });

  it("takes no hint that is older than ten minutes", async () => {
    const { request } = await beginLaunch(tested);
    tested.clock.advance(600_000);
    expect((await authenticate(tested.origin, request)).html).to.include("sandbox_hint_unknown");
  });

  it("refuses a parameter that is sent twice", async () => {
    const { request } = await beginLaunch(tested);
    const query = `${new URLSearchParams(request).toString()}&nonce=n-2`;
    const page = await new HttpBrowser().get(`${tested.origin}/auth?${query}`);
    expect(page.html).to.include("sandbox_nonce_missing");
  });

  const posted: [string, Record<string, string>, string][] = [
    ["another response_type", { response_type: "code" }, "unsupported_response_type"],
    ["another response_mode", { response_mode: "query" }, "invalid_request"],
    ["another client_id", { client_id: "somebody" }, "unauthorized_client"],
    ["another login_hint", { login_hint: "0" }, "access_denied"],
    ["another prompt", { prompt: "login" }, "invalid_request"],
  ];
  for (const [what, changes, error] of posted) {
    it(`posts ${error} to the tool for ${what}, with its state and no id_token`, async () => {
      const { request } = await beginLaunch(tested);
      const page = await authenticate(tested.origin, { ...request, ...changes });
      expect(page.forms[0]?.action).to.equal(tested.launchUrl);
      expect(formOf(page)).to.deep.equal({ error, state: "s-1" });
    });
  }

  it("posts invalid_request when response_mode is missing", async () => {
    const { request } = await beginLaunch(tested);
    const page = await authenticate(tested.origin, without(request, "response_mode"));
    expect(formOf(page).error).to.equal("invalid_request");
  });

  it("does without a prompt", async () => {
    const { request } = await beginLaunch(tested);
    expect(formOf(await authenticate(tested.origin, without(request, "prompt")))).to.have.property(
      "id_token",
    );
  });

  it("does not launch one user with another's login_hint", async () => {
    const other = await beginLaunch(tested, "instructor");
    const { request } = await beginLaunch(tested, "trainee-one");
    const page = await authenticate(tested.origin, {
      ...request,
      login_hint: other.login.get("login_hint") ?? "",
    });
    expect(formOf(page).error).to.equal("access_denied");
  });
});
