import express, { type Request, type Response, type Router } from "express";
import type { Deps } from "../deps.js";
import { CertificatesError } from "../errors.js";
import { factsOf, findCertificate } from "../facts.js";
import { sendAchievement } from "./achievement.js";
import { sendBeingMade, sendCertificate } from "./certificate.js";
import { openToAll, refuse, sendText, wanted } from "./texts.js";

/** What anyone may open: certificates, the manifests of their evidence, and what they are certificates of. */
export function publicRoutes(deps: Deps): Router {
  const router = express.Router();
  router.get("/certificates/:id", (req, res) => showCertificate(req, res, deps));
  router.get("/certificates/:id/evidence", (req, res) => showManifest(req, res, deps));
  router.get("/achievements/:programme/:version", (req, res) => sendAchievement(req, res, deps));
  return router;
}

async function showCertificate(req: Request, res: Response, deps: Deps): Promise<void> {
  openToAll(res);
  const isDownload = Object.hasOwn(req.query, "download");
  const want = isDownload ? "application/json" : wanted(req, res);
  const id = idOf(req);
  const found = await findCertificate(id, deps);
  if (found === undefined) {
    refuse(res, want, new CertificatesError("certificate_unknown"));
  } else if (found === "reserved") {
    res.set("Retry-After", "5");
    if (want === "page") sendBeingMade(res);
    else refuse(res, want, new CertificatesError("certificate_being_made"));
  } else if (want === "page") {
    const facts = await factsOf(id, deps);
    if (!facts) throw new CertificatesError("certificate_unknown");
    sendCertificate(res, facts, found, deps);
  } else {
    sendText(res, want, found.record.text, isDownload ? `certificate-${id}.json` : undefined);
  }
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
