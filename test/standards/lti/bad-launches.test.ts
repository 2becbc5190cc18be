import { expect } from "chai";
import { CompactSign, SignJWT } from "jose";
import { digest } from "../../../src/foundation/kernel/index.js";
import { aKey, names } from "./a-platform.js";
import { aTool, type Answered, type BegunLogin, type LtiTool } from "./a-tool.js";
import { deepLinking, resourceLink, review, sending, settings, type MessageKind } from "./message-kinds.js";

/** Changes to claims; `undefined` takes the claim away. */
type Claims = Record<string, unknown>;
type Post = (tool: LtiTool, login: BegunLogin) => Promise<Answered>;

const changed =
  (change: (claims: Claims, tool: LtiTool) => Claims): Post =>
  async (tool, login) => {
    const claims = tool.claims(login);
    return tool.launch(login, await tool.platform.sign({ ...claims, ...change(claims, tool) }));
  };
const claims = (change: Claims): Post => changed(() => change);
const header =
  (change: Record<string, unknown>): Post =>
  async (tool, login) =>
    tool.launch(login, await tool.platform.sign(tool.claims(login), { header: change }));
const posted =
  (more: Record<string, string>): Post =>
  async (tool, login) =>
    tool.launch(login, await tool.platform.sign(tool.claims(login)), more);

const unsigned: Post = async (tool, login) => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const token = `${part({ alg: "none", kid: tool.platform.key.kid })}.${part(tool.claims(login))}.`;
  return tool.launch(login, token);
};
const symmetric: Post = async (tool, login) => {
  // The classic confusion: the public key as an HMAC secret.
  const secret = new TextEncoder().encode(JSON.stringify(tool.platform.key.publicJwk));
  const token = new SignJWT(tool.claims(login)).setProtectedHeader({
    alg: "HS256",
    kid: tool.platform.key.kid,
  });
  return tool.launch(login, await token.sign(secret));
};
const notClaims: Post = async (tool, login) => {
  const text = new TextEncoder().encode('["an", "array"]');
  const { kid, privateKey } = tool.platform.key;
  const token = await new CompactSign(text).setProtectedHeader({ alg: "RS256", kid }).sign(privateKey);
  return tool.launch(login, token);
};
const tampered: Post = async (tool, login) => {
  const token = await tool.platform.sign(tool.claims(login));
  const [head = "", , signature = ""] = token.split(".");
  const other = Buffer.from(JSON.stringify(tool.claims(login, { sub: "user-2" }))).toString("base64url");
  return tool.launch(login, `${head}.${other}.${signature}`);
};
const wrongKey: Post = async (tool, login) => {
  const key = await aKey("platform-key-1", 1);
  return tool.launch(login, await tool.platform.sign(tool.claims(login), { key }));
};
const unknownKey: Post = async (tool, login) => {
  const key = await aKey("some-other-key", 1);
  return tool.launch(login, await tool.platform.sign(tool.claims(login), { key }));
};
const secondTime: Post = async (tool, login) => {
  const token = await tool.platform.sign(tool.claims(login));
  expect((await tool.launch(login, token)).status).to.equal(303);
  return tool.launch(login, token);
};
const otherClient: Post = async (tool, login) => {
  await tool.lti.registerPlatform(tool.registration({ clientId: "client-2" }));
  const theirs = tool.claims(login, { aud: "client-2" });
  return tool.launch(login, await tool.platform.sign(theirs));
};
const otherBrowser: Post = async (tool, login) => {
  const token = await tool.platform.sign(tool.claims(login));
  return tool.launch({ ...login, cookie: (await tool.login()).cookie }, token);
};
const noCookie: Post = async (tool, login) => {
  const token = await tool.platform.sign(tool.claims(login));
  return tool.send("POST", "/lti/launch", { form: { state: login.state, id_token: token } });
};
const otherLogin: Post = async (tool, login) => {
  const other = await tool.login({}, login.cookie);
  return tool.launch(login, await tool.platform.sign(tool.claims(other)));
};
const late: Post = async (tool, login) => {
  tool.clock.advance(10 * 60_000 + 1);
  return tool.launch(login, await tool.platform.sign(tool.claims(login)));
};
const switchedOff: Post = async (tool, login) => {
  await tool.lti.registerPlatform(tool.registration({ status: "inactive" }));
  try {
    return await tool.launch(login, await tool.platform.sign(tool.claims(login)));
  } finally {
    await tool.lti.registerPlatform(tool.registration());
  }
};
const form =
  (fields: Record<string, string> | string): Post =>
  (tool, login) =>
    tool.send("POST", "/lti/launch", { form: fields, cookie: login.cookie });
