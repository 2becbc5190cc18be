import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from "jose";
import { loadCatalogues } from "../../src/foundation/i18n/index.js";
import { createLogger, createNewId } from "../../src/foundation/kernel/index.js";
import { createSandbox, type Sandbox, type SandboxOptions } from "../../src/sandbox/index.js";
import { fixedAt, type FixedClock } from "../kit/clock.js";
import { HttpBrowser, type Page } from "../kit/http-browser.js";

const views = fileURLToPath(new URL("../../views", import.meta.url));
export const catalogues = loadCatalogues(`${views}/locales`);

/** Changes to a JWT's claims; undefined takes one away. */
export type Claims = Record<string, unknown>;

/** What was sent to the tool's side. */
interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly body: string;
}

/** The tool's side: it publishes keys, signs assertions, and speaks HTTP. */
export interface SandboxUnderTest {
  readonly sandbox: Sandbox;
  readonly origin: string;
  readonly toolOrigin: string;
  readonly launchUrl: string;
  /** Every request to the tool but those for its keys. */
  readonly received: Received[];
  readonly clock: FixedClock;
  /** What the tool's JWKS endpoint answers; a test may change it. */
  readonly published: { keys: JWK[] };
  /** What the tool answers at /lti/canvas.json; a test may change it. */
  readonly answers: { canvasJson: object };
  /** Anything, signed by the tool. */
  sign(claims: Claims, header?: { kid?: string | undefined; alg?: string }): Promise<string>;
  /** An assertion as a good tool signs it, with changes to its claims and header. */
  assertion(claims?: Claims, header?: { kid?: string | undefined; alg?: string }): Promise<string>;
  stop(): Promise<void>;
}

const listen = async (host: string, handler: RequestListener): Promise<{ server: Server; port: number }> => {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return { server, port: (server.address() as AddressInfo).port };
};
const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

let toolsKey: Promise<{ privateKey: CryptoKey; jwk: JWK }> | undefined;
async function makeKey(): Promise<{ privateKey: CryptoKey; jwk: JWK }> {
  const pair = await generateKeyPair("RS256", { extractable: true });
  return {
    privateKey: pair.privateKey,
    jwk: { ...(await exportJWK(pair.publicKey)), kid: "tool-1", alg: "RS256", use: "sig" },
  };
}

export async function aSandbox(
  overrides: Partial<Pick<SandboxOptions, "statePath" | "alterIdToken">> = {},
): Promise<SandboxUnderTest> {
  toolsKey ??= makeKey();
  const { privateKey, jwk } = await toolsKey;
  const published = { keys: [jwk] };
  const answers = { canvasJson: {} as object };
  const clock = fixedAt("2026-03-02T09:00:00.500Z");
  const received: Received[] = [];
  const tool = await listen("127.0.0.1", (req, res) => {
    let body = "";
    req.on("data", (data: Buffer) => (body += data.toString()));
    req.on("end", () => {
      if (req.url !== "/lti/jwks") received.push({ method: req.method, url: req.url, body });
      res.setHeader("Content-Type", "application/json");
      res.end(JSON.stringify(req.url === "/lti/canvas.json" ? answers.canvasJson : published));
    });
  });
  const toolOrigin = `http://localhost:${tool.port}`;
  let answer: RequestListener = (_req, res) => res.end();
  const site = await listen("127.0.0.1", (req, res) => answer(req, res));
  const origin = `http://127.0.0.1:${site.port}`;
  const launchUrl = `${toolOrigin}/lti/launch`;
  const sandbox = await createSandbox({
    origin,
    tool: {
      origin: toolOrigin,
      loginUrl: `${toolOrigin}/lti/login`,
      launchUrl,
      jwksUrl: `http://127.0.0.1:${tool.port}/lti/jwks`,
    },
    statePath: undefined,
    clock,
    newId: createNewId(clock),
    logger: createLogger("silent"),
    catalogues,
    viewsDirectory: views,
    ...overrides,
  });
  answer = sandbox.app;
  const sign: SandboxUnderTest["sign"] = (claims, header = {}) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: "RS256", kid: "tool-1", ...header } as { alg: string })
      .sign(privateKey);
  return {
    ...{ sandbox, origin, toolOrigin, launchUrl, clock, published, answers, received, sign },
    assertion: (claims = {}, header = {}) => {
      const { clientId, tokenAudience } = sandbox.registration;
      const now = Math.floor(clock.now() / 1000);
      const usual = { iat: now - 5, exp: now + 60, jti: "a" };
      return sign({ iss: clientId, sub: clientId, aud: tokenAudience, ...usual, ...claims }, header);
    },
    stop: async () => {
      await sandbox.close();
      await close(site.server);
      await close(tool.server);
    },
  };
}

