import { request } from "node:http";
import { expect } from "chai";
import fc from "fast-check";
import { names } from "./a-platform.js";
import { aTool, cookieOf, loginForm, type LtiTool } from "./a-tool.js";

function without(form: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(form).filter(([one]) => one !== name));
}

describe("a login", () => {
  let tool: LtiTool;
  beforeEach(async () => {
    tool = await aTool();
  });
  afterEach(() => tool.stop());

  it("gives the browser a partitioned cookie and asks it to come again with the same form", async () => {
    const answer = await tool.send("POST", "/lti/login", { form: loginForm(tool) });
    expect(answer.status).to.equal(307);
    expect(answer.headers.get("location")).to.equal("/lti/login?again=1");
    const cookie = answer.headers.get("set-cookie") ?? "";
    expect(cookie).to.match(/^__Host-/);
    for (const attribute of ["Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"])
      expect(cookie).to.include(attribute);
  });

  it("keeps its query when it came as GET", async () => {
    const query = new URLSearchParams(loginForm(tool)).toString();
    const first = await tool.send("GET", `/lti/login?${query}`);
    expect(first.status).to.equal(307);
    expect(first.headers.get("location")).to.equal(`/lti/login?${query}&again=1`);
    const again = first.headers.get("location") ?? "";
    const second = await tool.send("GET", again, { cookie: cookieOf(first) });
    expect(second.status).to.equal(303);
    expect(second.headers.get("location")).to.include("/auth?");
  });

  it("asks the platform for an id_token, with its own hints as they were", async () => {
    const { asked, state, nonce } = await tool.login();
    expect(`${asked.origin}${asked.pathname}`).to.equal(`${tool.platform.origin}/auth`);
    expect(Object.fromEntries(asked.searchParams)).to.deep.equal({
      region: "1",
      scope: "openid",
      response_type: "id_token",
      response_mode: "form_post",
      prompt: "none",
      client_id: "client-1",
      redirect_uri: `${tool.origin}/lti/launch`,
      login_hint: "user 1&+",
      lti_message_hint: '{"cmid":3,"launchid":"a b+c"}',
      state,
      nonce,
    });
    expect(state).to.match(/^[\w-]{43}$/);
    expect(nonce)
      .to.match(/^[\w-]{43}$/)
      .and.not.equal(state);
  });

  const refused: readonly (readonly [
    string,
    string,
    (form: Record<string, string>) => Record<string, string> | string,
  ])[] = [
    ["no issuer", "login_incomplete", (form) => without(form, "iss")],
    ["no login_hint", "login_incomplete", (form) => without(form, "login_hint")],
    ["no target", "login_incomplete", (form) => without(form, "target_link_uri")],
    ["an unknown issuer", "platform_unknown", (form) => ({ ...form, iss: "https://elsewhere.example" })],
    ["another client", "platform_unknown", (form) => ({ ...form, client_id: "client-2" })],
    [
      "a target elsewhere",
      "target_link_foreign",
      (form) => ({ ...form, target_link_uri: "https://evil.example/lti/launch" }),
    ],
    [
      "a target that is no URL",
      "target_link_foreign",
      (form) => ({ ...form, target_link_uri: "/lti/launch" }),
    ],
    [
      "a target that begins like ours",
      "target_link_foreign",
      (form) => ({ ...form, target_link_uri: form.target_link_uri!.replace("/lti", ".evil.example/lti") }),
    ],
    ["an operator as issuer", "login_incomplete", (form) => ({ ...without(form, "iss"), "iss[$ne]": "" })],
    [
      "two issuers",
      "request_malformed",
      (form) => `${new URLSearchParams(form).toString()}&iss=https%3A%2F%2Felsewhere.example`,
    ],
    ["a hint of 20 kb", "request_malformed", (form) => ({ ...form, lti_message_hint: "h".repeat(20_000) })],
  ];
  for (const [what, code, change] of refused) {
    it(`with ${what} is refused as ${code}`, async () => {
      const answer = await tool.send("POST", "/lti/login", { form: change(loginForm(tool)) });
      expect(answer.code).to.equal(code);
      expect(answer.headers.get("set-cookie")).to.equal(null);
    });
  }

  it("of an issuer with two clients must name the client", async () => {
    await tool.lti.registerPlatform(tool.registration({ clientId: "client-2" }));
    const form = without(loginForm(tool), "client_id");
    expect((await tool.send("POST", "/lti/login", { form })).code).to.equal("platform_ambiguous");
    expect((await tool.login()).asked.searchParams.get("client_id")).to.equal("client-1");
  });

  describe("of an issuer with several clients that names none", () => {
    const naming = async (deploymentId: string) => {
      const form = { ...without(loginForm(tool), "client_id"), lti_deployment_id: deploymentId };
      const cookie = cookieOf(await tool.send("POST", "/lti/login", { form: loginForm(tool) }));
      const answer = await tool.send("POST", "/lti/login?again=1", { form, cookie });
      const asked = answer.headers.get("location");
      return asked === null ? answer.code : new URL(asked).searchParams.get("client_id");
    };
    beforeEach(async () => {
      for (const [clientId, ...deployments] of [
        ["client-2", "deployment-2", "shared"],
        ["client-3", "deployment-3", "shared"],
      ] as const)
        await tool.lti.registerPlatform(tool.registration({ clientId, deployments }));
    });

    it("is told by the deployment, where that is approved at one of them", async () => {
      expect(await naming("deployment-2")).to.equal("client-2");
      expect(await naming("deployment-3")).to.equal("client-3");
      expect(await naming("deployment-1")).to.equal("client-1");
    });

    it("stays ambiguous by a deployment that is unknown, approved at two, or not approved", async () => {
      expect(await naming("deployment-9")).to.equal("platform_ambiguous");
      expect(await naming("shared")).to.equal("platform_ambiguous");
      await tool.storage.lti.refuseDeployment(tool.platformId, "deployment-1");
      expect(await naming("deployment-1")).to.equal("platform_ambiguous");
    });

    it("does not open one that is switched off", async () => {
      const off = { clientId: "client-4", status: "inactive", deployments: ["deployment-4"] } as const;
      await tool.lti.registerPlatform(tool.registration(off));
      expect(await naming("deployment-4")).to.equal("platform_inactive");
    });
  });

  it("takes no notice of what Canvas says of its regions", async () => {
    const more = {
      canvas_region: "eu-west-1",
      canvas_environment: "prod",
      deployment_id: "9:88",
      x: "__proto__",
    };
    const { asked } = await tool.login(more);
    for (const name of Object.keys(more)) expect(asked.searchParams.has(name)).to.equal(false);
  });

  it("of a platform that is switched off is refused", async () => {
    await tool.lti.registerPlatform(tool.registration({ status: "inactive" }));
    const answer = await tool.send("POST", "/lti/login", { form: loginForm(tool) });
    expect(answer.code).to.equal("platform_inactive");
  });
});

