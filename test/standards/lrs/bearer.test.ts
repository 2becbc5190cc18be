import { expect } from "chai";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { createDirectory, readPublicKey, type ApiClients } from "../../../src/foundation/directory/index.js";
import { createNewId, systemClock } from "../../../src/foundation/kernel/index.js";
import { aTool, type Tool } from "../../kit/tool.js";

describe("the record store of a whole tool, behind a bearer token", function () {
  this.timeout(60_000);
  let tool: Tool;
  let clients: ApiClients;
  before(async () => {
    tool = await aTool();
    const newId = createNewId(systemClock);
    clients = createDirectory({ store: tool.storage.directory, clock: systemClock, newId }).apiClients;
  });
  after(() => tool.close());

  const ask = (authorization: string, path: string) =>
    fetch(`${tool.origin}/xapi${path}`, {
      headers: { Authorization: authorization, "X-Experience-API-Version": "1.0.3" },
    });

  it("opens what the token is for, and closes when its client is ended", async () => {
    const [tenant] = await tool.storage.directory.academies();
    const { key, secret } = await clients.add({
      tenant: tenant!,
      name: "Body",
      scopes: ["all/read", "state"],
    });
    const granted = await fetch(`${tool.origin}/oauth/token`, {
      method: "POST",
      headers: { Authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}` },
      body: new URLSearchParams({ grant_type: "client_credentials", scope: "state" }),
    });
    expect(granted.status).to.equal(200);
    const { access_token: token } = (await granted.json()) as { access_token: string };
    const agent = JSON.stringify({ mbox: "mailto:a@example.org" });
    const list = `/activities/state?${new URLSearchParams({ activityId: "https://example.org/a", agent }).toString()}`;
    expect((await ask(`Bearer ${token}`, list)).status).to.equal(200);
    expect((await ask(`Bearer ${token}`, "/statements")).status).to.equal(403);
    await clients.end(key);
    const refused = await ask(`Bearer ${token}`, list);
    expect(refused.status).to.equal(401);
    expect(refused.headers.get("WWW-Authenticate")).to.contain('Bearer realm="xAPI", error="invalid_token"');
  });

  it("is given to who proves a key for this tool's own address, and for no other's", async () => {
    const [tenant] = await tool.storage.directory.academies();
    const { privateKey, publicKey } = await generateKeyPair("ES256");
    const { key } = await clients.addWithKey({
      ...{ tenant: tenant!, name: "Body", scopes: ["state"] },
      publicKey: readPublicKey(JSON.stringify(await exportJWK(publicKey))),
    });
    const now = Math.floor(systemClock.now() / 1000);
    const statusFor = async (aud: string): Promise<number> => {
      const claims = { iss: key, sub: key, aud, exp: now + 60, iat: now, jti: aud };
      const assertion = await new SignJWT(claims).setProtectedHeader({ alg: "ES256" }).sign(privateKey);
      const body = new URLSearchParams({
        grant_type: "client_credentials",
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion: assertion,
      });
      return (await fetch(`${tool.origin}/oauth/token`, { method: "POST", body })).status;
    };
    expect(await statusFor(`${tool.origin}/oauth/token`)).to.equal(200);
    expect(await statusFor(tool.origin)).to.equal(200);
    expect(await statusFor("https://other.example/oauth/token")).to.equal(401);
  });

  it("names both ways in to whoever brings nothing", async () => {
    const { headers } = await ask("", "/statements");
    expect(headers.get("WWW-Authenticate")).to.equal(
      'Basic realm="xAPI", charset="UTF-8", Bearer realm="xAPI"',
    );
  });
});
