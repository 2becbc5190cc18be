import express, { type ErrorRequestHandler, type Request, type RequestHandler } from "express";
import { KnownError } from "../../foundation/kernel/index.js";
import { errorWords, queryParameter } from "../../foundation/web/index.js";
import type { AccessTokens } from "../access-tokens.js";
import { builtIn, servicesOf, type ServiceAddresses } from "../addresses.js";
import type { Courses } from "../courses.js";
import { SandboxError } from "../errors.js";
import type { Gradebook, LineItemOwner } from "../gradebook.js";
import type { Course, Tool } from "../state-schema.js";
import type { Tools } from "../tools.js";

/** What the routes of a platform's services share. */
export interface ServiceDeps {
  readonly origin: string;
  readonly tools: Tools;
  readonly courses: Courses;
  readonly gradebook: Gradebook;
  readonly accessTokens: AccessTokens;
}

/** Who asks, and about which course. */
export interface Caller {
  readonly tool: Tool;
  readonly course: Course;
  readonly owner: LineItemOwner;
  readonly addresses: ServiceAddresses;
}

/** The addresses of a service: of the first course, of Moodle's others, of Canvas's. */
export const pathsOf = (service: string): string[] => [
  `/ags/${service}`,
  `/ags/:course/${service}`,
  `/canvas/ags/:course/${service}`,
];

export const readText: RequestHandler = express.text({ type: () => true, limit: "256kb" });
export const textOf = (req: Request): string => (typeof req.body === "string" ? req.body : "");
export const lineItemIdOf = (req: Request): string => String(req.params["id"]);
export const isCanvas = (req: Request): boolean => req.path.startsWith("/canvas/");

/**
 * What every service request must have. In Moodle's order: the `type_id` that its URL was given with, the right media
 * type, then a token with one of the scopes, of that tool. In Canvas's flavour a User-Agent instead of the `type_id`.
 */
export function demandService(
  req: Request,
  deps: ServiceDeps,
  needs: { readonly mediaType: boolean; readonly anyOf: readonly string[] },
): Caller {
  const flavour = isCanvas(req) ? "canvas" : "moodle";
  const typed = deps.tools.ofType(queryParameter(req, "type_id"));
  const courseId = String(req.params["course"] ?? builtIn.courseId);
  const course = deps.courses.all().find(({ id }) => id === courseId);
  if (flavour === "canvas") demandUserAgent(req);
  if ((flavour === "moodle" && !typed) || course?.flavour !== flavour)
    throw new SandboxError("sandbox_service_unknown");
  if (!needs.mediaType) throw new SandboxError("sandbox_media_type_refused");
  const tool = deps.accessTokens.demand(req.headers.authorization, needs.anyOf);
  if (tool.flavour !== flavour || (typed && tool !== typed)) throw new SandboxError("sandbox_token_scope");
  const owner = { courseId, clientId: tool.clientId };
  return { tool, course, owner, addresses: servicesOf(deps.origin, tool, courseId) };
}

/** As Canvas: who does not say what program it is gets nothing. */
export function demandUserAgent(req: Request): void {
  if ((req.headers["user-agent"] ?? "") === "") throw new SandboxError("sandbox_user_agent_missing");
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