describe("a browser that keeps no cookie", () => {
  let tool: LtiTool;
  beforeEach(async () => {
    tool = await aTool();
  });
  afterEach(() => tool.stop());

  it("is offered a new window, with a form that starts the same login and no script", async () => {
    const answer = await tool.send("POST", "/lti/login?again=1", { form: loginForm(tool), page: true });
    expect(answer.status).to.equal(200);
    expect(answer.text).to.include('method="post"').and.to.include('target="_blank"');
    expect(answer.text).to.include('action="/lti/login?window&#x3D;1"');
    expect(answer.text).to.include("&quot;launchid&quot;:&quot;a b+c&quot;");
    expect(answer.text).not.to.include("<script").and.not.to.include("⟦");
    for (const name of Object.keys(loginForm(tool))) expect(answer.text).to.include(`name="${name}"`);
  });

  it("has used nothing up at the platform and left no login behind", async () => {
    await tool.send("POST", "/lti/login?again=1", { form: loginForm(tool), page: true });
    expect(tool.platform.asked).to.deep.equal([]);
    expect(await tool.storage.lti.purgeLoginStates(Number.MAX_SAFE_INTEGER)).to.equal(0);
  });

  it("gets that page in a frame of its own platform only, which may lead it on", async () => {
    const answer = await tool.send("POST", "/lti/login?again=1", { form: loginForm(tool), page: true });
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).to.include(`frame-ancestors ${tool.platform.origin}`);
    expect(policy).to.match(new RegExp(`form-action 'self' ${tool.platform.origin}`));
  });

  it("goes on in the new window, where it keeps one", async () => {
    const form = loginForm(tool);
    const first = await tool.send("POST", "/lti/login?window=1", { form });
    expect(first.headers.get("location")).to.equal("/lti/login?window=1&again=1");
    const second = await tool.send("POST", "/lti/login?window=1&again=1", { form, cookie: cookieOf(first) });
    expect(second.headers.get("location")).to.include("/auth?");
  });

  it("is told so when it keeps none there either", async () => {
    const answer = await tool.send("POST", "/lti/login?window=1&again=1", { form: loginForm(tool) });
    expect(answer.code).to.equal("browser_keeps_no_cookie");
  });
});

