import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const spec = "https://purl.imsglobal.org/spec";
const about = `${spec}/lti-platform-configuration`;
export const toolConfiguration = `${spec}/lti-tool-configuration`;
export const canvasExtension = "https://canvas.instructure.com/lti";

export type Json = Record<string, unknown>;

/** What the platform was sent. */
export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly userAgent: string | undefined;
  readonly body: Json;
}

/** A platform's registration service on real HTTP, in Moodle's way or in Canvas's; a test may change what it says. */
export class RegisteringPlatform {
  readonly heard: Heard[] = [];
  /** Tokens that a registration may be made with; each works once in Moodle. */
  readonly tokens = new Set(["token-1"]);
  /** Changes to its configuration; `undefined` takes a member away. */
  changes: Json = {};
  /** What answers at a path instead of it. */
  readonly instead = new Map<string, (req: IncomingMessage, res: ServerResponse) => void>();
  origin = "";
  readonly #server: Server;
  #clients = 0;

  private constructor(readonly flavour: "moodle" | "canvas") {
    this.#server = createServer((req, res) => {
      void this.#serve(req, res);
    });
  }

  static async start(flavour: "moodle" | "canvas"): Promise<RegisteringPlatform> {
    const platform = new RegisteringPlatform(flavour);
    await new Promise<void>((done) => platform.#server.listen(0, "127.0.0.1", done));
    platform.origin = `http://127.0.0.1:${(platform.#server.address() as AddressInfo).port}`;
    return platform;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  /** How many registrations were posted to it. */
  get posts(): readonly Heard[] {
    return this.heard.filter(({ path }) => path === "/register");
  }

  configuration(): Json {
    const usual: Json = {
      issuer: this.flavour === "canvas" ? "https://canvas.example" : this.origin,
      authorization_endpoint: `${this.origin}/auth`,
      token_endpoint: `${this.origin}/token`,
      jwks_uri: `${this.origin}/jwks`,
      registration_endpoint: `${this.origin}/register`,
      authorization_server: this.flavour === "canvas" ? "canvas.example" : this.origin,
      token_endpoint_auth_methods_supported: ["private_key_jwt"],
      token_endpoint_auth_signing_alg_values_supported: ["RS256"],
      scopes_supported: [
        ...["lineitem", "lineitem.readonly", "result.readonly", "score"].map(
          (scope) => `${spec}/lti-ags/scope/${scope}`,
        ),
        `${spec}/lti-nrps/scope/contextmembership.readonly`,
        ...(this.flavour === "canvas" ? [`${spec}/lti/scope/noticehandlers`] : []),
      ],
      response_types_supported: ["id_token"],
      id_token_signing_alg_values_supported: ["RS256"],
      [about]: {
        product_family_code: this.flavour,
        version: "4.3",
        messages_supported: [{ type: "LtiResourceLinkRequest" }, { type: "LtiDeepLinkingRequest" }],
        ...(this.flavour === "canvas" ? { [`${canvasExtension}/account_name`]: "Northgate College" } : {}),
      },
    };
    return { ...usual, ...this.changes };
  }

  async #serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of req) chunks.push(chunk as Uint8Array);
    const { pathname: path } = new URL(req.url ?? "/", this.origin);
    const text = Buffer.concat(chunks).toString();
    const { authorization, "user-agent": userAgent } = req.headers;
    const body = text === "" ? {} : (JSON.parse(text) as Json);
    this.heard.push({ method: req.method ?? "", path, authorization, userAgent, body });
    const token = authorization?.replace(/^Bearer /, "") ?? "";
    const usual = path === "/openid-configuration" ? this.#describe : this.#register;
    const instead = this.instead.get(path);
    if (instead) instead(req, res);
    else usual.call(this, res, token, body);
  }

  #describe(res: ServerResponse, token: string): void {
    if (this.flavour === "moodle" || this.tokens.has(token)) json(res, 200, this.configuration());
    else json(res, 401, { error: "Access token missing" });
  }

  #register(res: ServerResponse, token: string, body: Json): void {
    if (!this.tokens.has(token)) {
      if (this.flavour === "moodle") res.writeHead(401).end("token_already_used");
      else json(res, 401, { errorMessage: "JWT did not include expected contents" });
      return;
    }
    const tool = body[toolConfiguration] as Json;
    if (tool.domain !== new URL(String(tool.target_link_uri)).host) {
      if (this.flavour === "moodle") res.writeHead(400).end("domain_targetlinkuri_mismatch");
      else json(res, 422, { errors: [{ message: "domain does not match" }] });
      return;
    }
    this.#clients += 1;
    if (this.flavour === "moodle") {
      this.tokens.delete(token);
      const answer = {
        ...body,
        client_id: `client-${this.#clients}`,
        [toolConfiguration]: { ...tool, deployment_id: 7 },
      };
      json(res, 200, answer);
    } else {
      const config = `${this.origin}/api/lti/registrations/${this.#clients}`;
      const answered = { ...tool, [`${canvasExtension}/registration_config_url`]: config };
      json(res, 200, {
        ...body,
        client_id: 10_000_000_000_000 + this.#clients,
        [toolConfiguration]: answered,
      });
    }
  }
}

export function json(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
