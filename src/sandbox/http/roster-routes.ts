import express, { type Request, type Response, type Router } from "express";
import { queryParameter, translatorOf } from "../../foundation/web/index.js";
import { scopes } from "../addresses.js";
import { inRole, rosterBody } from "../roster.js";
import type { User } from "../users.js";
import { acceptsExactly, mediaTypes } from "./media-types.js";
import { linkHeader, pageOf } from "./paging.js";
import { demandService, isCanvas, type ServiceDeps } from "./services.js";
import { courseTitleOf } from "./titles.js";

export interface RosterDeps extends ServiceDeps {
  readonly users: readonly User[];
}

/** Canvas gives 50 without being asked; a class here has 26, and a tool shall meet a second page. */
const canvasPage = 10;

/** `/nrps/:course/memberships`: names and roles (NRPS 2.0). */
export function rosterRoutes(deps: RosterDeps): Router {
  const router = express.Router();
  router.get(["/nrps/:course/memberships", "/canvas/nrps/:course/memberships"], (req, res) => {
    sendRoster(req, res, deps);
  });
  return router;
}

function sendRoster(req: Request, res: Response, deps: RosterDeps): void {
  const mediaType = acceptsExactly(req, mediaTypes.members);
  const { tool, course } = demandService(req, deps, { mediaType, anyOf: [scopes.members] });
  const url = new URL(req.originalUrl, deps.origin);
  const members = inRole(deps.users, queryParameter(req, "role"));
  const page = pageOf(members, url, isCanvas(req) ? canvasPage : undefined);
  // Moodle's next page has lost the role that was asked for.
  if (tool.flavour === "moodle") for (const link of page.links) link.url.searchParams.delete("role");
  const link = linkHeader(page.links, "plain");
  if (link !== undefined) res.setHeader("Link", link);
  const title = courseTitleOf(course, translatorOf(res));
  res
    .type(mediaTypes.members)
    .send(JSON.stringify(rosterBody(page.items, { tool, course, title, id: url.href })));
}
