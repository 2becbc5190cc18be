import type { RequestListener } from "node:http";
import express, { type Express, type RequestHandler } from "express";
import type { Catalogues } from "../i18n/index.js";
import type { Clock, Logger, NewId } from "../kernel/index.js";
import { assetRoutes } from "./assets.js";
import { openDoors, type Door } from "./doors.js";
import { answerErrors, notFound } from "./error-pages.js";
import { allowFraming, securityHeaders } from "./headers.js";
import { beginRequest } from "./requests.js";
import { createViews } from "./views.js";

export interface WebOptions {
  readonly production: boolean;
  /** Reverse proxies in front. */
  readonly proxies: number;
  readonly viewsDirectory: string;
  /** `views/layouts/<layout>.hbs` */
  readonly layout: string;
  readonly catalogues: Catalogues;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
}

/**
 * An Express app with everything that stands around the routes, which `mount` adds: request ids, logs, security
 * headers, views and assets before them; the not-found page and the error pages after them. The same stands around
 * `doors`, which a request finds without the routes.
 */
export function createWebApp(
  options: WebOptions,
  mount: (app: Express) => void,
  doors: readonly Door[] = [],
): RequestListener {
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", options.proxies);
  app.set("query parser", "simple");
  // No error gets as far as Express's own handler; if one does, it must show nobody its stack.
  app.set("env", "production");
  const views = createViews(options.viewsDirectory, options.layout);
  const framedByNobody: RequestHandler = (_req, res, next) => {
    allowFraming(res, "nobody");
    next();
  };
  const first = [beginRequest({ ...options, views }), securityHeaders(options.production), framedByNobody];
  const last = answerErrors(options.logger);
  app.use(first);
  app.use("/assets", assetRoutes());
  mount(app);
  app.use(notFound);
  app.use(last);
  return openDoors(app, doors, { first, last });
}