const withState =
  (state: string): Post =>
  async (tool, login) =>
    tool.launch({ ...login, state }, await tool.platform.sign(tool.claims(login)));

const inSeconds = (tool: LtiTool): number => Math.floor(tool.clock.now() / 1000);
const gone = undefined;

type BadLaunch = readonly [what: string, code: string, post: Post];

/** What is wrong, the code that refuses it, and how it is sent: whatever the message. */
const badLaunches: readonly BadLaunch[] = [
  // 1EdTech's certification guide §6, "bad payloads".
  ["no kid", "kid_missing", header({ kid: gone })],
  ["a wrong kid", "key_unknown", unknownKey],
  ["a wrong LTI version", "lti_version_unsupported", claims({ [names.version]: "11.3" })],
  ["no LTI version", "lti_version_missing", claims({ [names.version]: gone })],
  ["no JWT at all", "id_token_malformed", (tool, login) => tool.launch(login, "not a token")],
  [
    "none of the LTI claims",
    "lti_version_missing",
    changed((all) =>
      Object.fromEntries(
        Object.keys(all)
          .filter((name) => name.includes("/"))
          .map((name) => [name, gone]),
      ),
    ),
  ],
  ["an exp that is past", "id_token_expired", changed((_, tool) => ({ exp: inSeconds(tool) - 31 }))],
  ["an iat in the future", "id_token_from_future", changed((_, tool) => ({ iat: inSeconds(tool) + 32 }))],
  ["an iat long ago", "id_token_too_old", changed((_, tool) => ({ iat: inSeconds(tool) - 700 }))],
  ["no exp", "exp_missing", claims({ exp: gone })],
  ["no iat", "iat_missing", claims({ iat: gone })],
  ["an exp that is a text", "request_malformed", claims({ exp: "2999-01-01" })],
  ["no message type", "message_type_missing", claims({ [names.messageType]: gone })],
  ["no roles", "roles_missing", claims({ [names.roles]: gone })],
  ["no deployment id", "deployment_id_missing", claims({ [names.deploymentId]: gone })],
  ["no sub", "sub_missing", claims({ sub: gone })],
  ["an empty sub", "sub_missing", claims({ sub: "" })],

  // Beyond the guide: the token.
  ["another audience", "audience_mismatch", claims({ aud: "client-2" })],
  ["no audience", "audience_mismatch", claims({ aud: gone })],
  ["several audiences and no azp", "azp_missing", claims({ aud: ["client-1", "other"] })],
  [
    "several audiences and another's azp",
    "azp_mismatch",
    claims({ aud: ["client-1", "other"], azp: "other" }),
  ],
  ["our audience and another's azp", "azp_mismatch", claims({ azp: "other" })],
  ["another issuer", "issuer_mismatch", claims({ iss: "https://elsewhere.example" })],
  ["the algorithm none", "algorithm_refused", unsigned],
  ["the algorithm HS256 by the public key", "algorithm_refused", symmetric],
  ["a header with a critical extension", "id_token_malformed", header({ crit: ["b64"], b64: true })],
  ["claims that are an array", "id_token_malformed", notClaims],
  ["claims that were changed", "signature_invalid", tampered],
  ["a signature by another key", "signature_invalid", wrongKey],
  [
    "a token of more than 32 kb",
    "id_token_too_large",
    (tool, login) => tool.launch(login, "a".repeat(32 * 1024 + 1)),
  ],
  ["no id_token", "id_token_missing", (tool, login) => tool.launch(login, "")],
  ["no nonce", "nonce_missing", claims({ nonce: gone })],
  ["another nonce", "nonce_mismatch", claims({ nonce: "x".repeat(43) })],
  ["another login's nonce", "nonce_mismatch", otherLogin],

  // Beyond the guide: the login.
  ["the same state a second time", "state_unknown", secondTime],
  ["a state that we did not make", "state_unknown", withState("x".repeat(43))],
  ["a state with a space", "state_malformed", withState("a b")],
  ["no state", "state_missing", withState("")],
  ["a state that was sent twice", "request_malformed", form("state=a&state=b&id_token=c")],
  ["an operator in place of a state", "state_missing", form("state[$ne]=a&id_token=c")],
  ["a state of ten minutes ago", "state_expired", late],
  ["a state of another client of the same issuer", "audience_mismatch", otherClient],
  ["a platform that was switched off since", "platform_inactive", switchedOff],
  ["another browser's cookie", "browser_mismatch", otherBrowser],
  ["no cookie", "browser_mismatch", noCookie],
  ["an error from the platform", "platform_refused", posted({ error: "login_required" })],

  // Beyond the guide: what is launched.
  ["an unknown deployment", "deployment_not_approved", claims({ [names.deploymentId]: "deployment-2" })],
  ["another target", "target_link_mismatch", claims({ [names.targetLinkUri]: "https://elsewhere.example/" })],
  ["another message type", "message_type_unsupported", claims({ [names.messageType]: "LtiStartAssessment" })],

  // Operators and arrays in place of texts.
  ["an operator as issuer", "request_malformed", claims({ iss: { $ne: "" } })],
  ["an operator as audience", "request_malformed", claims({ aud: { $ne: "" } })],
  ["an array as sub", "request_malformed", claims({ sub: ["user-1"] })],
  ["an operator as sub", "request_malformed", claims({ sub: { $gt: "" } })],
  ["a sub of 256 characters", "request_malformed", claims({ sub: "s".repeat(256) })],
  ["an operator as deployment id", "request_malformed", claims({ [names.deploymentId]: { $ne: "" } })],
  ["an operator as nonce", "request_malformed", claims({ nonce: { $ne: "" } })],
  ["an array as version", "request_malformed", claims({ [names.version]: ["1.3.0"] })],
  ["a text as roles", "request_malformed", claims({ [names.roles]: names.learner })],
  ["numbers as roles", "request_malformed", claims({ [names.roles]: [1, 2] })],
];

