import express, { type Request, type Response, type Router } from "express";
import { answerWithData } from "../../../foundation/web/index.js";
import { isJsonObject, parseJson, type JsonObject } from "../../vc/index.js";
import { IssuingError } from "../errors.js";
import { createTestIssuer } from "./issuer.js";
import { mustBePinned, mustVerifyCredential, mustVerifyPresentation, type Agreed } from "./verifying.js";

export interface VcApiDeps {
  /** The installation's public origin, without a slash at its end. */
  readonly origin: string;
  readonly now: () => number;
}

/**
 * The part of the W3C's VC-API that its test suites drive: `POST /issue`, `/verify`, `GET /status/1`, to be mounted at
 * `/credentials`, and `POST /verify` at `/presentations`. It signs whatever it is given, with a key of its own that no
 * academy has: for test suites only, and never in production.
 */
export function vcApiRoutes({ origin, now }: VcApiDeps): { credentials: Router; presentations: Router } {
  const issuer = createTestIssuer({ origin, now });
  const credentials = doors();
  credentials.get("/status/1", async (req, res) => {
    const wanted = req.accepts(["application/vc", "application/ld+json", "application/json"]);
    res.type(wanted === false ? "application/vc" : wanted).send(JSON.stringify(await issuer.statusList()));
  });
  credentials.post("/issue", async (req, res) => {
    const body = bodyOf(req);
    const credential = part(body, "credential");
    mustBePinned(credential);
    const issued = await issuer.issue(credential, option(body, "cryptosuite"));
    res.status(201).json({ verifiableCredential: issued });
  });
  credentials.post("/verify", async (req, res) => {
    await mustVerifyCredential(part(bodyOf(req), "verifiableCredential"), now());
    sendVerified(res);
  });
  const presentations = doors();
  presentations.post("/verify", async (req, res) => {
    const body = bodyOf(req);
    const presentation = part(body, "verifiablePresentation");
    await mustVerifyPresentation(presentation, agreedOn(body), now());
    sendVerified(res);
  });
  return { credentials, presentations };
}

function doors(): Router {
  const router = express.Router();
  router.use(answerWithData, express.text({ type: "*/*", limit: "1mb" }));
  return router;
}

function sendVerified(res: Response): void {
  res.json({ verified: true, warnings: [], errors: [] });
}

function bodyOf(req: Request): JsonObject {
  return parseJson(typeof req.body === "string" ? req.body : "");
}

function part(body: JsonObject, name: string): JsonObject {
  const value = body[name];
  if (isJsonObject(value)) return value;
  throw new IssuingError("vc_api_document_refused", { path: `/${name}`, clause: "VC-API" });
}

function agreedOn(body: JsonObject): Agreed {
  const [challenge, domain] = [option(body, "challenge"), option(body, "domain")];
  return { ...(challenge === undefined ? {} : { challenge }), ...(domain === undefined ? {} : { domain }) };
}

function option({ options }: JsonObject, name: string): string | undefined {
  const value = isJsonObject(options) ? options[name] : undefined;
  return typeof value === "string" ? value : undefined;
}
