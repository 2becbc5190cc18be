import { expect } from "chai";
import { aKey } from "./a-platform.js";
import { aTool, type Answered, type LtiTool } from "./a-tool.js";

describe("a platform's published keys", () => {
  let tool: LtiTool;
  beforeEach(async () => {
    tool = await aTool();
  });
  afterEach(() => tool.stop());

  async function launch(key = tool.platform.key): Promise<Answered> {
    const login = await tool.login();
    return tool.launch(login, await tool.platform.sign(tool.claims(login), { key }));
  }
  const fetched = (): number => tool.platform.count("/jwks");

  it("are fetched once for many launches, also for those that come at once", async () => {
    const first = await Promise.all([launch(), launch(), launch()]);
    expect(first.map(({ status }) => status)).to.deep.equal([303, 303, 303]);
    await launch();
    expect(fetched()).to.equal(1);
  });

  it("are fetched again when they are an hour old", async () => {
    await launch();
    tool.clock.advance(59 * 60_000);
    await launch();
    expect(fetched()).to.equal(1);
    tool.clock.advance(2 * 60_000);
    await launch();
    expect(fetched()).to.equal(2);
  });

  it("are believed as long as their answer says, within bounds", async () => {
    tool.platform.jwksHeaders = { "cache-control": "public, max-age=1" };
    await launch();
    tool.clock.advance(59_000);
    await launch();
    expect(fetched()).to.equal(1);
    tool.clock.advance(2000);
    await launch();
    expect(fetched()).to.equal(2);
  });

  it("are fetched again for a new key, but not more often than twice a minute", async () => {
    await launch();
    const rotated = await aKey("platform-key-2", 1);
    tool.platform.keys.push(rotated.publicJwk);
    expect((await launch(rotated)).code).to.equal("key_unknown");
    tool.clock.advance(30_000);
    expect((await launch(rotated)).status).to.equal(303);
    expect(fetched()).to.equal(2);
    const forged = await aKey("forged", 1);
    for (let count = 0; count < 5; count += 1) expect((await launch(forged)).code).to.equal("key_unknown");
    expect(fetched()).to.equal(2);
  });

  it("are fetched again after a failure, also when the clock was set back meanwhile", async () => {
    tool.platform.instead.set("/jwks", (_req, res) => void res.writeHead(503).end());
    expect((await launch()).code).to.equal("platform_keys_unavailable");
    tool.platform.instead.delete("/jwks");
    tool.clock.advance(-3_600_000);
    expect((await launch()).status).to.equal(303);
  });

  const bad: readonly (readonly [string, string, number])[] = [
    ["is no JSON", "<html>", 200],
    ["has no keys", '{"keys":{"0":{}}}', 200],
    ["has keys that are none", '{"keys":["a",null]}', 200],
    ["is null", "null", 200],
    ["is an error", '{"keys":[]}', 500],
    ["is a redirect", "", 302],
    ["is larger than 256 kb", `{"keys":[],"x":"${"x".repeat(300_000)}"}`, 200],
  ];
  for (const [what, text, status] of bad) {
    it(`are called unavailable when the answer ${what}`, async () => {
      tool.platform.instead.set("/jwks", (_req, res) => {
        res.writeHead(status, { location: `${tool.platform.origin}/other` }).end(text);
      });
      expect((await launch()).code).to.equal("platform_keys_unavailable");
      expect(tool.platform.count("/other")).to.equal(0);
    });
  }

  it("are called unavailable when the answer takes more than five seconds, and asked for again later", async function () {
    this.timeout(15_000);
    tool.platform.instead.set("/jwks", () => undefined);
    const answer = await launch();
    expect([answer.status, answer.code]).to.deep.equal([502, "platform_keys_unavailable"]);
    tool.platform.instead.clear();
    expect((await launch()).code).to.equal("platform_keys_unavailable");
    tool.clock.advance(30_000);
    expect((await launch()).status).to.equal(303);
  });

  it("stay in use for an hour when the platform is down", async () => {
    await launch();
    tool.platform.instead.set("/jwks", (_req, res) => void res.writeHead(503).end());
    tool.clock.advance(61 * 60_000);
    expect((await launch()).status).to.equal(303);
    tool.clock.advance(60 * 60_000);
    expect((await launch()).code).to.equal("platform_keys_unavailable");
  });

  it("verify nothing when their private half is published too, or two have one name", async () => {
    const [sound] = tool.platform.keys;
    const kty = { ...sound! };
    const other = (await aKey(String(kty.kid), 1)).publicJwk;
    for (const keys of [[{ ...kty, d: "AQAB" }], [kty, other]]) {
      tool.platform.keys = keys;
      tool.clock.advance(2 * 60 * 60_000);
      expect((await launch()).code).to.equal("signature_invalid");
    }
  });

  it("verify nothing when they are too short, or no numbers at all", async () => {
    const [sound] = tool.platform.keys;
    for (const broken of [{ n: "AQAB" }, { n: "*" }, { e: "AQ" }, { e: "" }]) {
      tool.platform.keys = [{ ...sound!, ...broken }];
      tool.clock.advance(2 * 60 * 60_000);
      expect((await launch()).code, JSON.stringify(broken)).to.equal("signature_invalid");
    }
  });

  it("are looked past when they are meant for something else", async () => {
    const [sound] = tool.platform.keys;
    const others = [{ use: "enc" }, { alg: "PS256" }, { kty: "EC" }, { key_ops: ["encrypt"] }, { kid: "x" }];
    for (const meant of others) {
      tool.platform.keys = [{ ...sound!, ...meant }];
      tool.clock.advance(2 * 60 * 60_000);
      expect((await launch()).code, JSON.stringify(meant)).to.equal("key_unknown");
    }
    tool.platform.keys = [
      { ...sound!, kty: "EC" },
      { ...sound!, key_ops: ["verify"] },
    ];
    tool.clock.advance(2 * 60 * 60_000);
    expect((await launch()).status).to.equal(303);
  });

  it("of one platform are not believed of another", async () => {
    const other = { issuer: "https://other.example", clientId: "client-9" };
    await tool.lti.registerPlatform(
      tool.registration({ ...other, jwksUrl: `${tool.platform.origin}/other-jwks` }),
    );
    const theirs = await aKey("their-key", 1);
    tool.platform.instead.set(
      "/other-jwks",
      (_req, res) => void res.end(JSON.stringify({ keys: [theirs.publicJwk] })),
    );
    const login = await tool.login({ iss: other.issuer, client_id: other.clientId });
    const claims = tool.claims(login, { iss: other.issuer, aud: other.clientId });
    expect((await tool.launch(login, await tool.platform.sign(claims))).code).to.equal("key_unknown");
  });
});

describe("a platform on a private address", () => {
  it("is asked for no keys outside development", async () => {
    const tool = await aTool({ allowPrivate: false });
    try {
      const login = await tool.login();
      const answer = await tool.launch(login, await tool.platform.sign(tool.claims(login)));
      expect(answer.code).to.equal("platform_keys_unavailable");
      expect(tool.platform.asked).to.deep.equal([]);
    } finally {
      await tool.stop();
    }
  });

  it("can't be registered by http outside development", async () => {
    const tool = await aTool({ allowPrivate: false });
    try {
      const refused = await tool.lti.registerPlatform(tool.registration()).catch((error: unknown) => error);
      expect(refused).to.include({ code: "platform_url_refused" });
    } finally {
      await tool.stop();
    }
  });
});