/** Beyond them: of messages about a link in the course. */
const badLinks: readonly BadLaunch[] = [
  ["no target", "target_link_missing", claims({ [names.targetLinkUri]: gone })],
  ["no resource link", "resource_link_missing", claims({ [names.resourceLink]: gone })],
  ["no resource link id", "resource_link_missing", claims({ [names.resourceLink]: { title: "Link" } })],
  ["an unknown module", "placement_without_module", claims({ [names.custom]: { module: "M99" } })],
  [
    "a module with a name that is too long for any",
    "placement_without_module",
    claims({ [names.custom]: { module: "M".repeat(5000) } }),
  ],
  [
    "an activity of no module",
    "placement_without_module",
    claims({ [names.custom]: { activity: "tests-quiz" } }),
  ],
  [
    "a module of the prototype",
    "placement_without_module",
    claims({ [names.custom]: { module: "__proto__" } }),
  ],
  ["a text as resource link", "request_malformed", claims({ [names.resourceLink]: "link-1" })],
  ["an array as resource link", "request_malformed", claims({ [names.resourceLink]: ["link-1"] })],
  [
    "a module that is only planned",
    "placement_without_module",
    claims({ [names.custom]: { module: "M02" } }),
  ],
  [
    "an unknown activity",
    "placement_without_activity",
    claims({ [names.custom]: { module: "M01", activity: "gone" } }),
  ],
];

const withSettings = (change: Claims): Post =>
  changed((_, tool) => ({ [names.deepLinkingSettings]: { ...settings(tool), ...change } }));

/** Of messages that come to pick content. */
const badPicks: readonly BadLaunch[] = [
  ["no settings", "deep_linking_settings_missing", claims({ [names.deepLinkingSettings]: gone })],
  ["no place to return to", "deep_linking_settings_missing", withSettings({ deep_link_return_url: gone })],
  [
    "a place to return to elsewhere",
    "deep_linking_return_refused",
    withSettings({ deep_link_return_url: "https://evil.example/return" }),
  ],
  [
    "a script to return to",
    "deep_linking_return_refused",
    withSettings({ deep_link_return_url: "javascript:alert(1)" }),
  ],
  ["an operator to return to", "request_malformed", withSettings({ deep_link_return_url: { $ne: "" } })],
  ["other types of content", "deep_linking_type_refused", withSettings({ accept_types: ["link", "file"] })],
  ["no types of content", "deep_linking_type_refused", withSettings({ accept_types: gone })],
  ["a text as types", "request_malformed", withSettings({ accept_types: "ltiResourceLink" })],
  ["a number as data", "request_malformed", withSettings({ data: 7 })],
  ["data of more than 12 kb", "request_malformed", withSettings({ data: "d".repeat(12 * 1024 + 1) })],
  ["a number as accept_multiple", "request_malformed", withSettings({ accept_multiple: 1 })],
  ["a text as settings", "request_malformed", claims({ [names.deepLinkingSettings]: "all" })],
  ["a trainee", "deep_linking_not_allowed", claims({ [names.roles]: [names.learner] })],
  ["no role", "deep_linking_not_allowed", claims({ [names.roles]: [] })],
];

