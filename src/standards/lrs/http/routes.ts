import express, { type Router } from "express";
import type { NewId } from "../../../foundation/kernel/index.js";
import { WebError } from "../../../foundation/web/index.js";
import type { XapiVersion } from "../../xapi/index.js";
import { evidenceLens, type Authenticate, type Lens } from "../client.js";
import { createDocuments } from "../documents.js";
import type { DocumentStore } from "../document-store.js";
import { mountDocuments } from "./documents.js";
import { getActivity, getPerson } from "./objects.js";
import { readAlternate } from "./alternate.js";
import { isMultipart } from "./bodies.js";
import { sayWithRefusals } from "./consistent.js";
import { allowOrigins } from "./cors.js";
import { readParameters } from "./parameters.js";
import { askCredentials, askVersion, sayVersion, sendPieces, spokenVersions } from "./requests.js";
import { getStatements, postStatements, putStatement, type StatementsDeps } from "./statements.js";

export interface LrsRoutesDeps extends Omit<StatementsDeps, "lens"> {
  readonly authenticate: Authenticate;
  readonly documents: DocumentStore;
  readonly newId: NewId;
  /** Default: every client sees its tenant's evidence. */
  readonly lens?: Lens;
  /** What a refusal of a request without a version says (`TESSERA_XAPI_VERSION`). Default 1.0.3. */
  readonly version?: XapiVersion;
  /** Bytes a body may have; a longer one gets 413. Default 5 MiB. */
  readonly largestBody?: number;
  /** The same of a body with attachments. Default 15 MiB, which a document of MongoDB can hold. */
  readonly largestMultipart?: number;
}

const mebibyte = 1024 * 1024;

/** The xAPI resources, to be mounted at `/xapi`. Errors are thrown: the app answers them as problem documents. */
export function lrsRoutes(options: LrsRoutesDeps): Router {
  const deps: StatementsDeps = { lens: evidenceLens, ...options };
  const router = express.Router({ caseSensitive: true });
  const { largestBody = 5 * mebibyte, largestMultipart = 15 * mebibyte, version = "1.0.3" } = options;
  const body = express.raw({ type: () => true, limit: largestBody });
  // Goes before the other, which leaves alone what is read.
  const parts = express.raw({
    type: (req) => isMultipart(req.headers["content-type"]),
    limit: largestMultipart,
  });
  router.use(allowOrigins, sayVersion(version), ...readAlternate(largestBody), sayVersion(version));
  // Communication 2.8: anyone may ask what we speak, in any version.
  router.get("/about", (req, res) => {
    readParameters(req.url, []);
    sendPieces(req, res, [JSON.stringify({ version: spokenVersions })]);
  });
  router.use(askVersion, askCredentials(options.authenticate));
  router.get("/statements", (req, res) => getStatements(deps, req, res));
  router.post("/statements", parts, body, (req, res) => postStatements(deps, req, res));
  router.put("/statements", parts, body, (req, res) => putStatement(deps, req, res));
  router.all("/statements", (_req, res) => {
    res.set("Allow", "GET, HEAD, POST, PUT");
    throw new WebError("method_not_allowed");
  });
  router.use("/statements", sayWithRefusals(deps));
  router.get("/activities", (req, res) => getActivity(deps, req, res));
  router.get("/agents", (req, res) => getPerson(req, res));
  router.all(["/activities", "/agents"], (_req, res) => {
    res.set("Allow", "GET, HEAD");
    throw new WebError("method_not_allowed");
  });
  const documents = createDocuments({ ...options, store: options.documents });
  mountDocuments(router, { documents, lens: deps.lens }, body);
  return router;
}
