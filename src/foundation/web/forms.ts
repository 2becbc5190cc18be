import express, { type Request, type RequestHandler } from "express";

/** Reads a posted form of a route; there is no body parser for all routes, since the LRS needs bytes. */
export function readForm(options: { limit?: string } = {}): RequestHandler {
  return express.urlencoded({ extended: false, limit: options.limit ?? "64kb", parameterLimit: 500 });
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
