import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  jwtVerify,
  SignJWT,
  type CryptoKey,
  type JWK,
} from "jose";

const claim = "https://purl.imsglobal.org/spec/lti/claim";
const ags = "https://purl.imsglobal.org/spec/lti-ags";

export const names = {
  version: `${claim}/version`,
  messageType: `${claim}/message_type`,
  deploymentId: `${claim}/deployment_id`,
  targetLinkUri: `${claim}/target_link_uri`,
  roles: `${claim}/roles`,
  resourceLink: `${claim}/resource_link`,
  context: `${claim}/context`,
  custom: `${claim}/custom`,
  presentation: `${claim}/launch_presentation`,
  forUser: `${claim}/for_user`,
  deepLinkingSettings: "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings",
  roster: "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice",
  endpoint: `${ags}/claim/endpoint`,
  learner: "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner",
  instructor: "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor",
  scopes: ["lineitem", "score"].map((scope) => `${ags}/scope/${scope}`),
  rosterScope: "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
};

interface PlatformKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

// Making RSA keys is slow, so all platforms of a test run share a few.
const pairs: Promise<CryptoKeyPair>[] = [];
interface CryptoKeyPair {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

export async function aKey(kid: string, number = 0): Promise<PlatformKey> {
  const pair = (pairs[number] ??= generateKeyPair("RS256", { extractable: true }));
  const { privateKey, publicKey } = await pair;
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: "RS256", use: "sig" } };
}

type Answer = (req: IncomingMessage, res: ServerResponse, body: string) => void | Promise<void>;

/** What a platform was asked, in order. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A small platform: real keys, real HTTP. It signs whatever a test wants, and refuses what Moodle refuses. */
export class TestPlatform {
  readonly asked: Asked[] = [];
  readonly lineItems = new Map<string, Record<string, unknown>>();
  /** user → the last score that was taken. */
  readonly scores = new Map<string, Record<string, unknown>>();
  /** As its roster tells of them. */
  members: Record<string, unknown>[] = [];
  /** Path → what answers instead of the usual. */
  readonly instead = new Map<string, Answer>();
  /** Path → how many milliseconds its answer takes. */
  readonly delays = new Map<string, number>();
  readonly tokens = new Map<string, readonly string[]>();
  keys: JWK[] = [];
  jwksHeaders: Record<string, string> = {};
  /** Who signs assertions: checked at the token endpoint when a test gives it. */
  toolKeys: { keys: JWK[] } | undefined;
  grantedScopes: readonly string[] = names.scopes;
  now: () => number = () => Date.now();
  readonly #server: Server;
  origin = "";

