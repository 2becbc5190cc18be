import express, { type Request, type Response, type Router } from "express";
import {
  field,
  fields,
  type PageModel,
  queryParameter,
  readForm,
  sendPage,
  translatorOf,
} from "../../foundation/web/index.js";
import { platformOf, scopesOf } from "../addresses.js";
import type { Courses } from "../courses.js";
import { SandboxError } from "../errors.js";
import type { Notices } from "../notices.js";
import type { Tool } from "../state-schema.js";
import { demandAdministrator, toolHref, type AdminDeps } from "./admin-routes.js";
import { fromOurPages } from "./scene.js";
import { courseTitleOf } from "./titles.js";
import { shownTool } from "./tool-page.js";

export interface ToolDeps extends AdminDeps {
  readonly courses: Courses;
  readonly notices: Notices;
}

interface ToolPage extends PageModel {
  readonly name: string;
  readonly clientId: string;
  readonly flavour: string;
  readonly isPending: boolean;
  readonly isCanvas: boolean;
  readonly platform: {
    readonly issuer: string;
    readonly authorizationUrl: string;
    readonly tokenUrl: string;
    readonly jwksUrl: string;
  };
  readonly tool: Pick<Tool, "loginUrl" | "targetLinkUri" | "jwksUrl" | "redirectUris">;
  readonly deployments: readonly { readonly id: string; readonly where: string }[];
  readonly courses: readonly { readonly id: string; readonly title: string }[];
  readonly scopes: readonly { readonly scope: string; readonly isAllowed: boolean }[];
  readonly notices: readonly { readonly type: string; readonly time: string; readonly outcome: string }[];
}

/** `/admin/tools/:client`: one tool, and what its administrator may do with it. */
export function toolRoutes(deps: ToolDeps): Router {
  const { tools, courses } = deps;
  const router = express.Router();
  const on = (path: string, act: (tool: Tool, req: Request) => Promise<unknown>): void => {
    router.post(`/admin/tools/:client/${path}`, fromOurPages, readForm(), async (req: Request, res) => {
      demandAdministrator(field(req, "as"), deps);
      const tool = tools.of(String(req.params["client"]));
      await act(tool, req);
      res.redirect(303, toolHref(tool.clientId));
    });
  };
  router.get("/admin/tools/:client", (req, res) => {
    demandAdministrator(queryParameter(req, "as"), deps);
    sendTool(res, tools.of(req.params.client), deps);
  });
  on("activate", ({ clientId }) => tools.activate(clientId));
  on("scopes", ({ clientId }, req) => tools.allow(clientId, fields(req, "scope")));
  on("install", ({ clientId, flavour, state }, req) => {
    const course = courses.of(field(req, "course") ?? "");
    if (flavour !== "canvas" || course.flavour !== flavour || state !== "active")
      throw new SandboxError("sandbox_course_unknown");
    return tools.install(clientId, course.id);
  });
  return router;
}

function sendTool(res: Response, tool: Tool, { origin, courses, notices }: ToolDeps): void {
  const words = translatorOf(res);
  const { issuer, authorizationUrl, tokenUrl, jwksUrl } = platformOf(origin, tool.flavour);
  res.setHeader("Cache-Control", "no-store");
  const page: ToolPage = {
    pageTitle: tool.name,
    ...shownTool(tool, words),
    platform: { issuer, authorizationUrl, tokenUrl, jwksUrl },
    tool,
    deployments: tool.deployments.map(({ id, courseId }) => ({
      id,
      where:
        courseId === undefined
          ? words.t(`sandbox.tool.everywhere.${tool.flavour}`)
          : words.t("sandbox.tool.inCourse", { course: courseTitleOf(courses.of(courseId), words) }),
    })),
    courses: courses
      .all()
      .filter(({ flavour }) => flavour === tool.flavour)
      .map((course) => ({ id: course.id, title: `${courseTitleOf(course, words)} (${course.label})` })),
    scopes: scopesOf(tool.flavour).map((scope) => ({ scope, isAllowed: tool.scopes.includes(scope) })),
    notices: notices.sentTo(tool.clientId).map(({ type, at, status }) => ({
      type,
      time: new Date(at).toISOString(),
      outcome: words.t("sandbox.tool.noticeOutcome", { status }),
    })),
  };
  sendPage(res, "sandbox/tool", page);
}
