import express, { type Request, type RequestHandler, type Response, type Router } from "express";
import type { Academy, Invite } from "../../../foundation/directory/index.js";
import {
  allowFraming,
  field,
  queryParameter,
  readForm,
  sendPage,
  translatorOf,
  type PageModel,
} from "../../../foundation/web/index.js";
import { canvasJson } from "../registration/canvas-json.js";
import { fetchConfiguration, type PlatformConfiguration } from "../registration/configuration.js";
import { RegistrationError } from "../registration/errors.js";
import { registerPlatform } from "../registration/register.js";
import type { RegistrationParts } from "../registration/parts.js";
import { toolIn } from "../registration/tool.js";

/** Dynamic registration, in a frame of the platform's page, and the JSON for Canvas; to be mounted at `/lti`. */
export function registerRoutes(parts: RegistrationParts): Router {
  const router = express.Router();
  const inFrame: RequestHandler = (_req, res, next) => {
    // A refusal must show in the platform's page; it holds nothing to click.
    allowFraming(res, "anyone");
    res.setHeader("Cache-Control", "no-store");
    next();
  };
  router.get("/register/:invite", inFrame, (req, res) => ask(req, res, parts));
  router.post("/register/:invite", inFrame, readForm(), (req, res) => register(req, res, parts));
  router.get("/canvas.json", (_req, res) => {
    res.setHeader("Cache-Control", "public, max-age=300");
    res.json(canvasJson(toolIn(translatorOf(res), parts.origin)));
  });
  return router;
}

interface AskModel extends PageModel {
  readonly academy: string;
  readonly jurisdiction: string;
  readonly name: string;
  readonly host: string;
  readonly pending: string;
}

/** What the platform opens: one question, one button. Nothing is changed. */
async function ask(req: Request, res: Response, parts: RegistrationParts): Promise<void> {
  const { invite, academy } = await lookAt(req, parts);
  const url = queryParameter(req, "openid_configuration");
  const words = translatorOf(res);
  if (url === undefined) {
    const link = `${parts.origin}/lti/register/${tokenOf(req)}`;
    sendPage(res, "lti/register-link", {
      pageTitle: words.t("registration.link.title"),
      academy: academy.name,
      link,
    });
    return;
  }
  const token = queryParameter(req, "registration_token");
  const configuration = await fetchConfiguration(url, token, parts);
  allowFraming(res, new URL(configuration.frameOrigin));
  const pending = { inviteId: invite.id, configuration, ...(token === undefined ? {} : { token }) };
  const told = { academy: academy.name, name: configuration.name };
  sendPage<AskModel>(res, "lti/register", {
    pageTitle: words.t("registration.ask.title", told),
    ...told,
    jurisdiction: await jurisdictionOf(academy, parts),
    host: hostOf(configuration),
    pending: parts.pendingForms.seal(pending, parts.clock.now()),
  });
}

async function register(req: Request, res: Response, parts: RegistrationParts): Promise<void> {
  const { invite, academy } = await lookAt(req, parts);
  const pending = parts.pendingForms.open(field(req, "pending") ?? "", invite.id, parts.clock.now());
  const words = translatorOf(res);
  const { name } = await registerPlatform(
    {
      inviteToken: tokenOf(req),
      pending,
      tool: toolIn(words, parts.origin),
      names: field(req, "names") === "yes",
    },
    parts,
  );
  allowFraming(res, new URL(pending.configuration.frameOrigin));
  const told = { academy: academy.name, name };
  sendPage(res, "lti/registered", {
    pageTitle: words.t("registration.done.title", told),
    ...told,
    // What is left to do at the platform differs.
    atPlatform: words.t(`registration.done.at.${pending.configuration.flavour}`, told),
  });
}

const tokenOf = (req: Request): string => String(req.params["invite"]);

/** @throws DirectoryError `invite_…`; RegistrationError `invite_for_another_purpose` */
async function lookAt(
  req: Request,
  { directory }: RegistrationParts,
): Promise<{ invite: Invite; academy: Academy }> {
  const invite = await directory.invites.look(tokenOf(req));
  if (invite.purpose !== "registration") throw new RegistrationError("invite_for_another_purpose");
  return { invite, academy: await directory.academy(invite.academyId) };
}

/** An academy's jurisdiction, by name. */
export async function jurisdictionOf(
  { jurisdictionId }: Academy,
  { directory }: Pick<RegistrationParts, "directory">,
): Promise<string> {
  const known = (await directory.jurisdictions()).find(({ id }) => id === jurisdictionId);
  return known?.name ?? jurisdictionId;
}

const hostOf = ({ registrationUrl }: PlatformConfiguration): string => new URL(registrationUrl).host;
