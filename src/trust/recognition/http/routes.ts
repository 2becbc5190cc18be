import express, { type Request, type Response, type Router } from "express";
import { answerWithData, sendProblem } from "../../../foundation/web/index.js";
import type { KnownError } from "../../../foundation/kernel/index.js";
import { bundledContexts, contexts } from "../../../standards/vc/index.js";
import { openToAll, sendText } from "../../certificates/index.js";
import { authorityUrl } from "../addresses.js";
import { didOfAuthority } from "../authorities.js";
import { RecognitionError } from "../errors.js";
import { findShown } from "../shown.js";
import type { RouteDeps } from "./route-deps.js";
import { sendAuthorityPage, sendMandatePage, sendRecognitionPage } from "./pages.js";

/** What anyone may open, to be mounted at the root: authorities, recognitions, mandates, and the signed lists. */
export function recognitionRoutes(deps: RouteDeps): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  router.get("/authorities/:slug", (req, res) => showAuthority(req, res, deps));
  router.get("/recognitions/:id", (req, res) => showRecognition(req, res, deps));
  router.get("/recognitions.json", answerWithData, async (_req, res) => {
    sendList(res, await deps.lists.recognitions());
  });
  router.get("/issuers.json", answerWithData, async (_req, res) => {
    sendList(res, await deps.lists.issuers());
  });
  router.get("/contexts/recognition/v1", (_req, res) => {
    openToAll(res);
    // It never changes under its URL.
    res.set("Cache-Control", "public, max-age=31536000, immutable");
    sendText(res, "application/ld+json", JSON.stringify(bundledContexts.get(contexts.policeRecognition)));
  });
  return router;
}

function sendList(res: Response, text: string): void {
  openToAll(res);
  sendText(res, "application/json", text);
}

const dataTypes = ["application/vc", "application/ld+json", "application/json"];

/** The page, or data of a type: whoever takes anything is a program, since a browser always names HTML. */
function wanted(req: Request, res: Response): string {
  res.vary("Accept");
  const type = req.accepts([...dataTypes, "text/html"]);
  return typeof type === "string" && dataTypes.includes(type) ? type : "page";
}

function refuse(res: Response, want: string, error: KnownError): void {
  if (want === "page") throw error;
  sendProblem(res, error);
}

async function showAuthority(req: Request, res: Response, deps: RouteDeps): Promise<void> {
  openToAll(res);
  const want = wanted(req, res);
  const slug = textOf(req.params.slug);
  const authority = await deps.store.authorityBySlug(slug);
  if (!authority) {
    refuse(res, want, new RecognitionError("authority_unknown", { slug }));
    return;
  }
  if (want === "page") {
    await sendAuthorityPage(res, authority, deps);
    return;
  }
  const { name, kind, jurisdictionId, jurisdictionName } = authority;
  const about = { id: didOfAuthority(deps.origin, slug), kind, name, jurisdiction: jurisdictionId };
  const url = authorityUrl(deps.origin, slug);
  sendText(res, "application/json", JSON.stringify({ ...about, jurisdictionName, url }));
}

async function showRecognition(req: Request, res: Response, deps: RouteDeps): Promise<void> {
  openToAll(res);
  const want = wanted(req, res);
  const shown = await findShown(textOf(req.params.id), deps);
  if (!shown) refuse(res, want, new RecognitionError("recognition_unknown"));
  else if (want !== "page") sendText(res, want, shown.text);
  else if (shown.kind === "mandate") sendMandatePage(res, shown, deps);
  else sendRecognitionPage(res, shown, deps);
}

const textOf = (value: string | string[] | undefined): string => (typeof value === "string" ? value : "");
