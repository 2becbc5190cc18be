import express, { type Request, type Response, type Router } from "express";
import { seconds } from "../../foundation/kernel/index.js";
import {
  field,
  fields,
  type PageModel,
  queryParameter,
  readForm,
  sendPage,
  translatorOf,
} from "../../foundation/web/index.js";
import { isOnLoopback, platformOf, scopesOf } from "../addresses.js";
import { onThisMachine, toolOfCanvasJson } from "../canvas-json.js";
import { SandboxError } from "../errors.js";
import { flavours, type Flavour } from "../flavour.js";
import type { RegistrationTokens } from "../registration-tokens.js";
import type { NewTool, Tools } from "../tools.js";
import { userOf, type User } from "../users.js";
import { holdsTools } from "./framing.js";
import { fromOurPages } from "./scene.js";
import { shownTool } from "./tool-page.js";

export interface AdminDeps {
  readonly origin: string;
  readonly users: readonly User[];
  readonly tools: Tools;
  readonly registrationTokens: RegistrationTokens;
}

interface AdminPage extends PageModel {
  readonly tools: readonly {
    readonly name: string;
    readonly clientId: string;
    readonly flavour: string;
    readonly isPending: boolean;
    readonly isCanvas: boolean;
    readonly href: string;
  }[];
}

interface RegisterPage extends PageModel {
  readonly registrationHref: string;
}

const administrator = "administrator";
export const toolHref = (clientId: string): string => `/admin/tools/${clientId}?as=${administrator}`;

/** `/admin`: which tools are installed, and the three ways in which an LMS takes a new one. */
export function adminRoutes(deps: AdminDeps): Router {
  const router = express.Router();
  router.get("/admin", (req, res) => {
    demandAdministrator(queryParameter(req, "as"), deps);
    sendAdmin(res, deps);
  });
  router.get("/admin/register", (req, res) => sendRegistration(req, res, deps));
  router.post("/admin/tools", fromOurPages, readForm(), async (req: Request, res) => {
    demandAdministrator(field(req, "as"), deps);
    await add(res, toolOfFields(req), deps);
  });
  router.post(
    "/admin/tools/canvas-json",
    fromOurPages,
    readForm({ limit: "256kb" }),
    async (req: Request, res) => {
      demandAdministrator(field(req, "as"), deps);
      const pasted = field(req, "json") ?? "";
      const text = pasted.trim() === "" ? await fetchText(field(req, "url") ?? "") : pasted;
      await add(res, toolOfCanvasJson(text), deps);
    },
  );
  return router;
}

/** @throws SandboxError `sandbox_user_unknown`, `sandbox_user_may_not` */
export function demandAdministrator(key: string | undefined, { users }: Pick<AdminDeps, "users">): void {
  if (userOf(users, key).key !== administrator) throw new SandboxError("sandbox_user_may_not");
}

function sendAdmin(res: Response, { tools }: AdminDeps): void {
  const words = translatorOf(res);
  res.setHeader("Cache-Control", "no-store");
  const page: AdminPage = {
    pageTitle: words.t("sandbox.admin.pageTitle", { count: tools.all().length }),
    tools: tools.all().map((tool) => ({
      ...shownTool(tool, words),
      href: toolHref(tool.clientId),
    })),
  };
  sendPage(res, "sandbox/admin", page);
}

/** The registration link in a frame, with the two parameters that Dynamic Registration 1.0 §3.2 adds. */
async function sendRegistration(req: Request, res: Response, deps: AdminDeps): Promise<void> {
  demandAdministrator(queryParameter(req, "as"), deps);
  const flavour = flavourOf(queryParameter(req, "flavour"));
  const url = loopbackUrl(queryParameter(req, "url") ?? "");
  const { origin, registrationTokens, tools } = deps;
  const token = await registrationTokens.issue(flavour, tools.newClientId(flavour));
  url.searchParams.set("openid_configuration", platformOf(origin, flavour).configurationUrl);
  url.searchParams.set("registration_token", token);
  holdsTools(res, [url.origin]);
  const page: RegisterPage = {
    pageTitle: translatorOf(res).t("sandbox.register.pageTitle"),
    registrationHref: url.href,
  };
  sendPage(res, "sandbox/register", page);
}

/** Entered by hand: in Moodle's flavour it is active at once, as there; in Canvas's it still has to be enabled. */
async function add(res: Response, tool: NewTool, { tools }: AdminDeps): Promise<void> {
  const state = tool.flavour === "moodle" ? "active" : "pending";
  const { clientId } = await tools.add(tool, tools.newClientId(tool.flavour), state);
  res.redirect(303, toolHref(clientId));
}

function toolOfFields(req: Request): NewTool {
  const value = (name: string): string => {
    const text = (field(req, name) ?? "").trim();
    if (text === "") throw new SandboxError("sandbox_tool_malformed", { field: name });
    return text;
  };
  const flavour = flavourOf(field(req, "flavour"));
  const launchUrl = value("launch_url");
  const sees = fields(req, "sends");
  return onThisMachine({
    flavour,
    name: value("name"),
    loginUrl: value("login_url"),
    redirectUris: [launchUrl],
    targetLinkUri: launchUrl,
    jwksUrl: value("jwks_url"),
    scopes: scopesOf(flavour),
    custom: {},
    messages: [
      { type: "LtiResourceLinkRequest", placements: ["course_navigation"], custom: {} },
      { type: "LtiDeepLinkingRequest", placements: ["link_selection"], custom: {} },
    ],
    sendsName: sees.includes("name"),
    sendsMail: sees.includes("mail"),
  });
}

function flavourOf(text: string | undefined): Flavour {
  const flavour = flavours.find((one) => one === text);
  if (!flavour) throw new SandboxError("sandbox_tool_malformed", { field: "flavour" });
  return flavour;
}

function loopbackUrl(text: string): URL {
  if (!isOnLoopback(text)) throw new SandboxError("sandbox_tool_elsewhere", { address: text });
  return new URL(text);
}

async function fetchText(url: string): Promise<string> {
  const { href } = loopbackUrl(url);
  try {
    const response = await fetch(href, { signal: AbortSignal.timeout(seconds(5)), redirect: "error" });
    if (response.ok) return await response.text();
  } catch (cause) {
    throw new SandboxError("sandbox_tool_json_unreachable", { address: href }, { cause });
  }
  throw new SandboxError("sandbox_tool_json_unreachable", { address: href });
}
