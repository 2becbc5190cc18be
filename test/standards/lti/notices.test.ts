import { expect } from "chai";
import { aKey, names } from "./a-platform.js";
import { aTool, type Answered, type LtiTool } from "./a-tool.js";

const claim = "https://purl.imsglobal.org/spec/lti/claim";
const scope = "https://purl.imsglobal.org/spec/lti/scope/noticehandlers";

describe("a course copy", () => {
  let tool: LtiTool;
  beforeEach(async () => {
    tool = await aTool();
    tool.platform.toolKeys = await tool.keyRing.jwks();
    tool.platform.grantedScopes = [...names.scopes, scope];
    tool.platform.instead.set("/notice-handlers", (_req, res, body) => void res.writeHead(200).end(body));
  });
  afterEach(() => tool.stop());

  let nonces = 0;
  const notice = (changed: Record<string, unknown> = {}): Record<string, unknown> => {
    const now = Math.floor(tool.clock.now() / 1000);
    return {
      ...{ iss: tool.platform.origin, aud: "client-1", azp: "client-1", iat: now, exp: now + 3600 },
      nonce: `nonce-${String((nonces += 1))}`,
      [names.version]: "1.3.0",
      [names.deploymentId]: "deployment-1",
      [`${claim}/notice`]: { id: "n", timestamp: "2026-03-01T09:00:00Z", type: "LtiContextCopyNotice" },
      [names.context]: { id: "course-2", title: "Copy" },
      [`${claim}/origin_contexts`]: ["course-1"],
      ...changed,
    };
  };
  const post = (body: unknown): Promise<Answered> =>
    tool.send("POST", "/lti/notices", { form: typeof body === "string" ? body : JSON.stringify(body) });
  const send = async (...claims: Record<string, unknown>[]): Promise<Answered> => {
    const tokens = await Promise.all(claims.map((one) => tool.platform.sign(one)));
    return post({ notices: tokens.map((jwt) => ({ jwt })) });
  };
  const course = (id = "course-2") => tool.storage.lti.course(tool.platformId, id);

  describe("that the platform tells of", () => {
    it("is remembered with the new course, once the course is launched too", async () => {
      expect((await send(notice())).status).to.equal(204);
      expect(await course()).to.deep.include({ title: "Copy", copiedFrom: ["course-1"] });
      const login = await tool.login();
      const context = { id: "course-2", title: "Spring" };
      const claims = tool.claims(login, {
        [names.context]: context,
        [names.resourceLink]: { id: "copied-link" },
      });
      expect((await tool.launch(login, await tool.platform.sign(claims))).status).to.equal(303);
      expect(await course()).to.deep.include({ title: "Spring", copiedFrom: ["course-1"] });
    });
    it("is remembered with what its source was copied from", async () => {
      await send(notice());
      const third = { [names.context]: { id: "course-3" }, [`${claim}/origin_contexts`]: ["course-2"] };
      await send(notice(third));
      await send(notice({ ...third, [`${claim}/origin_contexts`]: ["course-9", "course-3"] }));
      expect((await course("course-3"))?.copiedFrom).to.deep.equal(["course-9", "course-2", "course-1"]);
    });
    it("counts once", async () => {
      const one = notice();
      await send(one);
      expect(await send(one)).to.include({ status: 403, code: "notice_repeated" });
    });
    it("and a notice of another type are told apart", async () => {
      expect((await send(notice({ [`${claim}/notice`]: { type: "LtiHelloWorldNotice" } }))).status).to.equal(
        204,
      );
      expect(await course()).to.equal(undefined);
    });
    it("is taken in though another notice beside it is refused", async () => {
      const answer = await send(notice({ iss: "https://evil.example" }), notice());
      expect(answer).to.include({ status: 403, code: "platform_unknown" });
      expect(await course()).to.deep.include({ copiedFrom: ["course-1"] });
    });
  });

  for (const [what, code, changed] of [
    ["of an unknown issuer", "platform_unknown", { iss: "https://evil.example" }],
    ["for another client", "platform_unknown", { aud: "client-2" }],
    ["for others too, without a party", "azp_missing", { aud: ["client-1", "x"], azp: undefined }],
    ["of another party", "azp_mismatch", { azp: "x" }],
    ["that has run out", "id_token_expired", { exp: 1_600_000_000 }],
    ["without an end", "exp_missing", { exp: undefined }],
    ["of the future", "id_token_from_future", { iat: 1_900_000_000, exp: 1_900_000_900 }],
    ["without a nonce", "nonce_missing", { nonce: undefined }],
    ["of another version", "lti_version_unsupported", { [names.version]: "1.1" }],
    ["of another deployment", "deployment_not_approved", { [names.deploymentId]: "deployment-9" }],
    ["without a course", "request_malformed", { [names.context]: undefined }],
    ["with sources of another type", "request_malformed", { [`${claim}/origin_contexts`]: [{ $gt: "" }] }],
  ] as const) {
    it(`${what} is refused`, async () => {
      expect((await send(notice(changed))).code).to.equal(code);
      expect(await course()).to.equal(undefined);
    });
  }
  it("by a key that is not the platform's is refused, and so is one by none", async () => {
    const stranger = await aKey("platform-key-1", 1);
    const forged = await tool.platform.sign(notice(), { key: stranger });
    expect((await post({ notices: [{ jwt: forged }] })).code).to.equal("signature_invalid");
    const [, payload = ""] = forged.split(".");
    const none = Buffer.from('{"alg":"none","kid":"platform-key-1"}').toString("base64url");
    expect((await post({ notices: [{ jwt: `${none}.${payload}.` }] })).code).to.equal("algorithm_refused");
    expect(await course()).to.equal(undefined);
  });
  it("of a platform that was switched off is refused", async () => {
    await tool.lti.registerPlatform(tool.registration({ status: "inactive" }));
    expect((await send(notice())).code).to.equal("platform_inactive");
  });
  it("in no shape of ours is refused, without a fault of the server", async () => {
    for (const body of [
      "",
      "{",
      "[]",
      "null",
      { notices: {} },
      { notices: [] },
      { notices: [1] },
      { notices: [{ jwt: 1 }] },
    ])
      expect((await post(body)).status, JSON.stringify(body)).to.equal(400);
    const many = Array.from({ length: 51 }, () => ({ jwt: "a.b.c" }));
    expect((await post({ notices: many })).code).to.equal("request_malformed");
    expect((await post("x".repeat(600 * 1024))).status).to.equal(413);
  });

  describe("is asked for", () => {
    const service = () => ({
      service_versions: ["1.0"],
      platform_notification_service_url: `${tool.platform.origin}/notice-handlers`,
      scope: [scope],
      notice_types_supported: ["LtiHelloWorldNotice", "LtiContextCopyNotice"],
    });
    const launch = async (offered: Record<string, unknown>, deployment = "deployment-1"): Promise<void> => {
      const login = await tool.login();
      const claims = tool.claims(login, {
        [`${claim}/platformnotificationservice`]: offered,
        [names.deploymentId]: deployment,
      });
      expect((await tool.launch(login, await tool.platform.sign(claims))).status).to.equal(303);
    };
    const asked = () => tool.platform.asked.filter(({ path }) => path === "/notice-handlers");
    const settled = async (count: number): Promise<void> => {
      for (let tries = 0; tries < 40 && asked().length < count; tries += 1)
        await new Promise((done) => setTimeout(done, 25));
      await new Promise((done) => setTimeout(done, 50));
      expect(asked()).to.have.length(count);
    };

    it("at a launch that offers it, once a day a deployment", async () => {
      await launch(service());
      await settled(1);
      const [{ method, body, headers }] = asked() as [ReturnType<typeof asked>[number]];
      expect({ method, type: headers["content-type"] }).to.deep.equal({
        method: "PUT",
        type: "application/json",
      });
      expect(JSON.parse(body)).to.deep.equal({
        notice_type: "LtiContextCopyNotice",
        handler: `${tool.origin}/lti/notices`,
      });
      await launch(service());
      await settled(1);
      await tool.lti.approveDeployment(tool.platformId, "deployment-2");
      await launch(service(), "deployment-2");
      await settled(2);
      tool.clock.advance(86_400_000);
      await launch(service());
      await settled(3);
    });
    it("never where it is not offered, nor at another host", async () => {
      await launch({ ...service(), notice_types_supported: ["LtiHelloWorldNotice"] });
      await launch({ ...service(), scope: [] });
      await launch({ ...service(), platform_notification_service_url: "https://evil.example/handlers" });
      await settled(0);
    });
    it("without the launch waiting for it, and a refusal is told to the owner", async () => {
      tool.platform.delays.set("/notice-handlers", 300);
      tool.platform.instead.set("/notice-handlers", (_req, res) => void res.writeHead(403).end());
      await launch(service());
      const faults = async () => (await tool.storage.lti.connection(tool.platformId))?.faults ?? [];
      expect(await faults()).to.deep.equal([]);
      await new Promise((done) => setTimeout(done, 700));
      expect((await faults())[0]).to.include({ code: "service_refused", detail: "notices" });
    });
  });
});
