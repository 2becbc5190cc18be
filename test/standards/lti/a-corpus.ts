import { createHmac, KeyObject, sign } from "node:crypto";
import { inject, type InjectedAnswer } from "../../kit/injected.js";
import { unescapeHtml } from "../../kit/http-browser.js";
import { json } from "./a-registering-platform.js";
import { origin, registrationToken, type FuzzedTool } from "./a-fuzzed-tool.js";
import { canary, type Draft, type Json, type Token } from "./a-mutation.js";
import { deepLinking, resourceLink, review, type MessageKind } from "./message-kinds.js";
import { names } from "./a-platform.js";

type Pair = [string, string];

/** A real request, fresh, and the secrets in it and around it. */
export interface Real {
  readonly draft: Draft;
  readonly secrets: readonly string[];
}

const draftOf = (method: string, path: string, more: Partial<Draft> = {}): Draft => ({
  ...{ method, path, query: [], headers: [["accept", "text/html"]], form: undefined, body: "", said: {} },
  ...{ token: undefined, ...more },
});
const asForm: Pair = ["content-type", "application/x-www-form-urlencoded"];
const html: Pair = ["accept", "text/html"];

/** Pages that a browser was let into, with the token of their forms. */
interface Inside {
  readonly path: string;
  readonly token: string;
  readonly cookie: string;
}

interface Invited {
  readonly path: string;
  readonly secret: string;
  readonly mark: string;
  readonly cookie: string;
}

/** Asks as a browser does, and keeps what it is given. */
export class Corpus {
  readonly #key: KeyObject;
  #pick: Inside | undefined;
  #desk: Inside | undefined;
  #owner: Invited | undefined;
  #browser = "";
  #invite = "";
  #pending = "";
  #begun = 0;

  constructor(readonly tool: FuzzedTool) {
    this.#key = KeyObject.from(tool.platform.key.privateKey);
  }

  /** How many logins were begun. */
  get begun(): number {
    return this.#begun;
  }

  /** Each makes one real request. */
  readonly kinds: readonly (() => Promise<Real>)[] = [
    () => this.#login("POST"),
    () => this.#login("GET"),
    () => this.#login("POST", "kept"),
    () => this.#login("POST", "blocked"),
    () => this.#launch(resourceLink),
    () => this.#launch(resourceLink),
    () => this.#launch(deepLinking),
    () => this.#launch(review),
    () => this.#launchByScript(),
    () => this.#askRegistration(),
    () => this.#register(),
    () => this.#notices(),
    () => Promise.resolve(this.#plain()),
    () => this.#pickPage(),
    () => this.#pickAnswer(),
    () => this.#useInvite(),
    () => this.#deskForm(),
  ];
  #turn = 0;

  async send(draft: Draft): Promise<InjectedAnswer> {
    const answer = await inject(this.tool.handler, { ...draft, url: urlOf(draft), body: this.bytes(draft) });
    this.note(answer.status, answer.headers.location ?? "", answer.text);
    return answer;
  }

  /** Counts the logins that an answer has begun. */
  note(status: number, location: string, text: string): void {
    const waits = status === 200 && text.includes('id="platform-storage"') && text.includes("data-secret");
    if (location.startsWith(`${this.tool.platform.origin}/auth`) || waits) this.#begun += 1;
  }

  /** The body, with its token signed as the draft has it now. */
  bytes({ form, body, token }: Draft): Buffer {
    const jwt = token && this.#sign(token);
    if (form === undefined) {
      return typeof body === "string"
        ? Buffer.from(jwt === undefined ? body : body.replace("JWT", jwt))
        : body;
    }
    const filled = form.map(([name, value]): Pair => [
      name,
      name === token?.field && value === "" ? jwt! : value,
    ]);
    return Buffer.from(new URLSearchParams(filled).toString());
  }

  #sign({ header, claims, text, forged, after }: Token): string {
    const part = (of: string): string => Buffer.from(of).toString("base64url");
    const signed = `${part(JSON.stringify(header))}.${part(text ?? JSON.stringify(claims))}`;
    if (forged) {
      const mac = createHmac("sha256", JSON.stringify(this.tool.platform.keys[0]))
        .update(signed)
        .digest("base64url");
      return after(`${signed}.${mac}`);
    }
    return after(`${signed}.${sign("RSA-SHA256", Buffer.from(signed), this.#key).toString("base64url")}`);
  }

