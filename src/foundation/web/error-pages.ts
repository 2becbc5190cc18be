import type { ErrorRequestHandler, Request, RequestHandler, Response } from "express";
import { describeError, KnownError, type Logger } from "../kernel/index.js";
import { WebError } from "./errors.js";
import { requestIdOf, translatorOf } from "./requests.js";

/** The words of an error's code in the language of this request. */
export function errorWords(res: Response, error: KnownError): { title: string; text: string; next: string } {
  const translator = translatorOf(res);
  const values: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(error.data)) {
    if (value !== undefined) values[name] = typeof value === "object" ? value.join(", ") : value;
  }
  const say = (part: string): string => translator.t(`errors.${error.code}.${part}`, values);
  return { title: say("title"), text: say("text"), next: say("next") };
}

/** Whether whoever asks wants data rather than a page. */
function wantsData(req: Request): boolean {
  return req.path.startsWith("/xapi") || req.accepts(["html", "json"]) === "json";
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

/** The last handler: every error becomes a page or a problem document with a stable code and the right status. */
export function answerErrors(logger: Logger): ErrorRequestHandler {
  return (thrown: unknown, req, res, next) => {
    const error = toKnownError(thrown);
    const fields = { requestId: requestIdOf(res), code: error.code, status: error.status };
    if (error.status >= 500) logger.error("request failed", { ...fields, ...describeError(thrown) });
    else logger.info("request refused", fields);
    if (res.headersSent) {
      next(thrown);
    } else if (wantsData(req)) {
      sendProblem(res, error);
    } else {
      const words = errorWords(res, error);
      res.status(error.status).render("errors/error", {
        ...words,
        code: error.code,
        requestId: requestIdOf(res),
        pageTitle: words.title,
      });
    }
  };
}

function toKnownError(thrown: unknown): KnownError {
  if (thrown instanceof KnownError) return thrown as KnownError;
  if (thrown instanceof URIError) return new WebError("path_malformed");
  // body-parser's and raw-body's errors say their kind in `type`.
  const { type, status } = thrown as { type?: unknown; status?: unknown };
  if (type === "entity.too.large" || type === "parameters.too.many") return new WebError("body_too_large");
  if (typeof type === "string" && typeof status === "number" && status < 500)
    return new WebError("body_malformed");
  return new WebError("unexpected", {}, { cause: thrown });
}
