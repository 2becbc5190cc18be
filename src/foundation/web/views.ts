import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Express, Response } from "express";
import { engine } from "express-handlebars";
import type { MessageValues, Translator } from "../i18n/index.js";
import { assetRoots } from "./assets.js";

interface HelperOptions {
  readonly hash: Record<string, unknown>;
  readonly data: { root: Record<string, unknown> };
}

/**
 * What every page's model has beside its own fields. A view holds no literal text: words come by `{{t "key" name=value}}`
 * or, worked out, in the model.
 */
export interface PageModel {
  /** For the browser's tab: what the page found, then where. */
  readonly pageTitle: string;
}

/**
 * Answers with a page: `views/<view>.hbs` within the layout. The caller names its model's type, so that what it passes
 * is checked against it.
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export function sendPage<Model extends PageModel>(
  res: Response,
  view: string,
  model: Model,
  status = 200,
): void {
  res.status(status).render(view, model);
}

/** Teaches an Express app our views, their layout, partials and helpers. */
export function useViews(app: Express, directory: string, layout: string): void {
  app.engine(
    "hbs",
    engine({
      extname: ".hbs",
      defaultLayout: layout,
      layoutsDir: join(directory, "layouts"),
      partialsDir: join(directory, "partials"),
      helpers: { t: translate, eq: (a: unknown, b: unknown) => a === b, asset: assetUrl },
    }) as (path: string, options: object, callback: (error: unknown, html?: string) => void) => void,
  );
  app.set("view engine", "hbs");
  app.set("views", directory);
  app.enable("view cache");
}

function translate(key: unknown, options: HelperOptions): string {
  const translator = options.data.root.translator as Translator;
  return translator.t(String(key), options.hash as MessageValues);
}

const versions = new Map<string, string>();

/** An asset's URL with its content's hash, so that it may be cached for ever. */
function assetUrl(name: unknown): string {
  const path = String(name);
  const known = versions.get(path);
  if (known !== undefined) return known;
  const hash = createHash("sha256")
    .update(readFileSync(join(assetRoots.own, path)))
    .digest("base64url")
    .slice(0, 12);
  const url = `/assets/${path}?v=${hash}`;
  versions.set(path, url);
  return url;
}
