import express, { type Request, type Response, type Router } from "express";
import { readForm, WebError } from "../../web/index.js";
import type { OAuth, TokenForm } from "../oauth.js";

/** The token endpoint (RFC 6749 §3.2), to be mounted at `/oauth`. Its errors have the form of RFC 6749 §5.2. */
export function oauthRoutes(oauth: OAuth): Router {
  const router = express.Router({ caseSensitive: true });
  router.post("/token", readForm({ limit: "32kb" }), (req, res) => answerToken(oauth, req, res));
  router.all("/token", (_req, res) => {
    res.set("Allow", "POST");
    throw new WebError("method_not_allowed");
  });
  return router;
}

async function answerToken(oauth: OAuth, req: Request, res: Response): Promise<void> {
  res.set({ "Cache-Control": "no-store", Pragma: "no-cache" });
  const form = formOf(req);
  const authorization = req.get("Authorization");
  const answer = form && (await oauth.grant(form, authorization));
  if (answer?.kind === "granted") {
    const { token, expiresIn, scopes } = answer;
    res.json({ access_token: token, token_type: "Bearer", expires_in: expiresIn, scope: scopes.join(" ") });
    return;
  }
  const error = answer?.error ?? "invalid_request";
  // RFC 6749 §5.2: 401 with the scheme where a client used the header; it is the better answer to all of them.
  if (error === "invalid_client") res.set("WWW-Authenticate", 'Basic realm="OAuth", charset="UTF-8"');
  res.status(error === "invalid_client" ? 401 : 400).json({ error });
}

/** The fields, if it is a form and each was sent once (RFC 6749 §3.2). */
function formOf(req: Request): TokenForm | undefined {
  if (req.is("application/x-www-form-urlencoded") === false) return undefined;
  const fields = Object.entries((req.body ?? {}) as Record<string, unknown>);
  const single = fields.filter((one): one is [string, string] => typeof one[1] === "string");
  return single.length === fields.length ? new Map(single) : undefined;
}
