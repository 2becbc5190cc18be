import { createHmac, timingSafeEqual } from "node:crypto";
import express, { type Request, type Response, type Router } from "express";
import {
  browserHash,
  ensureBrowser,
  field,
  readForm,
  sendPage,
  translatorOf,
  WebError,
} from "../../../foundation/web/index.js";
import { RegistrationError } from "../registration/errors.js";
import type { RegistrationParts } from "../registration/parts.js";
import { jurisdictionOf } from "./register-routes.js";

/** An owner's invite: a page that says what it is, and the button that uses it; to be mounted at `/invites`. */
export function inviteRoutes(parts: RegistrationParts): Router {
  const router = express.Router();
  router.use((_req, res, next) => {
    res.setHeader("Cache-Control", "private, no-store");
    next();
  });
  router.get("/:token", (req, res) => show(req, res, parts));
  router.post("/:token", readForm(), (req, res) => use(req, res, parts));
  return router;
}

const tokenOf = (req: Request): string => String(req.params["token"]);

/** Ties the form to the browser that was shown it: nobody else can have it opened in theirs. */
function markOf(inviteId: string, browser: string, { formKey }: RegistrationParts): string {
  return createHmac("sha256", formKey).update(`invite ${inviteId} ${browser}`).digest("base64url");
}

/** Looking changes nothing: mail programmes and chats open links before people do. */
async function show(req: Request, res: Response, parts: RegistrationParts): Promise<void> {
  const invite = await parts.directory.invites.look(tokenOf(req));
  const academy = await parts.directory.academy(invite.academyId);
  const words = translatorOf(res);
  if (invite.purpose === "registration") {
    const link = `${parts.origin}/lti/register/${tokenOf(req)}`;
    sendPage(res, "lti/register-link", {
      pageTitle: words.t("registration.link.title"),
      academy: academy.name,
      link,
    });
    return;
  }
  const browser = ensureBrowser(req, res);
  sendPage(res, "lti/invite", {
    pageTitle: words.t("registration.invite.title", { academy: academy.name }),
    academy: academy.name,
    jurisdiction: await jurisdictionOf(academy, parts),
    label: invite.label,
    mark: markOf(invite.id, browser.hash, parts),
  });
}

async function use(req: Request, res: Response, parts: RegistrationParts): Promise<void> {
  const { invites } = parts.directory;
  const invite = await invites.look(tokenOf(req));
  if (invite.purpose !== "owner") throw new RegistrationError("invite_for_another_purpose");
  const browser = browserHash(req);
  if (browser === undefined) throw new RegistrationError("desk_needs_cookie");
  const [sent, expected] = [field(req, "mark") ?? "", markOf(invite.id, browser, parts)].map((text) =>
    Buffer.from(text),
  );
  if (!sent || !expected || sent.length !== expected.length || !timingSafeEqual(sent, expected))
    throw new WebError("form_expired");
  const used = await invites.use(tokenOf(req));
  try {
    res.redirect(303, parts.desks.path(await parts.desks.open(used, browser)));
  } catch (error) {
    await invites.reopen(used);
    throw error;
  }
}
