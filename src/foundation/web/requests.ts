import type { Request, RequestHandler, Response } from "express";
import type { Catalogues, Translator } from "../i18n/index.js";
import type { Clock, Logger, NewId } from "../kernel/index.js";

interface RequestLocals {
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
}

/** Gives each request its id and language, and logs it when it is answered. */
export function beginRequest({ clock, newId, logger, catalogues }: RequestDeps): RequestHandler {
  return (req, res, next) => {
    const begun = clock.now();
    const requestId = newId();
    (res.locals as RequestLocals).requestId = requestId;
    res.setHeader("X-Request-Id", requestId);
    speak(res, catalogues, req.acceptsLanguages());
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