  private constructor(readonly key: PlatformKey) {
    this.keys = [key.publicJwk];
    this.#server = createServer((req, res) => {
      void this.#serve(req, res);
    });
  }

  static async start(): Promise<TestPlatform> {
    const platform = new TestPlatform(await aKey("platform-key-1"));
    await new Promise<void>((done) => platform.#server.listen(0, "127.0.0.1", done));
    const { port } = platform.#server.address() as AddressInfo;
    platform.origin = `http://127.0.0.1:${port}`;
    return platform;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  count(path: string): number {
    return this.asked.filter((one) => one.path === path).length;
  }

  async sign(
    claims: Record<string, unknown>,
    { header = {}, key = this.key }: { header?: Record<string, unknown>; key?: PlatformKey } = {},
  ): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: "RS256", kid: key.kid, typ: "JWT", ...header })
      .sign(key.privateKey);
  }

  async #serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of req) chunks.push(chunk as Uint8Array);
    const body = Buffer.concat(chunks).toString();
    const url = new URL(req.url ?? "/", this.origin);
    this.asked.push({ method: req.method ?? "", path: url.pathname, headers: req.headers, body });
    await new Promise((done) => setTimeout(done, this.delays.get(url.pathname) ?? 0));
    const instead = this.instead.get(url.pathname);
    if (instead) return instead(req, res, body);
    if (url.pathname === "/jwks") {
      json(res, 200, { keys: this.keys }, this.jwksHeaders);
      return;
    }
    if (url.pathname === "/token") return this.#token(res, new URLSearchParams(body));
    if (url.pathname === "/members") {
      this.#members(req, res, url);
      return;
    }
    if (url.pathname.startsWith("/lineitems")) {
      this.#services(req, res, { url, body });
      return;
    }
    res.writeHead(404).end();
  }

  async #token(res: ServerResponse, form: URLSearchParams): Promise<void> {
    // As Moodle does: invalid JSON in an error, text/html in every answer.
    const refuse = (): void =>
      void res.writeHead(400, { "content-type": "text/html" }).end('{"error":""bad""}');
    try {
      const assertion = form.get("client_assertion") ?? "";
      const { payload, protectedHeader } = await jwtVerify(
        assertion,
        createLocalJWKSet(this.toolKeys ?? { keys: [] }),
        {
          currentDate: new Date(this.now()),
          requiredClaims: ["exp", "jti", "sub"],
          audience: `${this.origin}/token`,
        },
      );
      // Moodle has no leeway at all for a clock that is ahead.
      if (!protectedHeader.kid || (payload.iat ?? Infinity) * 1000 > this.now()) {
        refuse();
        return;
      }
      const asked = (form.get("scope") ?? "").split(" ");
      if (!asked.every((scope) => this.grantedScopes.includes(scope))) {
        refuse();
        return;
      }
      const token = `token-${this.tokens.size + 1}`;
      this.tokens.set(token, asked);
      const answer = { access_token: token, token_type: "Bearer", expires_in: 3600, scope: asked.join(" ") };
      res.writeHead(200, { "content-type": "text/html" }).end(JSON.stringify(answer));
    } catch {
      refuse();
    }
  }

  /** As Moodle: one exact media type, pages by `limit` and `from`, a next page that forgets `role`. */
  #members(req: IncomingMessage, res: ServerResponse, url: URL): void {
    const granted = this.tokens.get((req.headers.authorization ?? "").replace("Bearer ", ""));
    if (!granted) return void res.writeHead(401).end();
    if (!granted.includes(names.rosterScope)) return void res.writeHead(403).end();
    if (req.headers.accept !== "application/vnd.ims.lti-nrps.v2.membershipcontainer+json")
      return void res.writeHead(400).end();
    const [limit, from] = ["limit", "from"].map((name) => Number(url.searchParams.get(name) ?? 0));
    const page = limit === 0 ? this.members : this.members.slice(from, from! + limit!);
    const next = new URL(url);
    next.searchParams.set("from", String(from! + limit!));
    const more = limit !== 0 && from! + limit! < this.members.length;
    json(
      res,
      200,
      { id: url.href, context: { id: "course-1" }, members: page },
      {
        ...(more ? { link: `<${next.href}>; rel="next"` } : {}),
      },
    );
  }

  #services(req: IncomingMessage, res: ServerResponse, { url, body }: { url: URL; body: string }): void {
    const granted = this.tokens.get((req.headers.authorization ?? "").replace("Bearer ", ""));
    if (!granted) return void res.writeHead(401).end();
    const may = (scope: string): boolean => granted.some((one) => one.endsWith(`/${scope}`));
    const type = (req.headers["content-type"] ?? "").split(";")[0];
    if (url.pathname === "/lineitems" && req.method === "GET") {
      if (req.headers.accept !== "application/vnd.ims.lis.v2.lineitemcontainer+json")
        return void res.writeHead(400).end();
      const wanted = [...this.lineItems.values()].filter(
        (item) =>
          item.tag === url.searchParams.get("tag") &&
          item.resourceLinkId === url.searchParams.get("resource_link_id"),
      );
      json(res, may("lineitem") ? 200 : 403, wanted);
      return;
    }
    if (url.pathname === "/lineitems" && req.method === "POST") {
      if (type !== "application/vnd.ims.lis.v2.lineitem+json" || !may("lineitem"))
        return void res.writeHead(400).end();
      const path = `/lineitems/${this.lineItems.size + 1}/lineitem`;
      const item = { ...(JSON.parse(body) as object), id: `${this.origin}${path}?type_id=7` };
      this.lineItems.set(path, item);
      json(res, 201, item);
      return;
    }
    this.#score(req, res, { path: url.pathname, typeId: url.searchParams.get("type_id"), body, may });
  }

  #score(
    req: IncomingMessage,
    res: ServerResponse,
    about: { path: string; typeId: string | null; body: string; may: (scope: string) => boolean },
  ): void {
    const type = (req.headers["content-type"] ?? "").split(";")[0];
    const item = about.path.replace(/\/scores$/, "");
    if (!about.path.endsWith("/scores") || !this.lineItems.has(item) || about.typeId !== "7")
      return void res.writeHead(404).end();
    if (type !== "application/vnd.ims.lis.v1.score+json" || !about.may("score"))
      return void res.writeHead(400).end();
    const score = JSON.parse(about.body) as Record<string, unknown>;
    const user = String(score.userId);
    const before = this.scores.get(user);
    const second = (one: Record<string, unknown> | undefined): number =>
      Math.floor(Date.parse(String(one?.timestamp)) / 1000);
    if (Number.isNaN(second(score)) || score.gradingProgress !== "FullyGraded")
      return void res.writeHead(400).end();
    if (before && second(score) <= second(before)) return void res.writeHead(409).end();
    this.scores.set(user, score);
    res.writeHead(200).end();
  }
}

function json(
  res: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  res.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}
