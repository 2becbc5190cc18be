import express, { type Request, type RequestHandler, type Response, type Router } from "express";
import { answerWithData, WebError } from "../../../foundation/web/index.js";
import type { Published } from "../published.js";

/** One content, by the names that clients have for it; the first is for those who name none of them. */
const didTypes = ["application/did+json", "application/did+ld+json", "application/json"];
const listTypes = ["application/vc", "application/ld+json", "application/json"];

const open: RequestHandler = (_req, res, next) => {
  res.set("Access-Control-Allow-Origin", "*");
  next();
};

/**
 * `/<path>/:slug/did.json` (did:web §3.2) for each path of issuers, `academies` among them, and `/status/:list`, to be
 * mounted at the root: public, for programs, so errors are problem documents.
 */
export function issuingRoutes(published: Published, issuerPaths: readonly string[]): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  const list = "/status/:list";
  const dids = issuerPaths.map((path) => ({ path, route: `/${path}/:slug/did.json` as const }));
  const all = [list, ...dids.map(({ route }) => route)];
  router.use(all, answerWithData, open);
  for (const { path, route } of dids)
    router.get(route, async (req, res) => {
      send(req, res, didTypes, await published.didDocument(path, req.params.slug));
    });
  router.get(list, async (req, res) => {
    const { timestamp } = req.query;
    if (timestamp !== undefined) {
      // Of a time that a query names twice nobody can say which it is.
      const then = await published.statusListAt(
        req.params.list,
        typeof timestamp === "string" ? timestamp : "",
      );
      send(req, res, listTypes, then);
      return;
    }
    const { text, tag } = await published.statusList(req.params.list);
    // Weak: another process has signed the same list at another second.
    res.set("ETag", `W/"${tag}"`);
    send(req, res, listTypes, text);
  });
  for (const path of all) {
    router.options(path, (_req, res) => {
      // A script in a browser asks first when it sends If-None-Match.
      res.set({ "Access-Control-Allow-Methods": "GET, HEAD", "Access-Control-Allow-Headers": "*" });
      res.status(204).end();
    });
    router.all(path, (_req, res) => {
      res.set("Allow", "GET, HEAD, OPTIONS");
      throw new WebError("method_not_allowed");
    });
  }
  return router;
}

function send(req: Request, res: Response, types: string[], text: string): void {
  const wanted = req.accepts(types);
  res.vary("Accept");
  res.set("Cache-Control", "public, max-age=60");
  // Not by `set`, and bytes: Express would add a charset, which these types have not.
  res.setHeader("Content-Type", wanted === false ? (types[0] ?? "") : wanted);
  res.send(Buffer.from(text));
}
