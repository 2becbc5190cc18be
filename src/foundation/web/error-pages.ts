import type { ErrorRequestHandler, Request, RequestHandler, Response } from "express";
import { wordsOfError } from "../i18n/index.js";
import { describeError, KnownError, type Logger } from "../kernel/index.js";
import { WebError } from "./errors.js";
import { requestIdOf, translatorOf } from "./requests.js";
import { sendPage } from "./views.js";

/** The words of an error's code in the language of this request. */
export function errorWords(res: Response, error: KnownError): { title: string; text: string; next: string } {
  return { ...wordsOfError(translatorOf(res), error) };
}

/** From here on an error of this request is answered as a problem document, whatever the request accepts. */
export const answerWithData: RequestHandler = (_req, res, next) => {
  Object.assign(res.locals, { withData: true });
  next();
};

/** Whether whoever asks wants data rather than a page. */
function wantsData(req: Request, res: Response): boolean {
  if (res.locals["withData"] === true) return true;
  if (/^\/xapi(\/|$)/.test(req.path)) return true;
  const wanted = req.accepts(["html", "json", "application/problem+json"]);
  return wanted !== false && wanted !== "html";
}

/** Answers with `application/problem+json` (RFC 9457). */
export function sendProblem(res: Response, error: KnownError): void {
  const words = errorWords(res, error);
  const body = {
    type: `urn:tessera:problem:${error.code}`,
    title: words.title,
    status: error.status,
    detail: words.text,
    code: error.code,
    ...(Object.keys(error.data).length > 0 ? { data: error.data } : {}),
    requestId: requestIdOf(res),
  };
  res.status(error.status).type("application/problem+json").send(JSON.stringify(body));
}

export const notFound: RequestHandler = () => {
  throw new WebError("not_found");
};

/**
 * The last handler: every error becomes a page or a problem document with a stable code and the right status. Nothing
 * goes on to Express's own last handler, which prints messages and stacks.
 */
export function answerErrors(logger: Logger): ErrorRequestHandler {
  // Express tells an error handler by its four parameters.
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  return (thrown: unknown, req, res, _next) => {
    const error = toKnownError(thrown);
    const fields = { requestId: requestIdOf(res), code: error.code, status: error.status };
    if (error.status >= 500) logger.error("request failed", { ...fields, ...describeError(thrown) });
    else logger.info("request refused", fields);
    if (res.headersSent) {
      // Whoever reads must see that this is not the whole answer.
      res.destroy();
      return;
    }
    if (!res.hasHeader("Cache-Control")) res.setHeader("Cache-Control", "no-store");
    if (wantsData(req, res)) sendProblem(res, error);
    else sendErrorPage(res, error, logger);
  };
}

function sendErrorPage(res: Response, error: KnownError, logger: Logger): void {
  const words = errorWords(res, error);
  const model = { ...words, code: error.code, requestId: requestIdOf(res), pageTitle: words.title };
  try {
    sendPage(res, "errors/error", model, error.status);
  } catch (failure) {
    logger.error("the error page failed", { requestId: requestIdOf(res), ...describeError(failure) });
    sendProblem(res, error);
  }
}

function toKnownError(thrown: unknown): KnownError {
  if (thrown instanceof KnownError) return thrown;
  if (thrown instanceof URIError) return new WebError("path_malformed");
  // The errors of Express's own parts (body-parser, send) have a status, and `expose` when the request is at fault.
  const { status, expose } = Object(thrown) as { status?: unknown; expose?: unknown };
  if (expose !== true || typeof status !== "number") return new WebError("unexpected", {}, { cause: thrown });
  return new WebError(codeOfStatus[status] ?? "body_malformed");
}

const codeOfStatus: Readonly<Record<number, "body_too_large" | "condition_failed" | "range_unavailable">> = {
  412: "condition_failed",
  413: "body_too_large",
  416: "range_unavailable",
};
