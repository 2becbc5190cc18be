import type { Request, RequestHandler, Response } from "express";
import type { Catalogues, Translator } from "../i18n/index.js";
import type { Clock, Logger, NewId } from "../kernel/index.js";
import type { Views } from "./views.js";

interface RequestLocals {
  views?: Views;
  requestId?: string;
  translator?: Translator;
}

/** The id of a request: in its answer's `X-Request-Id`, in its log line, and in the jobs that follow from it. */
export function requestIdOf(res: Response): string {
  return (res.locals as RequestLocals).requestId ?? "";
}

/** The words for the person of this request. */
export function translatorOf(res: Response): Translator {
  const { translator } = res.locals as RequestLocals;
  if (!translator) throw new TypeError("translatorOf before beginRequest");
  return translator;
}

/** The languages that a browser asks for, most wanted first: of one header they are worked out once. */
export function languagesOf(req: Request): readonly string[] {
  const header = req.headers["accept-language"] ?? "";
  const known = askedLanguages.get(header);
  if (known) return known;
  const asked = req.acceptsLanguages();
  if (askedLanguages.size >= mostHeaders) askedLanguages.clear();
  if (header.length <= longestHeader) askedLanguages.set(header, asked);
  return asked;
}

const askedLanguages = new Map<string, readonly string[]>();
const mostHeaders = 500;
const longestHeader = 200;

/**
 * Changes the language of the rest of this request, most wanted first, to one that has every word of these rooms: a page
 * never mixes languages. Left out, of all rooms.
 */
export function speak(
  res: Response,
  catalogues: Catalogues,
  wanted: readonly string[],
  rooms: readonly string[] = catalogues.rooms,
): void {
  const translator = catalogues.negotiate(wanted, rooms);
  Object.assign(res.locals, { translator, lang: translator.locale, dir: translator.direction });
}

export interface RequestDeps {
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
  readonly catalogues: Catalogues;
  readonly views: Views;
}

/** Gives each request its id, its language and the views for its answer, and logs it when it is answered. */
export function beginRequest({ clock, newId, logger, catalogues, views }: RequestDeps): RequestHandler {
  return (req, res, next) => {
    const begun = clock.now();
    const requestId = newId();
    const locals = res.locals as RequestLocals;
    locals.requestId = requestId;
    locals.views = views;
    res.setHeader("X-Request-Id", requestId);
    speak(res, catalogues, languagesOf(req));
    res.on("close", () => {
      const route = routeOf(req);
      if (route === undefined && res.statusCode < 400) return;
      logger.info("request", {
        requestId,
        method: req.method,
        route: route ?? "(none)",
        status: res.statusCode,
        ms: clock.now() - begun,
      });
    });
    next();
  };
}

function routeOf(req: Request): string | undefined {
  const path: unknown = (req.route as { path?: unknown } | undefined)?.path;
  return typeof path === "string" ? path : undefined;
}
