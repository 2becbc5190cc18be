import { expect } from "chai";
import { generateKeyPair, SignJWT } from "jose";
import { askToken, aSandbox, type Claims, itemsUrl, scopes, type SandboxUnderTest } from "./a-sandbox.js";

describe("the sandbox's token endpoint", () => {
  let tested: SandboxUnderTest;
  beforeEach(async () => {
    tested = await aSandbox();
  });
  afterEach(() => tested.stop());

  const now = (): number => Math.floor(tested.clock.now() / 1000);

  it("gives an opaque token for an hour, as JSON that says it is HTML", async () => {
    const { status, type, body } = await askToken(tested, { scope: scopes.score });
    expect(status).to.equal(200);
    expect(type).to.match(/^text\/html/);
    expect(body).to.include({ token_type: "Bearer", expires_in: 3600, scope: scopes.score });
    expect(body.access_token).to.match(/^[\w-]{43}$/);
  });

  it("leaves out the scopes that it does not know", async () => {
    const { body } = await askToken(tested, { scope: `${scopes.readOnly} openid urn:other` });
    expect(body.scope).to.equal(scopes.readOnly);
  });

  it("refuses a request whose scopes are all unknown", async () => {
    const { status, body } = await askToken(tested, { scope: "openid" });
    expect(status).to.equal(400);
    expect(body).to.deep.equal({ error: "invalid_scope" });
  });

  it("takes a form only: the same as JSON is refused", async () => {
    const response = await fetch(`${tested.origin}/token`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ grant_type: "client_credentials", client_assertion: await tested.assertion() }),
    });
    expect(response.status).to.equal(400);
    expect(await response.text()).to.equal('{"error":"invalid_request"}');
  });

  for (const name of ["grant_type", "client_assertion", "client_assertion_type"]) {
    it(`refuses a request without ${name}`, async () => {
      expect((await askToken(tested, {}, name)).body.error).to.equal("invalid_request");
    });
  }

  it("refuses another grant type", async () => {
    const { body } = await askToken(tested, { grant_type: "password" });
    expect(body.error).to.equal("unsupported_grant_type");
  });

  const claimed: [string, (second: number) => Claims, boolean][] = [
    ["an iat of this very second", (second) => ({ iat: second }), true],
    ["an iat one second in the future", (second) => ({ iat: second + 1 }), false],
    ["an iat five seconds in the future", (second) => ({ iat: second + 5 }), false],
    ["an nbf in the future", (second) => ({ nbf: second + 1 }), false],
    ["an exp that is over", (second) => ({ exp: second }), false],
    ["no exp, as Moodle does", () => ({ exp: undefined }), true],
    ["any aud and no jti, as Moodle does", () => ({ aud: "elsewhere", jti: undefined }), true],
    ["another client as sub", () => ({ sub: "somebody" }), false],
    ["another client as iss", () => ({ iss: "somebody" }), false],
  ];
  for (const [what, claims, good] of claimed) {
    it(`${good ? "takes" : "refuses"} an assertion with ${what}`, async () => {
      const assertion = await tested.assertion(claims(now()));
      const { status, body } = await askToken(tested, { client_assertion: assertion });
      expect(status).to.equal(good ? 200 : 400);
      expect(body.error).to.equal(good ? undefined : "invalid_client");
    });
  }

  it("refuses an assertion whose header names no kid", async () => {
    const { body } = await askToken(tested, {
      client_assertion: await tested.assertion({}, { kid: undefined }),
    });
    expect(body.error).to.equal("invalid_client");
  });

  it("refuses an assertion signed by another key under the tool's kid", async () => {
    const { privateKey } = await generateKeyPair("RS256");
    const { clientId } = tested.sandbox.registration;
    const forged = await new SignJWT({ iss: clientId, sub: clientId, iat: now(), exp: now() + 60 })
      .setProtectedHeader({ alg: "RS256", kid: "tool-1" })
      .sign(privateKey);
    expect((await askToken(tested, { client_assertion: forged })).body.error).to.equal("invalid_client");
  });

  it("refuses what is no RS256: a shared secret, no signature, no JWT", async () => {
    const { clientId } = tested.sandbox.registration;
    const payload = { iss: clientId, sub: clientId, iat: now(), exp: now() + 60 };
    const shared = await new SignJWT(payload)
      .setProtectedHeader({ alg: "HS256", kid: "tool-1" })
      .sign(new TextEncoder().encode(JSON.stringify(tested.published)));
    const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
    const unsigned = `${encode({ alg: "none", kid: "tool-1" })}.${encode(payload)}.`;
    for (const assertion of [shared, unsigned, "no-jwt"]) {
      expect((await askToken(tested, { client_assertion: assertion })).body.error).to.equal("invalid_client");
    }
  });

  it("sees a key that the tool publishes anew at once, and an old one that is gone", async () => {
    const [key] = tested.published.keys;
    tested.published.keys = [];
    expect((await askToken(tested)).body.error).to.equal("invalid_client");
    tested.published.keys = [key!];
    expect((await askToken(tested)).status).to.equal(200);
  });

  it("does not see a key without alg when the tool publishes several, as Moodle", async () => {
    const [key] = tested.published.keys;
    const bare = { ...key! };
    delete bare.alg;
    tested.published.keys = [bare, { ...key!, kid: "tool-2" }];
    expect((await askToken(tested)).body.error).to.equal("invalid_client");
    tested.published.keys = [key!, { ...key!, kid: "tool-2" }];
    expect((await askToken(tested)).status).to.equal(200);
  });

  it("gives tokens that end after an hour", async () => {
    const { body } = await askToken(tested);
    const list = async (): Promise<number> =>
      (await fetch(itemsUrl(tested), { headers: { authorization: `Bearer ${String(body.access_token)}` } }))
        .status;
    tested.clock.advance(3_599_000);
    expect(await list()).to.equal(200);
    tested.clock.advance(1000);
    expect(await list()).to.equal(401);
  });
});
