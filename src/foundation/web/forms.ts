import type { IncomingHttpHeaders } from "node:http";
import { parse } from "node:querystring";
import express, { type NextFunction, type Request, type RequestHandler } from "express";
import { WebError } from "./errors.js";

const mostFields = 500;

/** Reads a posted form of a route; there is no body parser for all routes, since the LRS needs bytes. */
export function readForm({ limit = "64kb" }: { limit?: string } = {}): RequestHandler {
  const readAny: RequestHandler = express.urlencoded({ extended: false, limit, parameterLimit: mostFields });
  const mostBytes = bytesIn(limit);
  return (req, res, next) => {
    if (isAsBrowsersSend(req.headers, mostBytes)) readPlain(req, next);
    else readAny(req, res, next);
  };
}

/** `64kb` → 65536; of what else Express knows, 0: it reads all of those. */
function bytesIn(limit: string): number {
  const [, count = "0", unit = "b"] = /^(\d+)(b|kb|mb)?$/.exec(limit) ?? [];
  return Number(count) * { b: 1, kb: 1024, mb: 1024 ** 2 }[unit as "b" | "kb" | "mb"];
}

/** UTF-8, of a length that is said and allowed, not packed: what else there is takes Express's long way. */
function isAsBrowsersSend(headers: IncomingHttpHeaders, mostBytes: number): boolean {
  const length = headers["content-length"];
  return (
    /^application\/x-www-form-urlencoded(; ?charset=utf-8)?$/i.test(headers["content-type"] ?? "") &&
    headers["content-encoding"] === undefined &&
    headers["transfer-encoding"] === undefined &&
    length !== undefined &&
    Number(length) <= mostBytes
  );
}

/** Node gives no more bytes than the request said that it has. */
function readPlain(req: Request, next: NextFunction): void {
  const chunks: Buffer[] = [];
  req.on("data", (chunk: Buffer) => chunks.push(chunk));
  req.once("error", (cause) => next(new WebError("body_malformed", {}, { cause })));
  req.once("end", () => {
    try {
      req.body = fieldsIn(Buffer.concat(chunks).toString("utf8"));
    } catch (error) {
      next(error);
      return;
    }
    next();
  });
}

function fieldsIn(text: string): unknown {
  let separators = 0;
  for (let at = text.indexOf("&"); at >= 0; at = text.indexOf("&", at + 1)) separators += 1;
  if (separators >= mostFields) throw new WebError("body_too_large");
  return parse(text, "&", "=", { maxKeys: 0, decodeURIComponent: decoded });
}

/** What is escaped wrongly is taken as it came. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replaceAll("%20", " ");
  }
}

/** A field that was sent exactly once, as text; anything else (absent, repeated) is `undefined`. */
export function field(req: Request, name: string): string | undefined {
  const value = valueOf(req.body, name);
  return typeof value === "string" ? value : undefined;
}

/** All values of a field, in order. */
export function fields(req: Request, name: string): string[] {
  const value = valueOf(req.body, name);
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}

/** A query parameter that was sent exactly once. */
export function queryParameter(req: Request, name: string): string | undefined {
  const value = valueOf(req.query, name);
  return typeof value === "string" ? value : undefined;
}

function valueOf(from: unknown, name: string): unknown {
  return typeof from === "object" && from !== null && Object.hasOwn(from, name)
    ? (from as Record<string, unknown>)[name]
    : undefined;
}
