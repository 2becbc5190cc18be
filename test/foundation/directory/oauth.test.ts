import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from "jose";
import {
  createDirectory,
  createOAuth,
  DirectoryError,
  oauthRoutes,
  readPublicKey,
  type Directory,
  type OAuth,
} from "../../../src/foundation/directory/index.js";
import { loadCatalogues } from "../../../src/foundation/i18n/index.js";
import { createLogger, createNewId, hours, minutes, seconds } from "../../../src/foundation/kernel/index.js";
import { createWebApp } from "../../../src/foundation/web/index.js";
import type { Storage } from "../../../src/storage/index.js";
import { fixedAt, type FixedClock } from "../../kit/clock.js";
import { aStore } from "../../kit/store.js";

const tenant = { academyId: "a", jurisdictionId: "XA" };
const audience = "https://tessera.example/oauth/token";
const bearerType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const views = join(import.meta.dirname, "../../../views");

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

describe("OAuth 2.0 client credentials", () => {
  let [clock, store, directory, oauth, server]: [FixedClock, Storage, Directory, OAuth, Server] = [] as never;
  let url: string;

  beforeEach(async () => {
    clock = fixedAt("2026-03-01T08:00:00Z");
    store = await aStore(clock);
    const [newId, logger] = [createNewId(clock), createLogger("silent")];
    directory = createDirectory({ store: store.directory, clock, newId });
    oauth = createOAuth({
      ...{ store: store.directory, apiClients: directory.apiClients, clock },
      audience: [audience, "https://tessera.example"],
    });
    const catalogues = loadCatalogues(join(views, "locales"));
    const app = createWebApp(
      {
        ...{ production: false, proxies: 0, viewsDirectory: views, layout: "main" },
        ...{ catalogues, clock, newId, logger },
      },
      (web) => web.use("/oauth", oauthRoutes(oauth)),
    );
    server = createServer(app).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oauth/token`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await store.close();
  });

  async function ask(
    form: Readonly<Record<string, string>> | string,
    authorization?: string,
  ): Promise<Answer> {
    const fields = typeof form === "string" ? form : { grant_type: "client_credentials", ...form };
    const response = await fetch(url, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: authorization === undefined ? {} : { Authorization: authorization },
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Answer["body"],
    };
  }
  const aClient = (more: { expiresAt?: number } = {}) =>
    directory.apiClients.add({ tenant, name: "Body", scopes: ["statements/read", "state"], ...more });
  const basic = ({ key, secret }: { key: string; secret: string }): string =>
    `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`;
  const tokenOf = ({ body }: Answer): string => `Bearer ${String(body["access_token"])}`;

  describe("with a secret", () => {
    it("are taken as Basic credentials and as fields, and give a token for ten minutes", async () => {
      const client = await aClient();
      const fields = { client_id: client.key, client_secret: client.secret };
      for (const answer of [await ask({}, basic(client)), await ask(fields)]) {
        expect(answer.status).to.equal(200);
        expect(answer.body).to.include({
          token_type: "Bearer",
          expires_in: 600,
          scope: "statements/read state",
        });
        expect(answer.headers.get("Cache-Control")).to.equal("no-store");
        expect(await oauth.authenticate(tokenOf(answer))).to.deep.include({ ...tenant, key: client.key });
      }
    });

    it("give a token that is kept as its hash alone, and ends with its time", async () => {
      const answer = await ask({}, basic(await aClient()));
      const token = tokenOf(answer);
      expect(await store.directory.oauthToken(token.slice("Bearer ".length))).to.equal(undefined);
      clock.advance(minutes(10) - 1);
      expect(await oauth.authenticate(token.replace("Bearer", "bEARER"))).not.to.equal(undefined);
      clock.advance(1);
      expect(await oauth.authenticate(token)).to.equal(undefined);
    });

    it("give a token of fewer scopes when asked, and never of others", async () => {
      const client = await aClient();
      const narrow = await ask({ scope: "state" }, basic(client));
      expect(narrow.body["scope"]).to.equal("state");
      expect((await oauth.authenticate(tokenOf(narrow)))?.scopes).to.deep.equal(["state"]);
      for (const scope of ["all", "state all", "State", " "]) {
        const answer = await ask({ scope }, basic(client));
        expect([answer.status, answer.body]).to.deep.equal([400, { error: "invalid_scope" }]);
      }
    });

    it("end their tokens when they are ended, rotated or run out", async () => {
      const [ended, rotated] = [await aClient(), await aClient()];
      const short = await aClient({ expiresAt: clock.now() + minutes(5) });
      const [endedToken, rotatedToken, shortToken] = await Promise.all(
        [ended, rotated, short].map(async (client) => tokenOf(await ask({}, basic(client)))),
      );
      await directory.apiClients.end(ended.key);
      expect(await oauth.authenticate(endedToken)).to.equal(undefined);
      const fresh = await directory.apiClients.rotate(rotated.key);
      expect(await oauth.authenticate(rotatedToken)).to.equal(undefined);
      expect(await directory.apiClients.authenticate(basic(rotated))).to.equal(undefined);
      expect(await directory.apiClients.authenticate(basic(fresh))).to.include({
        key: rotated.key,
        name: "Body",
      });
      expect(await oauth.authenticate(shortToken)).not.to.equal(undefined);
      clock.advance(minutes(5));
      expect(await oauth.authenticate(shortToken)).to.equal(undefined);
      expect((await ask({}, basic(short))).status).to.equal(401);
    });

    it("can't be rotated once they are ended, or when there are none", async () => {
      const { key } = await aClient();
      await directory.apiClients.end(key);
      for (const unknown of [key, "nobody", "__proto__"]) {
        const error = await directory.apiClients.rotate(unknown).catch((thrown: unknown) => thrown);
        expect(error).to.be.instanceOf(DirectoryError).with.property("code", "client_unknown");
      }
    });

    it("keep their end when they are rotated", async () => {
      const client = await aClient({ expiresAt: clock.now() + hours(1) });
      const fresh = await directory.apiClients.rotate(client.key);
      clock.advance(hours(1));
      expect(await directory.apiClients.authenticate(basic(fresh))).to.equal(undefined);
    });

    it("are refused as RFC 6749 says", async () => {
      const client = await aClient();
      const fields = { client_id: client.key, client_secret: client.secret };
      const wrong: readonly (readonly [Promise<Answer>, number, string])[] = [
        [ask({}), 401, "invalid_client"],
        [ask({ ...fields, client_secret: "x" }), 401, "invalid_client"],
        [ask({}, basic({ ...client, secret: "x" })), 401, "invalid_client"],
        [ask({}, `Bearer ${client.secret}`), 401, "invalid_client"],
        [ask(fields, basic(client)), 400, "invalid_request"],
        [ask("scope=state", basic(client)), 400, "invalid_request"],
        [ask("grant_type=client_credentials&grant_type=x", basic(client)), 400, "invalid_request"],
        [ask({ grant_type: "password" }, basic(client)), 400, "unsupported_grant_type"],
      ];
      for (const [asked, status, error] of wrong) {
        const answer = await asked;
        expect([answer.status, answer.body]).to.deep.equal([status, { error }]);
        if (status === 401) expect(answer.headers.get("WWW-Authenticate")).to.match(/^Basic /);
      }
      const json = { "Content-Type": "application/json", Authorization: basic(client) };
      const body = JSON.stringify({ grant_type: "client_credentials" });
      expect((await fetch(url, { method: "POST", headers: json, body })).status).to.equal(400);
      expect((await fetch(url)).status).to.equal(405);
    });

    it("are no token, and a token is no credentials", async () => {
      const client = await aClient();
      const token = tokenOf(await ask({}, basic(client)));
      for (const header of [
        undefined,
        "",
        "Bearer",
        "Bearer x",
        `${token}x`,
        token.slice(0, -1),
        basic(client),
      ])
        expect(await oauth.authenticate(header)).to.equal(undefined);
      expect(await directory.apiClients.authenticate(token)).to.equal(undefined);
    });
  });

  describe("with a key", () => {
    let privateKey: CryptoKey;
    let key: string;
    beforeEach(async () => {
      const pair = await generateKeyPair("ES256");
      privateKey = pair.privateKey;
      const publicKey = readPublicKey(JSON.stringify(await exportJWK(pair.publicKey)));
      ({ key } = await directory.apiClients.addWithKey({
        tenant,
        name: "Body",
        scopes: ["state"],
        publicKey,
      }));
    });

    const now = (): number => Math.floor(clock.now() / 1000);
    async function assertion(changes: JWTPayload = {}, signer = privateKey, alg = "ES256"): Promise<string> {
      const claims = { iss: key, sub: key, aud: audience, exp: now() + 60, iat: now(), jti: "1", ...changes };
      return new SignJWT(claims).setProtectedHeader({ alg }).sign(signer);
    }
    const prove = async (made: Promise<string> | string, more: Record<string, string> = {}) =>
      ask({ client_assertion_type: bearerType, client_assertion: await made, ...more });

    it("are proven by an assertion, once for each jti", async () => {
      const made = await assertion();
      const answers = await Promise.all([1, 2, 3, 4].map(() => prove(made)));
      expect(answers.filter(({ status }) => status === 200)).to.have.length(1);
      expect(answers.filter(({ body }) => body["error"] === "invalid_client")).to.have.length(3);
      expect((await prove(assertion({ jti: "2" }), { client_id: key })).status).to.equal(200);
    });

    it("refuse an assertion of another, for another, of another time or without its marks", async () => {
      const stranger = await generateKeyPair("ES256");
      const wrong: readonly Promise<string>[] = [
        assertion({}, stranger.privateKey),
        assertion({ iss: "x" }),
        assertion({ sub: "x" }),
        assertion({ aud: "https://elsewhere.example" }),
        assertion({ exp: now() - 31 }),
        assertion({ exp: now() + 700 }),
        assertion({ nbf: now() + 60 }),
        assertion({ jti: "" }),
        ...["jti", "exp", "aud", "iss"].map((name) => assertion({ [name]: undefined })),
        Promise.resolve("x.y.z"),
        Promise.resolve(""),
      ];
      for (const made of wrong) {
        const { status, body } = await prove(made);
        expect([status, body]).to.deep.equal([401, { error: "invalid_client" }]);
      }
      expect((await prove(assertion(), { client_id: "other" })).status).to.equal(401);
      expect(
        (await ask({ client_assertion: await assertion(), client_assertion_type: "x" })).status,
      ).to.equal(401);
      expect((await prove(assertion())).status).to.equal(200);
    });

    it("refuse an unsigned assertion, and one whose secret is the public key", async () => {
      const [header, payload] = (await assertion()).split(".");
      const none = Buffer.from('{"alg":"none"}').toString("base64url");
      expect((await prove(`${none}.${payload}.`)).status).to.equal(401);
      expect((await prove(`${header}.${payload}.`)).status).to.equal(401);
      const { publicKey } = (await store.directory.apiClient(key)) ?? {};
      const shared = Buffer.from(JSON.stringify(publicKey));
      const made = new SignJWT({ iss: key, sub: key, aud: audience, exp: now() + 60, jti: "1" });
      expect((await prove(made.setProtectedHeader({ alg: "HS256" }).sign(shared))).status).to.equal(401);
    });

    it("have no secret, and end with another key", async () => {
      expect(await directory.apiClients.proven(key, "")).to.equal(undefined);
      const token = tokenOf(await prove(assertion()));
      expect(await oauth.authenticate(token)).to.include({ key });
      const next = await generateKeyPair("RS256");
      await directory.apiClients.rotateKey(
        key,
        readPublicKey(JSON.stringify(await exportJWK(next.publicKey))),
      );
      expect(await oauth.authenticate(token)).to.equal(undefined);
      expect((await prove(assertion({ jti: "2" }))).status).to.equal(401);
      expect((await prove(assertion({ jti: "2" }, next.privateKey, "RS256"))).status).to.equal(200);
    });

    it("remember an assertion for as long as it could be used", async () => {
      const made = await assertion({ exp: now() + 60 });
      expect((await prove(made)).status).to.equal(200);
      clock.advance(seconds(89));
      await store.directory.purgeOAuth(clock.now());
      expect((await prove(made)).status).to.equal(401);
    });
  });

  describe("a public key", () => {
    it("is taken without what is not needed", async () => {
      const { publicKey } = await generateKeyPair("EdDSA");
      const jwk = { ...(await exportJWK(publicKey)), kid: "1", use: "sig" };
      expect(readPublicKey(JSON.stringify(jwk))).to.have.all.keys("kty", "crv", "x", "alg");
    });

    it("is refused when it is private, weak, of no use here or no key", async () => {
      const pair = await generateKeyPair("ES256", { extractable: true });
      const jwk = await exportJWK(pair.publicKey);
      const wrong = [
        await exportJWK(pair.privateKey),
        { ...jwk, alg: "HS256" },
        { ...jwk, alg: "RS256" },
        { ...jwk, x: "AAAA" },
        { kty: "oct", k: "AAAA" },
        { kty: "RSA", n: Buffer.alloc(128, 255).toString("base64url"), e: "AQAB" },
        { kty: "__proto__", alg: "RS256" },
        { kty: "constructor", alg: "RS256" },
        {},
        null,
        [],
      ];
      for (const text of [...wrong.map((one) => JSON.stringify(one)), "", "x"])
        expect(() => readPublicKey(text), text)
          .to.throw(DirectoryError)
          .with.property("code", "client_key_refused");
    });
  });
});
