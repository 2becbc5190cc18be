import express, { type RequestHandler, type Response, type Router } from "express";
import type { Contacts } from "../../../foundation/directory/index.js";
import { field, readForm, sendPage, translatorOf, type PageModel } from "../../../foundation/web/index.js";

interface LinkModel extends PageModel {
  readonly heading: string;
  readonly state: "asks" | "on" | "stop" | "stopped";
  readonly action: string;
}

/**
 * What the links in mails lead to. Programs that look for harm open links, so opening one changes nothing: a button
 * does, or the mail program's own request (RFC 8058), which brings no cookie and no token of ours but the address.
 */
export function reminderRoutes(contacts: Contacts): Router {
  const router = express.Router({ caseSensitive: true });
  router.use(keptByNobody);
  router.get("/stop/:token", (req, res) => sendLink(res, "stop", req.originalUrl));
  router.post("/stop/:token", async (req, res) => {
    await contacts.stopByToken(req.params.token);
    sendLink(res, "stopped", req.originalUrl);
  });
  router.get("/:token", async (req, res) => {
    const { confirmedAt } = await contacts.ofConfirmToken(req.params.token);
    sendLink(res, confirmedAt === undefined ? "asks" : "on", req.originalUrl);
  });
  router.post("/:token", readForm(), async (req, res) => {
    const { token = "" } = req.params as { readonly token?: string };
    if (field(req, "do") === "stop") {
      await contacts.stopByToken(token);
      sendLink(res, "stopped", req.originalUrl);
      return;
    }
    // A program that posts to whatever it finds presses no button.
    if (field(req, "do") === "confirm") await contacts.confirm(token);
    res.redirect(303, req.originalUrl);
  });
  return router;
}

/** The address is a secret: it must stay in nobody's cache or index. */
const keptByNobody: RequestHandler = (_req, res, next) => {
  res.setHeader("Cache-Control", "private, no-store");
  res.setHeader("X-Robots-Tag", "noindex");
  next();
};

function sendLink(res: Response, state: LinkModel["state"], action: string): void {
  const heading = translatorOf(res).t("reminders.link.title", { state });
  sendPage<LinkModel>(res, "reminders/link", { heading, pageTitle: heading, state, action });
}
