import express, { type Request, type RequestHandler, type Response, type Router } from "express";
import type { Academy } from "../../../../foundation/directory/index.js";
import { answerWithData, field, readForm, WebError } from "../../../../foundation/web/index.js";
import type { JsonObject } from "../../../../standards/vc/index.js";
import { CertificatesError } from "../../errors.js";
import { academyOf } from "../../rendering/forms.js";
import { issuerIdentifier } from "../addresses.js";
import { configurationId, walletFormats } from "../configurations.js";
import { grantToken } from "../grants.js";
import { handOver } from "../handing-over.js";
import { inForce } from "../in-force.js";
import { issuerMetadata, serverMetadata } from "../metadata.js";
import { offerObject } from "../offers.js";
import type { WalletParts } from "../parts.js";

const wellKnown = "/.well-known/:document/academies/:slug";
const documents = ["openid-credential-issuer", "oauth-authorization-server"];

/**
 * What a wallet talks to. No cookie counts here, and wallets in browsers may ask from any origin. Errors have the forms
 * of OpenID4VCI 1.0 and of the OAuth it stands on.
 */
export function protocolRoutes(parts: WalletParts): Router {
  const router = express.Router({ caseSensitive: true });
  router.use(["/wallet", ...documents.map((name) => `/.well-known/${name}`)], openToWallets, answerWithData);
  router.get(wellKnown, (req, res, next) => {
    if (!documents.includes(req.params.document)) {
      next();
      return;
    }
    return sendMetadata(req.params, res, parts);
  });
  router.get("/wallet/offers/:code", (req, res) => sendOffer(req.params.code, res, parts));
  router.post("/wallet/token", readForm({ limit: "32kb" }), (req, res) => answerToken(req, res, parts));
  router.post("/wallet/nonce", (_req, res) => res.json({ c_nonce: parts.nonces.make() }));
  router.post(
    "/wallet/credential",
    express.text({ type: "application/json", limit: "32kb", defaultCharset: "utf-8" }),
    (req, res) => answerCredential(req, res, parts),
  );
  router.all(["/wallet/token", "/wallet/nonce", "/wallet/credential"], (_req, res) => {
    res.set("Allow", "POST, OPTIONS");
    throw new WebError("method_not_allowed");
  });
  return router;
}

const openToWallets: RequestHandler = (req, res, next) => {
  res.set({
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Accept, Accept-Language",
    "Access-Control-Expose-Headers": "WWW-Authenticate",
    "Access-Control-Max-Age": "600",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
  });
  if (req.method === "OPTIONS") res.status(204).end();
  else next();
};

interface WellKnown {
  readonly document: string;
  readonly slug: string;
}

async function sendMetadata(
  { document, slug }: WellKnown,
  res: Response,
  { deps }: WalletParts,
): Promise<void> {
  const academy = await academyOf(slug, deps);
  if (!academy) throw new WebError("not_found");
  const describe: (academy: Academy) => JsonObject =
    document === "openid-credential-issuer"
      ? (one) => issuerMetadata(one, deps)
      : (one) => serverMetadata(one, deps);
  res.json(describe(academy));
}

/** The offer that a QR code leads to (§4.1.3). Looking at it uses nothing up. */
async function sendOffer(code: string, res: Response, { deps, offers }: WalletParts): Promise<void> {
  const offer = await offers.find(code);
  const certificate = offer && (await inForce(offer.id, deps));
  if (!certificate) throw new CertificatesError("wallet_offer_unknown");
  const { slug } = await deps.directory.academy(offer.academyId);
  const ids = walletFormats.map((format) => configurationId(certificate.about.programmeId, format, deps));
  res.json(offerObject(issuerIdentifier(deps.origin, slug), ids, code));
}

async function answerToken(req: Request, res: Response, parts: WalletParts): Promise<void> {
  res.set("Pragma", "no-cache");
  const answer = await grantToken(
    {
      grantType: field(req, "grant_type"),
      code: field(req, "pre-authorized_code"),
      txCode: field(req, "tx_code"),
      details: field(req, "authorization_details"),
    },
    parts,
  );
  if ("error" in answer) res.status(400).json(answer);
  else res.json(answer.body);
}

async function answerCredential(req: Request, res: Response, parts: WalletParts): Promise<void> {
  const header = req.get("Authorization");
  const token = header === undefined ? undefined : await parts.tokens.find(header);
  if (!token) {
    // RFC 6750 §3: who brought none is told the scheme alone.
    const error = header === undefined ? "" : ' error="invalid_token"';
    res.set("WWW-Authenticate", `Bearer${error}`).status(401);
    res.json(header === undefined ? {} : { error: "invalid_token" });
    return;
  }
  const body: unknown = req.body;
  const answer = await handOver(token, typeof body === "string" ? body : "", parts);
  if ("error" in answer) res.status(400).json(answer);
  else res.type("application/json").send(answer.text);
}
