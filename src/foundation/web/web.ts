import express, { type Express } from "express";
import type { Catalogues } from "../i18n/index.js";
import type { Clock, Logger, NewId } from "../kernel/index.js";
import { assetRoutes } from "./assets.js";
import { answerErrors, notFound } from "./error-pages.js";
import { allowFraming, securityHeaders } from "./headers.js";
import { beginRequest } from "./requests.js";
import { useViews } from "./views.js";

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
 * headers, views and assets before them; the not-found page and the error pages after them.
 */
export function createWebApp(options: WebOptions, mount: (app: Express) => void): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", options.proxies);
  app.set("query parser", "simple");
  // No error gets as far as Express's own handler; if one does, it must show nobody its stack.
  app.set("env", "production");
  useViews(app, options.viewsDirectory, options.layout);
  app.use(beginRequest(options));
  app.use(securityHeaders(options.production));
  app.use((_req, res, next) => {
    allowFraming(res, "nobody");
    next();
  });
  app.use("/assets", assetRoutes());
  mount(app);
  app.use(notFound);
  app.use(answerErrors(options.logger));
  return app;
}
