import express, { type Request, type RequestHandler, type Response, type Router } from "express";
import { entryHash, type LogEntry } from "../entry.js";
import { LogError } from "../errors.js";
import type { Log } from "../log.js";
import type { LogStore } from "../log-store.js";
import { entriesAtOnce } from "../partner-answers.js";
import type { LogPartners } from "../partners.js";

export interface LogRoutesDeps {
  readonly log: Log;
  readonly store: Pick<LogStore, "entries">;
  readonly partners: Pick<LogPartners, "seen" | "witnessKeys">;
}

/** What never changes may be kept by anyone for a day; the newest head only for a moment. */
const [forADay, forAMoment] = ["public, max-age=86400", "public, max-age=10"];

/** `/log/…`, public and for programs; to be mounted at `/log`. */
export function logRoutes({ log, store, partners }: LogRoutesDeps): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  router.use(open);
  router.get("/checkpoint", async (_req, res) => {
    res.set({ "Cache-Control": forAMoment, "Content-Type": "text/plain; charset=utf-8" });
    res.send((await log.head()).text);
  });
  router.get("/key", async (_req, res) => {
    const [keys, witnessKeys] = [await log.keys(), await partners.witnessKeys()];
    send(res, { origin: log.origin, keys, witnessKeys }, forAMoment);
  });
  router.get("/entries", async (req, res) => {
    const [from, to] = [whole(req, "from"), whole(req, "to")];
    if (from > to || to - from > entriesAtOnce) throw new LogError("log_range_refused");
    send(res, { entries: (await store.entries(from, to)).map(shown) }, forAMoment);
  });
  router.get("/entry", async (req, res) => {
    const entry = await log.byKey(text(req, "key"));
    if (!entry) throw new LogError("log_entry_unknown");
    const { size } = await log.head();
    const proof = await log.inclusion(entry.index, size);
    send(res, { ...entry, leafHash: entryHash(entry), size, proof }, forAMoment);
  });
  router.get("/proof/inclusion", async (req, res) => {
    send(res, { proof: await log.inclusion(whole(req, "index"), whole(req, "size")) }, forADay);
  });
  router.get("/proof/consistency", async (req, res) => {
    send(res, { proof: await log.consistency(whole(req, "from"), whole(req, "to")) }, forADay);
  });
  router.get("/cosignature", async (req, res) => {
    const seen = await partners.seen(text(req, "origin"));
    if (!seen) throw new LogError("log_entry_unknown");
    const { size, seenAt, text: head, line } = seen;
    send(res, { size, seenAt, text: head, line }, forAMoment);
  });
  router.use(readOnly);
  return router;
}

const open: RequestHandler = (_req, res, next) => {
  res.set("Access-Control-Allow-Origin", "*");
  next();
};

const readOnly: RequestHandler = (req, res, next) => {
  if (req.method === "OPTIONS") {
    // A script in a browser asks first when it sends If-None-Match.
    res.set({ "Access-Control-Allow-Methods": "GET, HEAD", "Access-Control-Allow-Headers": "*" });
    res.status(204).end();
    return;
  }
  if (req.method === "GET" || req.method === "HEAD") {
    next();
    return;
  }
  res.set("Allow", "GET, HEAD, OPTIONS");
  throw new LogError("log_method_refused");
};

function send(res: Response, data: unknown, caching: string): void {
  res.set("Cache-Control", caching).json(data);
}

/**
 * As anyone may see it. The address of a certificate is known to whom its holder showed it: of such an entry only the hash
 * is told, and who knows the address asks for `/log/entry?key=credential <address>`.
 */
function shown(entry: LogEntry): object {
  const { index, kind, at, loggedAt, subject, key, content } = entry;
  const open = { index, kind, at, loggedAt, leafHash: entryHash(entry) };
  return kind === "credential" ? open : { ...open, subject, key, content };
}

function whole(req: Request, name: string): number {
  const value = text(req, name);
  if (!/^(0|[1-9]\d{0,14})$/.test(value)) throw new LogError("log_range_refused");
  return Number(value);
}

function text(req: Request, name: string): string {
  const value = req.query[name];
  return typeof value === "string" ? value : "";
}
