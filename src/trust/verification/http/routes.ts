import express, { type NextFunction, type Request, type Response, type Router } from "express";
import { field, queryParameter, readForm } from "../../../foundation/web/index.js";
import { VerificationError } from "../errors.js";
import type { Verifier } from "../verification.js";
import { readGiven } from "./given.js";
import { sendForm, sendResult } from "./pages.js";

/**
 * `GET /` (with `?url=` what a certificate links to), `POST /` and `POST /holder`, to be mounted at `/verify`. Public:
 * no visit and no cookie, so there is nothing for a forged form to use.
 */
export function verificationRoutes(verifier: Verifier): Router {
  const router = express.Router();
  router.use((_req, res, next) => {
    res.setHeader("Cache-Control", "no-store");
    res.setHeader("X-Robots-Tag", "noindex");
    next();
  });
  router.get("/", async (req, res) => {
    const url = queryParameter(req, "url")?.trim() ?? "";
    if (url === "") sendForm(res);
    else sendResult(res, await verifier.ofUrl(url), url);
  });
  router.post("/", async (req, res) => {
    const given = await readGiven(req, res);
    if ("url" in given) sendResult(res, await verifier.ofUrl(given.url), given.url);
    else sendResult(res, await verifier.ofText(given.text));
  });
  router.post("/holder", readForm({ limit: "8kb" }), async (req: Request, res: Response) => {
    const certificate = field(req, "certificate") ?? "";
    sendResult(res, await verifier.ofHolder(certificate, field(req, "code") ?? ""), certificate);
  });
  router.use(answerRefusals);
  return router;
}

/** What can't be read is said on the form's own page, so that the next try is there at once. */
function answerRefusals(error: unknown, req: Request, res: Response, next: NextFunction): void {
  if (!(error instanceof VerificationError)) {
    next(error);
    return;
  }
  endUpload(req, res);
  sendForm(res, { error, url: queryParameter(req, "url") ?? "" });
}

const lingerMs = 3000;

/**
 * Lets whoever still sends read the refusal first: a connection that is closed on a sender is a broken one to a browser.
 * What comes meanwhile is thrown away, and after three seconds the connection is.
 */
function endUpload(req: Request, res: Response): void {
  if (req.complete) return;
  // Else Node closes it as soon as it has answered, where the sender asked for a connection of its own.
  res.shouldKeepAlive = true;
  req.resume();
  const cutOff = setTimeout(() => req.socket.destroy(), lingerMs);
  const done = (): void => clearTimeout(cutOff);
  req.once("end", done);
  req.once("close", done);
}
