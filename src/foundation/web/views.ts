import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Response } from "express";
import Handlebars from "handlebars";
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

/** Our views, their layouts and partials, each read and compiled when it is first wanted and then kept. */
export interface Views {
  /** The page `views/<view>.hbs` in the layout, or in the one that the model names as `layout`. */
  render(view: string, model: object): string;
}

/** Where an app's views stand for whoever answers with a page. */
interface ViewLocals {
  views?: Views;
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
  const { views } = res.locals as ViewLocals;
  if (!views) throw new TypeError("sendPage in an app without views");
  const html = views.render(view, { ...res.locals, ...model });
  res.status(status).setHeader("Content-Type", "text/html; charset=utf-8");
  // What nobody may keep needs no tag to be asked for again by, which Express makes of the page's hash.
  if (!String(res.getHeader("Cache-Control")).includes("no-store")) {
    res.send(html);
    return;
  }
  res.setHeader("Content-Length", Buffer.byteLength(html));
  res.end(html);
}

/** @param layout `views/layouts/<layout>.hbs` */
export function createViews(directory: string, layout: string): Views {
  const handlebars = Handlebars.create();
  handlebars.registerHelper({ t: translate, eq: (a: unknown, b: unknown) => a === b, asset: assetUrl });
  const compile = (...path: string[]) => handlebars.compile(readFileSync(join(...path), "utf8").trim());
  const partials = join(directory, "partials");
  for (const file of existsSync(partials) ? readdirSync(partials) : [])
    if (file.endsWith(".hbs")) handlebars.registerPartial(file.slice(0, -4), compile(partials, file));
  const compiled = new Map<string, HandlebarsTemplateDelegate>();
  const template = (name: string): HandlebarsTemplateDelegate => {
    const known = compiled.get(name);
    if (known) return known;
    const made = compile(directory, `${name}.hbs`);
    compiled.set(name, made);
    return made;
  };
  return {
    render: (view, model) => {
      const within = (model as { layout?: unknown }).layout;
      const body = template(view)(model).trim();
      const outer = template(`layouts/${typeof within === "string" ? within : layout}`);
      return outer({ ...model, body }).trim();
    },
  };
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