  #loginForm(): Pair[] {
    return [
      ["iss", this.tool.platform.origin],
      ["client_id", "client-1"],
      ["login_hint", canary],
      ["lti_message_hint", `{"cmid":3,"user":"${canary}"}`],
      ["target_link_uri", `${origin}/lti/launch`],
      ["lti_deployment_id", "deployment-1"],
      ["lti_storage_target", "post_message_forwarding"],
    ];
  }

  /** Of a browser that was here before, for a while. */
  async #cookie(): Promise<string> {
    if (this.#browser !== "" && this.#turn++ % 100 > 0) return this.#browser;
    const { headers } = await this.send(draftOf("GET", "/lti/login", { query: this.#loginForm() }));
    return (this.#browser = String(headers["set-cookie"]).split(";")[0] ?? "");
  }

  async #login(method: "GET" | "POST", cookies?: "kept" | "blocked"): Promise<Real> {
    const cookie = cookies === "kept" ? await this.#cookie() : undefined;
    const query: Pair[] = method === "GET" ? this.#loginForm() : [];
    const form = method === "GET" ? undefined : this.#loginForm();
    if (cookies) query.push(["again", "1"]);
    const headers: Pair[] = [html, asForm, ...(cookie === undefined ? [] : [["cookie", cookie] as Pair])];
    return { draft: draftOf(method, "/lti/login", { query, form, headers }), secrets: secretsIn(cookie) };
  }

  async #begin(): Promise<{ state: string; nonce: string; cookie: string }> {
    const { draft, secrets } = await this.#login("POST", "kept");
    const asked = new URL(String((await this.send(draft)).headers.location)).searchParams;
    const cookie = draft.headers.find(([name]) => name === "cookie")?.[1] ?? "";
    if (secrets.length === 0) throw new Error("the corpus: no cookie came with the login");
    return { state: asked.get("state") ?? "", nonce: asked.get("nonce") ?? "", cookie };
  }

  #token(nonce: string, kind: MessageKind, field: string): Token {
    const { platform, clock } = this.tool;
    const now = Math.floor(clock.now() / 1000);
    const claims: Json = {
      ...{
        iss: platform.origin,
        aud: "client-1",
        sub: `user-${this.#turn++ % 50}`,
        iat: now,
        exp: now + 60,
        nonce,
      },
      ...{ name: canary, email: `${canary}@example.org`, picture: `https://example.org/${canary}` },
      [names.version]: "1.3.0",
      [names.messageType]: "LtiResourceLinkRequest",
      [names.deploymentId]: "deployment-1",
      [names.targetLinkUri]: `${origin}/lti/launch`,
      [names.roles]: [names.learner],
      [names.resourceLink]: { id: "link-1", title: "Link" },
      [names.context]: { id: "course-1", title: "Course", type: ["CourseSection"] },
      [names.custom]: { module: "M01", context_history: "course-0" },
      [names.presentation]: {
        locale: "en_GB",
        return_url: `${platform.origin}/back`,
        document_target: "iframe",
      },
      [names.endpoint]: { scope: names.scopes, lineitems: `${platform.origin}/lineitems` },
      [names.roster]: { context_memberships_url: `${platform.origin}/members`, service_versions: ["2.0"] },
      ...kind.claims(this.tool),
    };
    const header = { alg: "RS256", kid: platform.key.kid, typ: "JWT" };
    // A copy without what is undefined, for each mutation to spoil.
    return {
      ...(JSON.parse(JSON.stringify({ header, claims })) as Token),
      field,
      forged: false,
      after: (jwt) => jwt,
    };
  }

  async #launch(kind: MessageKind): Promise<Real> {
    const { state, nonce, cookie } = await this.#begin();
    const token = this.#token(nonce, kind, "id_token");
    const form: Pair[] = [
      ["state", state],
      ["id_token", ""],
      ["lti_storage_target", "_parent"],
    ];
    const headers: Pair[] = [html, asForm, ["cookie", cookie]];
    const draft = draftOf("POST", "/lti/launch", { form, headers, token });
    return { draft, secrets: [state, nonce, ...secretsIn(cookie)] };
  }

  async #launchByScript(): Promise<Real> {
    const { draft: login } = await this.#login("POST", "blocked");
    const { text } = await this.send(login);
    const next = unescapeHtml(/data-next="([^"]+)"/.exec(text)?.[1] ?? "about:blank");
    const asked = new URL(next).searchParams;
    const secret = /data-secret="([\w-]{43})"/.exec(text)?.[1] ?? "";
    const [state, nonce] = [asked.get("state") ?? "", asked.get("nonce") ?? ""];
    if (secret === "" || state === "") throw new Error(`the corpus: no storage page: ${text}`);
    const headers: Pair[] = [["accept", "application/json"], asForm, ["authorization", `Bearer ${secret}`]];
    const token = this.#token(nonce, resourceLink, "id_token");
    const form: Pair[] = [
      ["state", state],
      ["id_token", ""],
    ];
    return {
      draft: draftOf("POST", "/lti/launch", { form, headers, token }),
      secrets: [state, nonce, secret],
    };
  }

  async #registrationLink(): Promise<Pair> {
    const { invites } = this.tool.directory;
    this.tool.registering.tokens.add(registrationToken);
    if (!(await works(invites.look(this.#invite))) || this.#turn++ % 500 === 0) {
      this.#invite = (
        await invites.make(this.tool.academy, { purpose: "registration", label: "Moodle" })
      ).token;
      this.#pending = "";
    }
    return [`/lti/register/${this.#invite}`, this.#invite];
  }

  async #askRegistration(): Promise<Real> {
    const { registering } = this.tool;
    const [path, invite] = await this.#registrationLink();
    const said = registering.configuration();
    registering.instead.set("/openid-configuration", (_req, res) => json(res, 200, said));
    const query: Pair[] = [
      ["openid_configuration", `${registering.origin}/openid-configuration`],
      ["registration_token", registrationToken],
    ];
    return { draft: draftOf("GET", path, { query, said }), secrets: [invite, registrationToken] };
  }

  async #register(): Promise<Real> {
    const [path, invite] = await this.#registrationLink();
    if (this.#pending === "") {
      const { text } = await this.send((await this.#askRegistration()).draft);
      this.#pending = /name="pending" value="([^"]+)"/.exec(text)?.[1] ?? "";
      if (this.#pending === "") throw new Error(`the corpus: no registration form: ${text}`);
    }
    const about = "https://purl.imsglobal.org/spec/lti-tool-configuration";
    const said: Json = {
      client_id: `client-${this.#turn++}`,
      [about]: { deployment_id: 7 },
      scope: "openid",
    };
    this.tool.registering.instead.set("/register", (_req, res) => json(res, 200, said));
    const form: Pair[] = [
      ["pending", this.#pending],
      ["names", "yes"],
    ];
    const draft = draftOf("POST", path, { form, said, headers: [html, asForm] });
    return { draft, secrets: [invite, registrationToken, this.#pending] };
  }

  #notices(): Promise<Real> {
    const token = this.#token(`nonce-of-a-notice-${this.#turn++}`, resourceLink, "notices");
    Object.assign(token.claims, {
      "https://purl.imsglobal.org/spec/lti/claim/notice": { id: "n1", type: "LtiContextCopyNotice" },
      "https://purl.imsglobal.org/spec/lti/claim/origin_contexts": ["course-0"],
    });
    const body = '{"notices":[{"jwt":"JWT"},{"jwt":"x.y.z"}]}';
    const draft = draftOf("POST", "/lti/notices", {
      body,
      token,
      headers: [["content-type", "application/json"]],
    });
    return Promise.resolve({ draft, secrets: [] });
  }

  #plain(): Real {
    const paths = ["/lti/canvas.json", "/lti/jwks", "/lti/launch", "/lti/", "/invites/x", "/visits/x/pick"];
    const path = paths[this.#turn++ % paths.length]!;
    return { draft: draftOf("GET", path, { query: [["a", "b"]] }), secrets: [] };
  }

  async #picker(): Promise<Inside> {
    if (this.#pick && this.#turn++ % 2000 > 0) return this.#pick;
    const { draft } = await this.#launch(deepLinking);
    const cookie = draft.headers.find(([name]) => name === "cookie")?.[1] ?? "";
    const path = String((await this.send(draft)).headers.location);
    const { text } = await this.send(draftOf("GET", path, { headers: [html, ["cookie", cookie]] }));
    const token = /name="token" value="([\w-]+)"/.exec(text)?.[1] ?? "";
    if (token === "") throw new Error(`the corpus: no picker: ${text}`);
    return (this.#pick = { path, token, cookie });
  }

  async #pickPage(): Promise<Real> {
    const { path, cookie } = await this.#picker();
    const query: Pair[] = [
      ["q", "first"],
      ["pick", "M01"],
      ["page", "1"],
      ["minutes", "30"],
      ["of", "M01"],
    ];
    const page = this.#turn++ % 2 ? "" : "/preview";
    const draft = draftOf("GET", path + page, { query, headers: [html, ["cookie", cookie]] });
    return { draft, secrets: secretsIn(cookie) };
  }

  async #pickAnswer(): Promise<Real> {
    const { path, token, cookie } = await this.#picker();
    const press = ["add", "nothing", "search", "clear"][this.#turn++ % 4]!;
    const form: Pair[] = [
      ["token", token],
      ["do", press],
      ["pick", "M01"],
      ["q", "x"],
      ["target", "window"],
    ];
    const draft = draftOf("POST", path, { form, headers: [html, asForm, ["cookie", cookie]] });
    return { draft, secrets: [token, ...secretsIn(cookie)] };
  }

  async #invited(): Promise<Invited> {
    const { invites } = this.tool.directory;
    const before = this.#owner;
    if (before && (await works(invites.look(before.secret)))) return before;
    const { token: secret } = await invites.make(this.tool.academy, { purpose: "owner", label: "O" });
    const { text, headers } = await this.send(draftOf("GET", `/invites/${secret}`));
    const mark = /name="mark" value="([\w-]+)"/.exec(text)?.[1] ?? "";
    const cookie = String(headers["set-cookie"]).split(";")[0] ?? "";
    return (this.#owner = { path: `/invites/${secret}`, secret, mark, cookie });
  }

  async #useInvite(): Promise<Real> {
    const { path, secret, mark, cookie } = await this.#invited();
    const draft = draftOf("POST", path, {
      form: [["mark", mark]],
      headers: [html, asForm, ["cookie", cookie]],
    });
    return { draft, secrets: [secret, mark, ...secretsIn(cookie)] };
  }

  async #deskForm(): Promise<Real> {
    if (!this.#desk || this.#turn++ % 2000 === 0) {
      const { draft } = await this.#useInvite();
      const cookie = draft.headers.find(([name]) => name === "cookie")?.[1] ?? "";
      const path = String((await this.send(draft)).headers.location);
      const page = await this.send(draftOf("GET", `${path}/add`, { headers: [html, ["cookie", cookie]] }));
      const token = /name="token" value="([\w-]+)"/.exec(page.text)?.[1] ?? "";
      this.#desk = { path, token, cookie };
    }
    const { path, token, cookie } = this.#desk;
    const address = "https://lms.example";
    const fields: Record<string, Pair[]> = {
      "/add/other": [
        ["name", "Other"],
        ["flavour", "other"],
        ["issuer", address],
        ["clientId", `c-${this.#turn++}`],
        ["deployments", "1\n2"],
        ["authorizationUrl", `${address}/auth`],
        ["tokenUrl", `${address}/token`],
        ["jwksUrl", `${address}/jwks`],
        ["tokenAudience", ""],
        ["frameOrigin", ""],
      ],
      "/add/canvas": [
        ["name", "Canvas"],
        ["address", address],
        ["clientId", "1000"],
        ["environment", "production"],
        ["deployments", "1:a"],
      ],
      "/links": [["label", canary]],
    };
    const ways = Object.keys(fields);
    const way = ways[this.#turn++ % ways.length]!;
    const form: Pair[] = [["token", token], ...fields[way]!];
    const draft = draftOf("POST", path + way, { form, headers: [html, asForm, ["cookie", cookie]] });
    return { draft, secrets: [token, ...secretsIn(cookie)] };
  }
}

const works = (look: Promise<unknown>): Promise<boolean> =>
  look.then(
    () => true,
    () => false,
  );

const secretsIn = (cookie: string | undefined): string[] => {
  const secret = cookie?.slice(cookie.indexOf("=") + 1) ?? "";
  return secret === "" ? [] : [secret];
};

/** As a client would write it: no blank and no control character can stand in a request line. */
export function urlOf({ path, query }: Draft): string {
  const search = query.length > 0 ? `?${new URLSearchParams(query).toString()}` : "";
  // What stands alone of a pair of surrogates becomes a replacement character.
  const text = Buffer.from(`${path}${search}`).toString();
  return text.replaceAll(/[^!-~]/gu, encodeURIComponent);
}
