import express, { type ErrorRequestHandler, type Request, type RequestHandler } from "express";
import { KnownError } from "../../foundation/kernel/index.js";
import { errorWords, queryParameter } from "../../foundation/web/index.js";
import type { AccessTokens } from "../access-tokens.js";
import { isOurTypeId } from "../addresses.js";
import { SandboxError } from "../errors.js";
import type { Gradebook } from "../gradebook.js";

/** What the routes of Assignment and Grade Services share. */
export interface ServiceDeps {
  readonly origin: string;
  readonly gradebook: Gradebook;
  readonly accessTokens: AccessTokens;
}

export const readText: RequestHandler = express.text({ type: () => true, limit: "64kb" });
export const textOf = (req: Request): string => (typeof req.body === "string" ? req.body : "");
export const lineItemIdOf = (req: Request): string => String(req.params.id);

/**
 * What every service request must have, in Moodle's order: the `type_id` that its URL was given with, the right media
 * type, then a token with one of the scopes.
 */
export function demandService(
  req: Request,
  { accessTokens }: ServiceDeps,
  needs: { readonly mediaType: boolean; readonly anyOf: readonly string[] },
): void {
  if (!isOurTypeId(queryParameter(req, "type_id"))) throw new SandboxError("sandbox_service_unknown");
  if (!needs.mediaType) throw new SandboxError("sandbox_media_type_refused");
  accessTokens.demand(req.headers.authorization, needs.anyOf);
}

/** Refusals as JSON with a `status` and a `reason`, as Moodle's; our code is the reason's name. */
export const answerRefusal: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  if (!(error instanceof KnownError)) {
    next(error);
    return;
  }
  if (error.status === 401) res.setHeader("WWW-Authenticate", "Bearer");
  const { title } = errorWords(res, error);
  res.status(error.status).json({ status: error.status, reason: title, code: error.code });
};
