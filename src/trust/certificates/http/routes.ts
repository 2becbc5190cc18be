import express, { type Request, type Response, type Router } from "express";
import { queryParameter } from "../../../foundation/web/index.js";
import type { Deps } from "../deps.js";
import { CertificatesError } from "../errors.js";
import { factsOf, findCertificate } from "../facts.js";
import type { Forms } from "../rendering/forms.js";
import { sendAchievement } from "./achievement.js";
import { sendBeingMade, sendCertificate } from "./certificate.js";
import { paperWords, refusesForm, sendFile, wantedForm } from "./files.js";
import { openToAll, refuse, sendText } from "./texts.js";

/** What anyone may open: certificates, the manifests of their evidence, and what they are certificates of. */
export function publicRoutes(deps: Deps, forms: Forms): Router {
  const router = express.Router();
  router.get("/certificates/:id", (req, res) => showCertificate(req, res, deps, forms));
  router.get("/certificates/:id/evidence", (req, res) => showManifest(req, res, deps));
  router.get("/achievements/:programme/:version", (req, res) => sendAchievement(req, res, deps));
  router.get("/academies/:slug/keys/:kid", (req, res) => showTokenKey(req, res, forms));
  return router;
}

async function showCertificate(req: Request, res: Response, deps: Deps, forms: Forms): Promise<void> {
  openToAll(res);
  if (refusesForm(req, res)) return;
  const isDownload = Object.hasOwn(req.query, "download") || queryParameter(req, "as") === "json";
  const wanted = isDownload ? "application/json" : wantedForm(req, res);
  // What goes wrong with a file is said in a problem document, as to any program.
  const want = typeof wanted === "string" ? wanted : "application/json";
  const id = idOf(req);
  const found = await findCertificate(id, deps);
  if (found === undefined) {
    refuse(res, want, new CertificatesError("certificate_unknown"));
  } else if (found === "reserved") {
    res.set("Retry-After", "5");
    if (want === "page") sendBeingMade(res);
    else refuse(res, want, new CertificatesError("certificate_being_made"));
  } else if (typeof wanted !== "string") {
    await sendFile(res, { issued: found, wanted, words: paperWords(req, res, deps) }, forms);
  } else if (want === "page") {
    const facts = await factsOf(id, deps);
    if (!facts) throw new CertificatesError("certificate_unknown");
    sendCertificate(res, facts, found, deps);
  } else {
    sendText(res, want, found.record.text, isDownload ? `certificate-${id}.json` : undefined);
  }
}

/** The public key that tokens name (OB 3.0 §8.6): a JWK, not a set. */
async function showTokenKey(
  req: Request<{ slug: string; kid: string }>,
  res: Response,
  forms: Forms,
): Promise<void> {
  openToAll(res);
  const key = await forms.tokenKey(req.params.slug, req.params.kid);
  if (!key) refuse(res, "application/json", new CertificatesError("token_key_unknown"));
  else sendText(res, "application/jwk+json", JSON.stringify(key));
}

async function showManifest(req: Request, res: Response, deps: Deps): Promise<void> {
  openToAll(res);
  const found = await findCertificate(idOf(req), deps);
  if (found === undefined) {
    refuse(res, "application/json", new CertificatesError("certificate_unknown"));
  } else if (found === "reserved") {
    refuse(res, "application/json", new CertificatesError("certificate_being_made"));
  } else {
    sendText(res, "application/json", found.about.signed.manifest);
  }
}

function idOf(req: Request): string {
  const { id } = req.params;
  return typeof id === "string" ? id : "";
}