export type Authentication = Record<string, string>;

/** Opens the course's launch without following it, and answers as the tool would: a good authentication request. */
export async function beginLaunch(
  { origin, sandbox, launchUrl }: SandboxUnderTest,
  as = "trainee-one",
  target = "",
): Promise<{ login: URLSearchParams; request: Authentication }> {
  const response = await fetch(`${origin}/course/launch?as=${as}${target}`, { redirect: "manual" });
  const login = new URL(response.headers.get("location") ?? "").searchParams;
  const request = {
    scope: "openid",
    response_type: "id_token",
    response_mode: "form_post",
    client_id: sandbox.registration.clientId,
    redirect_uri: launchUrl,
    login_hint: login.get("login_hint") ?? "",
    lti_message_hint: login.get("lti_message_hint") ?? "",
    nonce: "n-1",
    state: "s-1",
    prompt: "none",
  };
  return { login, request };
}

export const authenticate = (origin: string, request: Authentication): Promise<Page> =>
  new HttpBrowser().get(`${origin}/auth?${new URLSearchParams(request).toString()}`);

/** What a page's form would post. */
export const formOf = (page: Page): Record<string, string> => Object.fromEntries(page.forms[0]?.fields ?? []);

export const scopes = {
  lineItem: "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
  readOnly: "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly",
  score: "https://purl.imsglobal.org/spec/lti-ags/scope/score",
};

export async function askToken(
  tested: SandboxUnderTest,
  changes: Readonly<Record<string, string>> = {},
  leaveOut = "",
): Promise<{ status: number; type: string | null; body: Record<string, unknown> }> {
  const values = {
    grant_type: "client_credentials",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: await tested.assertion(),
    scope: Object.values(scopes).join(" "),
    ...changes,
  };
  const body = new URLSearchParams(values);
  body.delete(leaveOut);
  const response = await fetch(`${tested.origin}/token`, { method: "POST", body });
  return {
    status: response.status,
    type: response.headers.get("content-type"),
    body: JSON.parse(await response.text()) as Record<string, unknown>,
  };
}

export async function bearer(tested: SandboxUnderTest, scope?: string): Promise<string> {
  const { body } = await askToken(tested, scope === undefined ? {} : { scope });
  return `Bearer ${String(body.access_token)}`;
}

const itemType = "application/vnd.ims.lis.v2.lineitem+json";

export const itemsUrl = ({ origin }: SandboxUnderTest): string => `${origin}/ags/lineitems?type_id=1`;
const scoresUrl = (itemUrl: string): string => itemUrl.replace("?", "/scores?");

export async function addItem(tested: SandboxUnderTest, item: object = {}): Promise<string> {
  const response = await fetch(itemsUrl(tested), {
    method: "POST",
    headers: { "content-type": itemType, authorization: await bearer(tested) },
    body: JSON.stringify({ label: "Module M01", scoreMaximum: 100, resourceLinkId: "rl-m01", ...item }),
  });
  return ((await response.json()) as { id: string }).id;
}

export async function postScore(
  tested: SandboxUnderTest,
  itemUrl: string,
  score: object,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  const [trainee] = tested.sandbox.gradebook().users;
  const response = await fetch(scoresUrl(itemUrl), {
    method: "POST",
    headers: {
      "content-type": "application/vnd.ims.lis.v1.score+json",
      authorization: await bearer(tested),
      ...headers,
    },
    body: JSON.stringify({
      userId: trainee?.id,
      timestamp: "2026-03-02T09:00:00.000Z",
      activityProgress: "Completed",
      gradingProgress: "FullyGraded",
      scoreGiven: 80,
      scoreMaximum: 100,
      ...score,
    }),
  });
  return { status: response.status, text: await response.text() };
}