describe("whatever is sent to the room's addresses", () => {
  let tool: LtiTool;
  before(async () => {
    tool = await aTool();
  });
  after(() => tool.stop());

  it("does no harm: a malformed state on any path", async () => {
    for (const path of [
      "/",
      "/lti",
      "/lti/login",
      "/lti/launch",
      "/lti/jwks",
      "/lti/anything",
      "/visits/x",
    ]) {
      for (const page of [true, false]) {
        const answer = await tool.send("POST", path, { form: "state=a b", page });
        expect(answer.status, path).to.be.within(400, 499);
      }
    }
    expect((await tool.send("GET", "/lti/jwks")).status).to.equal(200);
  });

  it("answers MoodleBot's GET of the launch address with a plain page", async () => {
    const answer = await tool.send("GET", "/lti/launch?id=7", { page: true });
    expect(answer.status).to.equal(200);
    expect(answer.text).to.include("Open this activity from your course page");
  });

  it("publishes its keys with kid, alg and use, and nothing private", async () => {
    const answer = await tool.send("GET", "/lti/jwks");
    const { keys } = JSON.parse(answer.text) as { keys: Record<string, unknown>[] };
    expect(keys).to.have.length(1);
    expect(keys[0]).to.include({ alg: "RS256", use: "sig" }).and.to.have.property("kid");
    expect(keys[0]).not.to.have.any.keys("d", "p", "q");
  });

  it("takes forms of 64 kb at most", async () => {
    const answer = await tool.send("POST", "/lti/launch", { form: `id_token=${"a".repeat(66_000)}` });
    expect(answer.status).to.equal(413);
  });

  it("reads no JSON, and no form in parts", async () => {
    const status = await new Promise<number | undefined>((done) => {
      const headers = { "content-type": "application/json" };
      const sent = request(`${tool.origin}/lti/launch`, { method: "POST", headers }, (res) => {
        res.resume();
        done(res.statusCode);
      });
      sent.end('{"state":{"$ne":""},"id_token":{"$ne":""}}');
    });
    expect(status).to.equal(400);
  });

  it("never fails on our side, whatever the form", async () => {
    const name = fc.oneof(
      fc.constantFrom(
        "state",
        "id_token",
        "error",
        "iss",
        "login_hint",
        "target_link_uri",
        "client_id",
        "__proto__",
      ),
      fc.string({ unit: "grapheme" }),
    );
    const { iss = "", target_link_uri: target = "" } = loginForm(tool);
    const value = fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.constantFrom(
        iss,
        target,
        "client-1",
        "x".repeat(43),
        "a.b.c",
        "eyJhbGciOiJSUzI1NiJ9.e30.",
        "%00",
        "%E0%A4%A",
      ),
    );
    const form = fc.array(fc.tuple(name, value), { maxLength: 8 });
    const path = fc.constantFrom("/lti/login", "/lti/login?again=1", "/lti/launch");
    const raw = fc.boolean();
    await fc.assert(
      fc.asyncProperty(path, form, raw, async (to, pairs, unencoded) => {
        const body = unencoded
          ? pairs.map(([key, text]) => `${key}=${text}`).join("&")
          : new URLSearchParams(pairs).toString();
        const answer = await tool.send("POST", to, { form: body });
        expect(answer.status).to.be.below(500);
      }),
      { numRuns: 150 },
    );
  });

  it("never fails on our side, whatever the claims", async () => {
    const claim = fc.constantFrom(
      ...Object.values(names).filter((name) => typeof name === "string"),
      "sub",
      "aud",
      "azp",
      "exp",
      "iat",
      "nonce",
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(claim, fc.jsonValue(), { maxKeys: 4 }), async (change) => {
        const login = await tool.login();
        const token = await tool.platform.sign({ ...tool.claims(login), ...change });
        expect((await tool.launch(login, token)).status).to.be.below(500);
      }),
      { numRuns: 60 },
    );
  });
});
