import express, { type Request, type Response, type Router } from "express";
import { type PageModel, queryParameter, sendPage, translatorOf } from "../../foundation/web/index.js";
import { type SandboxRegistration, type SandboxTool } from "../addresses.js";
import type { Launches, LaunchTarget } from "../launches.js";
import { fullName, userOf, type User } from "../users.js";
import { sendFormPost } from "./form-post.js";
import { holdsTool, stepOfLaunch } from "./framing.js";

export interface CourseDeps {
  readonly registration: SandboxRegistration;
  readonly tool: SandboxTool;
  readonly users: readonly User[];
  readonly launches: Launches;
}

interface StartPage extends PageModel {
  readonly users: readonly { readonly href: string; readonly open: string }[];
}

interface CoursePage extends PageModel {
  readonly user: { readonly role: string; readonly name: string };
  readonly courseHref: string;
  readonly launchHref: string;
  readonly windowHref: string;
}

/**
 * The pages where somebody plays a user. Who that is stands in the URL: there is nothing to protect by a session, a
 * cookie of 127.0.0.1 would reach every port of this machine, and two windows can be two users.
 */
export function courseRoutes(deps: CourseDeps): Router {
  const router = express.Router();
  router.get("/", (_req, res) => sendStart(res, deps.users));
  router.get("/course", (req, res) => sendCourse(req, res, deps));
  router.get("/course/launch", (req, res) => launch(req, res, deps));
  return router;
}

function sendStart(res: Response, users: readonly User[]): void {
  const words = translatorOf(res);
  const page: StartPage = {
    pageTitle: words.t("sandbox.start.pageTitle"),
    users: users.map(({ key }) => ({ href: courseHref(key), open: words.t(`sandbox.start.open.${key}`) })),
  };
  sendPage(res, "sandbox/start", page);
}

function sendCourse(req: Request, res: Response, { users, tool }: CourseDeps): void {
  const user = userOf(users, queryParameter(req, "as"));
  const words = translatorOf(res);
  const role = words.t(`sandbox.users.${user.key}`);
  const launchHref = `/course/launch?as=${user.key}${isPostLogin(req) ? "&login=post" : ""}`;
  res.setHeader("Cache-Control", "no-store");
  holdsTool(res, tool.origin);
  const page: CoursePage = {
    pageTitle: words.t("sandbox.course.pageTitle", { role }),
    user: { role, name: fullName(user) },
    courseHref: courseHref(user.key),
    launchHref,
    windowHref: `${launchHref}&target=window`,
  };
  sendPage(res, "sandbox/course", page);
}

/** OpenID Connect Core §4: sends the browser to the tool's login, by a redirect or, as Moodle does, by a form. */
function launch(req: Request, res: Response, { users, launches, tool, registration }: CourseDeps): void {
  stepOfLaunch(res, registration.issuer, tool.origin);
  const user = userOf(users, queryParameter(req, "as"));
  const target: LaunchTarget = queryParameter(req, "target") === "window" ? "window" : "iframe";
  const values = {
    iss: registration.issuer,
    target_link_uri: tool.launchUrl,
    login_hint: user.id,
    lti_message_hint: launches.begin(user, target),
    client_id: registration.clientId,
    lti_deployment_id: registration.deploymentId,
  };
  if (isPostLogin(req)) {
    sendFormPost(res, tool.loginUrl, values);
    return;
  }
  const url = new URL(tool.loginUrl);
  for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value);
  res.redirect(303, url.href);
}

const courseHref = (key: string): string => `/course?as=${key}`;
const isPostLogin = (req: Request): boolean => queryParameter(req, "login") === "post";
