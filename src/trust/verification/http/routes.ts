import express, { type NextFunction, type Request, type Response, type Router } from "express";
import type { Catalogues } from "../../../foundation/i18n/index.js";
import type { Clock } from "../../../foundation/kernel/index.js";
import {
  answerWithData,
  field,
  queryParameter,
  readForm,
  speak,
  translatorOf,
} from "../../../foundation/web/index.js";
import { verificationData } from "../data.js";
import { VerificationError } from "../errors.js";
import type { Verification, Verifier } from "../verification.js";
import { createReading, isFromProgram, type Given } from "./given.js";
import { sendForm, sendResult, type PageDeps } from "./pages.js";

export interface VerificationRoutesDeps {
  readonly verifier: Verifier;
  readonly catalogues: Catalogues;
  readonly clock: Clock;
}

/** Whose words these pages are made from. */
const rooms = ["verification", "web"];

/**
 * `GET /` (with `?url=` what a certificate links to), `POST /`, `POST /holder` and `POST /challenges`, to be mounted at
 * `/verify`. Public: no visit and no cookie, so there is nothing for a forged form to use, and scripts of any origin may
 * ask. Who accepts JSON rather than HTML gets the answers as data.
 */
export function verificationRoutes({ verifier, catalogues, clock }: VerificationRoutesDeps): Router {
  const router = express.Router();
  const deps: PageDeps = { languages: catalogues.whole(rooms), clock };
  router.use((req, res, next) => {
    res.set({
      "Cache-Control": "no-store",
      "X-Robots-Tag": "noindex",
      "Access-Control-Allow-Origin": "*",
      "Access-Control-Allow-Methods": "GET, POST",
      "Access-Control-Allow-Headers": "Content-Type, Accept, Accept-Language",
    });
    res.vary("Accept");
    res.vary("Accept-Language");
    speak(res, catalogues, [queryParameter(req, "lang") ?? "", ...req.acceptsLanguages()], rooms);
    if (wantsData(req)) answerWithData(req, res, next);
    else next();
  });
  router.options(["/", "/holder", "/challenges"], (_req, res) => {
    res.status(204).end();
  });
  const answer = (req: Request, res: Response, verification: Verification, url?: string): void => {
    if (wantsData(req)) res.json(verificationData(verification, translatorOf(res)));
    else sendResult(req, res, verification, { ...deps, url });
  };
  const ask = async (req: Request, res: Response, given: Given): Promise<void> => {
    const asked = { on: given.on };
    if ("url" in given) answer(req, res, await verifier.ofUrl(given.url, asked), given.url);
    else answer(req, res, await verifier.ofText(given.text, asked));
  };
  router.get("/", async (req, res) => {
    const url = queryParameter(req, "url")?.trim() ?? "";
    const on = queryParameter(req, "on")?.trim() ?? "";
    if (url !== "") await ask(req, res, { url, on });
    else if (wantsData(req)) throw new VerificationError("verification_nothing_given");
    else sendForm(req, res, deps);
  });
  const readGiven = createReading();
  router.post("/", async (req, res) => ask(req, res, await readGiven(req, res)));
  router.post("/challenges", (_req, res, next) => {
    if (!verifier.challenges) next();
    else res.status(201).json(challengeData(verifier.challenges.make()));
  });
  router.post("/holder", readForm({ limit: "8kb" }), async (req: Request, res: Response) => {
    const certificate = field(req, "certificate") ?? "";
    answer(req, res, await verifier.ofHolder(certificate, field(req, "code") ?? ""), certificate);
  });
  router.use(answerRefusals(deps));
  return router;
}

/** A browser always names HTML; who sends a certificate as such and takes anything is a program. */
function wantsData(req: Request): boolean {
  const wanted = req.accepts(["html", "json", "application/problem+json"]);
  const takesAnything = (req.get("accept") ?? "*/*") === "*/*";
  return wanted === false ? false : wanted !== "html" || (takesAnything && isFromProgram(req));
}

function challengeData({
  challenge,
  domain,
  expiresAt,
}: {
  challenge: string;
  domain: string;
  expiresAt: number;
}) {
  return { challenge, domain, expires: new Date(expiresAt).toISOString() };
}

/** What can't be read is said on the form's own page, so that the next try is there at once. */
function answerRefusals(deps: PageDeps) {
  return (error: unknown, req: Request, res: Response, next: NextFunction): void => {
    if (!(error instanceof VerificationError)) {
      next(error);
      return;
    }
    endUpload(req, res);
    if (wantsData(req)) next(error);
    else sendForm(req, res, deps, { error, url: queryParameter(req, "url") ?? "" });
  };
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
  // What has come while this thread was busy is read first.
  const cutOff = setTimeout(() => setImmediate(() => req.complete || req.socket.destroy()), lingerMs);
  const done = (): void => clearTimeout(cutOff);
  req.once("end", done);
  req.once("close", done);
}