/** Of messages that come to review work. */
const badReviews: readonly BadLaunch[] = [
  ["no module", "placement_without_module", claims({ [names.custom]: gone })],
  ["nobody whose work it is", "for_user_missing", claims({ [names.forUser]: gone })],
  ["a nameless user whose work it is", "for_user_missing", claims({ [names.forUser]: { name: "A" } })],
  [
    "an operator whose work it is",
    "request_malformed",
    claims({ [names.forUser]: { user_id: { $ne: "" } } }),
  ],
  ["a trainee who looks at another's work", "review_not_allowed", claims({ [names.roles]: [names.learner] })],
];

const bad: readonly (readonly [MessageKind, readonly BadLaunch[]])[] = [
  [resourceLink, [...badLaunches, ...badLinks]],
  [deepLinking, [...badLaunches, ...badPicks]],
  [review, [...badLaunches, ...badLinks, ...badReviews]],
];

for (const [kind, launches] of bad) {
  describe(`${kind.name}, gone bad,`, () => {
    let tool: LtiTool;
    before(async () => {
      tool = sending(await aTool(), kind);
    });
    after(() => tool.stop());

    for (const [what, code, post] of launches) {
      it(`with ${what} is refused as ${code}`, async () => {
        const answer = await post(tool, await tool.login());
        expect(answer.code).to.equal(code);
        expect(answer.headers.get("location")).to.equal(null);
      });
    }

    it("is the only thing that is wrong with it: as it should be it opens", async () => {
      const login = await tool.login();
      const answer = await tool.launch(login, await tool.platform.sign(tool.claims(login)));
      expect(answer.status, answer.code).to.equal(303);
    });
  });
}

describe("a bad launch", () => {
  let tool: LtiTool;
  beforeEach(async () => {
    tool = await aTool();
  });
  afterEach(() => tool.stop());

  it("shows a plain page that the course page may frame", async () => {
    const answer = await tool.send("POST", "/lti/launch", { form: "state=a b", page: true });
    expect(answer.status).to.equal(400);
    expect(answer.text)
      .to.include("This is not the end of a login of ours")
      .and.to.include("state_malformed");
    expect(answer.text).not.to.include("⟦");
    expect(answer.headers.get("content-security-policy")).to.include("frame-ancestors *");
    expect(answer.headers.get("cache-control")).to.equal("no-store");
  });

  it("with an unknown deployment leaves it for an administrator to approve, and then works", async () => {
    const launch = async (): Promise<Answered> => {
      const login = await tool.login();
      const idToken = tool.claims(login, { [names.deploymentId]: "deployment-2" });
      return tool.launch(login, await tool.platform.sign(idToken));
    };
    expect((await launch()).code).to.equal("deployment_not_approved");
    const pending = await tool.storage.lti.deployments(tool.platformId);
    expect(pending.map(({ deploymentId, status }) => `${deploymentId} ${status}`)).to.deep.equal([
      "deployment-1 approved",
      "deployment-2 pending",
    ]);
    await tool.lti.approveDeployment(tool.platformId, "deployment-2");
    expect((await launch()).status).to.equal(303);
  });

  it("leaves no token, state or user id in the log", async () => {
    const login = await tool.login();
    await tool.launch(
      login,
      await tool.platform.sign(tool.claims(login, { aud: "other", sub: "canary-user" })),
    );
    expect(tool.log.length).to.be.greaterThan(2);
    const log = tool.log.join("\n");
    for (const secret of [login.state, login.nonce, digest(login.state), "canary-user", "eyJ"])
      expect(log).not.to.include(secret);
  });
});
