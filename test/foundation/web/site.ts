import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Express } from "express";
import { loadCatalogues } from "../../../src/foundation/i18n/index.js";
import { createLogger, createNewId, systemClock, type Clock } from "../../../src/foundation/kernel/index.js";
import { createWebApp, serve, type Door, type WebOptions } from "../../../src/foundation/web/index.js";

const ownViews = fileURLToPath(new URL("../../../views", import.meta.url));

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Asking {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

export interface Site {
  readonly port: number;
  /** The log's lines so far, as written. */
  readonly log: string[];
  /** Asks for a path exactly as it is written: nothing is made tidy on the way. */
  ask(path: string, asking?: Asking): Promise<Answer>;
  /** Posts an urlencoded form. */
  post(path: string, body: string, headers?: OutgoingHttpHeaders): Promise<Answer>;
  close(): Promise<void>;
}

export interface SiteOptions extends Partial<Omit<WebOptions, "viewsDirectory" | "layout">> {
  /** path under `views/` → template, beside the error page and a layout that show what they are given. */
  readonly views?: Readonly<Record<string, string>>;
  /** Further messages of the English catalogue. */
  readonly words?: object;
  readonly clock?: Clock;
  /** Routes that are found without the routes that `mount` adds. */
  readonly doors?: readonly Door[];
}

/** A real server with the web kit around `mount`'s routes, on a free loopback port. */
export async function aSite(mount: (app: Express) => void, options: SiteOptions = {}): Promise<Site> {
  const { views = {}, words = {}, clock = systemClock, doors = [], ...others } = options;
  const directory = mkdtempSync(join(tmpdir(), "tessera-site-"));
  const files = {
    "layouts/test.hbs": '<html lang="{{lang}}" dir="{{dir}}"><title>{{pageTitle}}</title>{{{body}}}</html>',
    "locales/en/zz-test.json": JSON.stringify(words),
    ...views,
  };
  cpSync(join(ownViews, "locales"), join(directory, "locales"), { recursive: true });
  cpSync(join(ownViews, "errors"), join(directory, "errors"), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(directory, name, ".."), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  const log: string[] = [];
  const app = createWebApp(
    {
      production: false,
      proxies: 0,
      catalogues: loadCatalogues(join(directory, "locales")),
      clock,
      newId: createNewId(clock),
      logger: createLogger("info", { write: (line) => void log.push(line) }),
      ...others,
      viewsDirectory: directory,
      layout: "test",
    },
    mount,
    doors,
  );
  const listening = await serve(app, { host: "127.0.0.1", port: 0 });
  const ask = (path: string, asking: Asking = {}): Promise<Answer> => askFor(listening.port, path, asking);
  return {
    port: listening.port,
    log,
    ask,
    post: (path, body, headers = {}) =>
      ask(path, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
        body,
      }),
    close: async () => {
      await listening.close(0);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function askFor(port: number, path: string, { method = "GET", headers = {}, body }: Asking): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, method, headers, agent: false }, (res) => {
      const chunks: Buffer[] = [];
      res.on("data", (chunk: Buffer) => chunks.push(chunk));
      res.on("end", () =>
        resolve({
          status: res.statusCode ?? 0,
          headers: res.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
      res.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
