import express, {
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from "express";
import { requestIdOf, WebError } from "../../../foundation/web/index.js";
import {
  describeError,
  digest,
  KnownError,
  uuidPattern,
  type Logger,
} from "../../../foundation/kernel/index.js";
import { discoveryFile, discoveryOf } from "../case/discovery.js";
import { CaseError } from "../case/errors.js";
import { endpoints, type Endpoint, type Framework } from "../case/framework.js";
import { readQuery, type CaseQuery } from "../case/query.js";
import { servicePath, type Setting } from "../case/setting.js";
import { sendStatusInfo } from "./status-info.js";

export interface CaseDeps {
  readonly framework: Framework;
  readonly setting: Setting;
  readonly logger: Logger;
}

/**
 * CASE 1.1 (REST binding), to be mounted at `/ims/case`: public, for programs, read only. The second handler answers
 * errors, also of what is mounted before it there, in the standard's form.
 */
export function caseRoutes(deps: CaseDeps): readonly [Router, ErrorRequestHandler] {
  const { framework, setting } = deps;
  const router = express.Router({ caseSensitive: true, strict: true });
  router.use(openToPrograms);
  const version = servicePath.replace("/ims/case", "");
  const discovery = JSON.stringify(discoveryOf(setting.origin, setting.words));
  router.get(`${version}/discovery/${discoveryFile}`, (_req, res) => sendJson(res, discovery));
  router.get(`${version}/CFDocuments`, (req, res) => sendDocuments(req, res, deps));
  for (const endpoint of endpoints) {
    const texts = new Map<string, string>();
    router.get(`${version}/${endpoint}/:sourcedId`, (req, res) => {
      const id = idIn(req.params.sourcedId);
      const text = texts.get(id) ?? JSON.stringify(recordOf(framework, endpoint, id));
      texts.set(id, text);
      sendJson(res, text);
    });
  }
  // The standard's other records: the curriculum has none of them.
  router.get(`${version}/:endpoint/:sourcedId`, (req) => {
    idIn(req.params.sourcedId);
    throw new CaseError("case_record_unknown");
  });
  router.use(() => {
    throw new CaseError("case_record_unknown");
  });
  return [router, answerErrors(deps.logger)];
}

/** Anyone may read it from anywhere, and nobody changes anything. */
const openToPrograms: RequestHandler = (req, res, next) => {
  allowAnyOrigin(res);
  // It changes when a curriculum is put in place, and never within an answer's five minutes to anyone's harm.
  res.set("Cache-Control", "public, max-age=300");
  if (req.method === "GET" || req.method === "HEAD") {
    next();
    return;
  }
  res.set("Allow", "GET, HEAD, OPTIONS");
  if (req.method !== "OPTIONS") throw new WebError("method_not_allowed");
  res.set({
    "Access-Control-Allow-Methods": "GET, HEAD",
    // A client that sends its token everywhere is not turned away by its browser.
    "Access-Control-Allow-Headers": "Accept, Authorization, If-None-Match",
    "Access-Control-Max-Age": "86400",
  });
  res.status(204).end();
};

function allowAnyOrigin(res: Response): void {
  res.set({
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, X-Total-Count",
  });
}

/** @throws CaseError `case_id_malformed` */
function idIn(value: string | string[] | undefined): string {
  if (typeof value !== "string" || !uuidPattern.test(value)) throw new CaseError("case_id_malformed");
  return value.toLowerCase();
}

/** @throws CaseError `case_record_unknown` */
function recordOf({ served }: Framework, endpoint: Endpoint, id: string): object {
  const record = served[endpoint].get(id);
  if (!record) throw new CaseError("case_record_unknown");
  return record;
}

function sendDocuments(req: Request, res: Response, { framework, setting }: CaseDeps): void {
  const query = readQuery(req.query);
  const chosen = query.choose(framework.documents.map((one) => ({ ...one })));
  const page = chosen.slice(query.offset, query.offset + query.limit);
  res.set("X-Total-Count", String(chosen.length));
  res.set("Link", pageLinks(req, chosen.length, { query, origin: setting.origin }));
  sendJson(res, JSON.stringify({ CFDocuments: page.map(query.cut) }));
}

interface Paging {
  readonly query: CaseQuery;
  readonly origin: string;
}

/** The pages around the one that is asked for (REST binding §3.1). */
function pageLinks(req: Request, total: number, { query: { limit, offset }, origin }: Paging): string {
  const last = Math.max(0, Math.ceil(total / limit) - 1) * limit;
  const pages: Readonly<Record<string, number | undefined>> = {
    first: 0,
    prev: offset > 0 ? Math.max(0, Math.min(offset - limit, last)) : undefined,
    next: offset + limit < total ? offset + limit : undefined,
    last,
  };
  const asked = new URL(req.originalUrl, origin).searchParams;
  return Object.entries(pages)
    .flatMap(([rel, at]) => {
      if (at === undefined) return [];
      asked.set("limit", String(limit));
      asked.set("offset", String(at));
      return [`<${origin}${servicePath}/CFDocuments?${asked.toString()}>; rel="${rel}"`];
    })
    .join(", ");
}

/** Answers with JSON, and its hash as the tag by which it is asked for again. */
function sendJson(res: Response, text: string): void {
  res.set("ETag", `"${digest(text)}"`);
  res.type("application/json").send(text);
}

function answerErrors(logger: Logger): ErrorRequestHandler {
  return (thrown: unknown, _req, res, next) => {
    if (res.headersSent) {
      next(thrown);
      return;
    }
    const error = knownOf(thrown);
    const fields = { requestId: requestIdOf(res), code: error.code, status: error.status };
    if (error.status >= 500) logger.error("request failed", { ...fields, ...describeError(thrown) });
    else logger.info("request refused", fields);
    allowAnyOrigin(res);
    res.set("Cache-Control", "no-store");
    sendStatusInfo(res, error);
  };
}

function knownOf(thrown: unknown): KnownError {
  if (thrown instanceof KnownError) return thrown;
  // Express's own, of a path that is escaped wrongly.
  if (thrown instanceof URIError) return new CaseError("case_id_malformed");
  return new WebError("unexpected", {}, { cause: thrown });
}
