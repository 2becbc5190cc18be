import express, { type Request, type Response, type Router } from "express";
import { queryParameter } from "../../foundation/web/index.js";
import { platformOf } from "../addresses.js";
import type { Courses } from "../courses.js";
import { SandboxError } from "../errors.js";
import type { Gradebook } from "../gradebook.js";
import { targetLinkUriOf } from "../launch-targets.js";
import type { Launches, LaunchSubject } from "../launches.js";
import type { Link, Tool } from "../state-schema.js";
import type { Tools } from "../tools.js";
import { userOf, type User } from "../users.js";
import { sendFormPost } from "./form-post.js";
import { stepOfLaunch } from "./framing.js";
import { demandTeacher, sceneOf, type Scene } from "./scene.js";

export interface LaunchDeps {
  readonly origin: string;
  readonly users: readonly User[];
  readonly tools: Tools;
  readonly courses: Courses;
  readonly launches: Launches;
  readonly gradebook: Gradebook;
}

/** Canvas keeps platform storage in a frame of its own. */
export const forwardingFrame = "post_message_forwarding";

/** What is launched, by whom it is played, and for what. */
interface Beginning {
  readonly scene: Scene;
  readonly tool: Tool;
  readonly deploymentId: string;
  readonly subject: LaunchSubject;
  readonly link: Link | undefined;
}

/** `/course/launch` and `/course/pick`: what the frames of a course show first. */
export function launchRoutes(deps: LaunchDeps): Router {
  const router = express.Router();
  router.get("/course/launch", (req, res) => {
    stepOfLaunch(res, deps.origin);
    begin(res, launchAsked(req, deps), deps);
  });
  router.get("/course/pick", (req, res) => {
    stepOfLaunch(res, deps.origin);
    begin(res, pickAsked(req, deps), deps);
  });
  return router;
}

function launchAsked(req: Request, deps: LaunchDeps): Beginning {
  const scene = sceneOf(req, deps);
  const navigation = queryParameter(req, "nav");
  if (navigation !== undefined) {
    const tool = toolOfDeployment(navigation, scene, deps);
    return { scene, tool, deploymentId: navigation, subject: { kind: "navigation" }, link: undefined };
  }
  const link = linkAsked(req, scene, deps);
  const { clientId, deploymentId, id: linkId } = link;
  const tool = activeTool(clientId, deps);
  const of = queryParameter(req, "review");
  if (of === undefined) return { scene, tool, deploymentId, subject: { kind: "link", linkId }, link };
  demandTeacher(scene.user);
  const subject = { kind: "review", linkId, of: userOf(deps.users, of).key } as const;
  return { scene, tool, deploymentId, subject, link };
}

function pickAsked(req: Request, deps: LaunchDeps): Beginning {
  const scene = sceneOf(req, deps);
  demandTeacher(scene.user);
  const { tool, deploymentId } = pickerAsked(req, scene, deps);
  const isOn = (name: string): boolean => queryParameter(req, name) !== "off";
  const subject = { kind: "pick", multiple: isOn("multiple"), lineItem: isOn("lineitem") } as const;
  return { scene, tool, deploymentId, subject, link: undefined };
}

/** The link that is asked for, or the course's first. @throws SandboxError `sandbox_link_unknown` */
export function linkAsked(req: Request, { course }: Scene, { courses }: Pick<LaunchDeps, "courses">): Link {
  const id = queryParameter(req, "link") ?? courses.linksIn(course.id)[0]?.id;
  return courses.link(course.id, id ?? "");
}

/** Whose picker is asked for, by which deployment. @throws SandboxError `sandbox_tool_unknown` */
export function pickerAsked(
  req: Request,
  { course }: Scene,
  { tools }: Pick<LaunchDeps, "tools">,
): { readonly tool: Tool; readonly deploymentId: string } {
  const tool = activeTool(queryParameter(req, "tool"), { tools });
  const wanted = queryParameter(req, "deployment");
  const deployment = tools
    .deploymentsIn(tool, course.id)
    .find(({ id }) => wanted === undefined || id === wanted);
  if (!deployment || tool.flavour !== course.flavour) throw new SandboxError("sandbox_tool_unknown");
  return { tool, deploymentId: deployment.id };
}

function toolOfDeployment(id: string, { course }: Scene, { tools }: LaunchDeps): Tool {
  const isOne = (tool: Tool): boolean =>
    tool.flavour === course.flavour && tools.deploymentsIn(tool, course.id).some((one) => one.id === id);
  return activeTool(tools.all().find(isOne)?.clientId, { tools });
}

/** A tool that is pending or switched off launches nothing. */
function activeTool(clientId: string | undefined, { tools }: Pick<LaunchDeps, "tools">): Tool {
  const tool = tools.of(clientId);
  if (tool.state !== "active") throw new SandboxError("sandbox_tool_unknown");
  return tool;
}

/** OpenID Connect Core §4: sends the browser to the tool's login, by a redirect or, as Moodle does, by a form. */
function begin(res: Response, beginning: Beginning, deps: LaunchDeps): void {
  const { scene, tool } = beginning;
  stepOfLaunch(res, deps.origin, tool);
  const values = loginOf(beginning, deps);
  if (scene.loginByPost) {
    sendFormPost(res, tool.loginUrl, values);
    return;
  }
  const url = new URL(tool.loginUrl);
  for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value);
  res.redirect(303, url.href);
}

function loginOf(
  { scene, tool, deploymentId, subject, link }: Beginning,
  deps: LaunchDeps,
): Record<string, string> {
  const { user, course, inWindow, anonymous, hasStorage } = scene;
  const { clientId, flavour } = tool;
  const isCanvas = flavour === "canvas";
  const owner = { courseId: course.id, clientId };
  const lineItems = deps.gradebook.lineItems(owner, { resourceLinkId: link?.id });
  const hint = deps.launches.begin(
    {
      ...{ userKey: user.key, clientId, deploymentId, courseId: course.id, subject, anonymous },
      target: inWindow ? "window" : "iframe",
    },
    flavour,
  );
  return {
    iss: platformOf(deps.origin, flavour).issuer,
    target_link_uri: targetLinkUriOf(tool, subject, { link, lineItems }),
    login_hint: user.id,
    lti_message_hint: hint,
    client_id: clientId,
    lti_deployment_id: deploymentId,
    ...(isCanvas
      ? { deployment_id: deploymentId, canvas_region: "eu-central-1", canvas_environment: "test" }
      : {}),
    ...(hasStorage ? { lti_storage_target: isCanvas ? forwardingFrame : "_parent" } : {}),
  };
}
