import express, { type Request, type Response, type Router } from "express";
import type { Translator } from "../../foundation/i18n/index.js";
import {
  field,
  type PageModel,
  queryParameter,
  readForm,
  sendPage,
  translatorOf,
} from "../../foundation/web/index.js";
import { builtIn } from "../addresses.js";
import type { Courses } from "../courses.js";
import { SandboxError } from "../errors.js";
import type { Notices } from "../notices.js";
import type { Course, Link } from "../state-schema.js";
import type { Tools } from "../tools.js";
import { fullName, isPlayed, mayTeach, numberOf, userOf, type User } from "../users.js";
import { holdsTools } from "./framing.js";
import { forwardingFrame, linkAsked, pickerAsked } from "./launch-routes.js";
import { demandTeacher, fromOurPages, hrefIn, sceneOf, type Scene } from "./scene.js";
import { toolOriginsOf } from "./storage-routes.js";
import { courseTitleOf, linkTitleOf, roleOf } from "./titles.js";

export interface CourseDeps {
  readonly users: readonly User[];
  readonly tools: Tools;
  readonly courses: Courses;
  readonly notices: Notices;
}

interface StartPage extends PageModel {
  readonly users: readonly { readonly href: string; readonly open: string }[];
  readonly further: readonly { readonly href: string; readonly open: string }[];
  readonly courses: readonly { readonly title: string; readonly href: string }[];
}

/** What a frame shows, and the same in a window of its own. */
interface Opened {
  readonly title: string;
  readonly launchHref: string;
  readonly windowHref: string;
}

interface Held extends PageModel {
  readonly user: { readonly role: string; readonly name: string };
  readonly courseTitle: string;
  readonly courseLabel: string;
  readonly courseHref: string;
  /** Platform storage: in this page, or in a frame of this name, or nowhere. */
  readonly storageHere: boolean;
  readonly storageFrame: string | undefined;
  readonly toolOrigins: string;
}

interface CoursePage extends Held {
  readonly gradebookHref: string;
  readonly menu: readonly { readonly title: string; readonly href: string }[];
  readonly fromMenu: Opened | undefined;
  readonly activities: readonly (Partial<Opened> & { readonly title: string; readonly href: string })[];
  readonly reviewOf: string | undefined;
  readonly teacher:
    | {
        readonly tools: readonly { readonly title: string; readonly href: string }[];
        /** Moodle: activities may be made without picking. */
        readonly byHand: readonly { readonly title: string; readonly clientId: string }[];
        readonly as: string;
        readonly course: string;
      }
    | undefined;
}

interface AddPage extends Held {
  readonly isDialog: boolean;
  readonly pickHref: string;
}

/**
 * The pages where somebody plays a user. Who that is stands in the URL: there is nothing to protect by a session, a
 * cookie of 127.0.0.1 would reach every port of this machine, and two windows can be two users.
 */
export function courseRoutes(deps: CourseDeps): Router {
  const router = express.Router();
  router.get("/", (_req, res) => sendStart(res, deps));
  router.get("/course", (req, res) => sendCourse(req, res, deps));
  router.get("/course/add", (req, res) => sendAdd(req, res, deps));
  router.post("/course/links", fromOurPages, readForm(), (req: Request, res: Response) =>
    addByHand(req, res, deps),
  );
  router.post("/course/copy", fromOurPages, readForm(), async (req: Request, res) => {
    const user = userOf(deps.users, field(req, "as"));
    demandTeacher(user);
    const course = await deps.courses.copy(deps.courses.of(field(req, "course") ?? "").id);
    await deps.notices.copied(course, courseTitleOf(course, translatorOf(res)), deps.tools.all());
    res.redirect(303, `/course?as=${user.key}&course=${course.id}`);
  });
  return router;
}

/** Moodle: an activity of a tool, made without picking content. It may be graded, so it has a column. */
async function addByHand(req: Request, res: Response, deps: CourseDeps): Promise<void> {
  const user = userOf(deps.users, field(req, "as"));
  demandTeacher(user);
  const course = deps.courses.of(field(req, "course") ?? "");
  const tool = deps.tools.of(field(req, "tool"));
  const [deployment] = deps.tools.deploymentsIn(tool, course.id);
  if (
    !deployment ||
    course.flavour !== "moodle" ||
    tool.flavour !== course.flavour ||
    tool.state !== "active"
  )
    throw new SandboxError("sandbox_tool_unknown");
  const { clientId, name: title } = tool;
  const link = { courseId: course.id, clientId, deploymentId: deployment.id, title, custom: {} };
  const [added] = await deps.courses.add([{ link, lineItem: { label: title, scoreMaximum: 100 } }]);
  const query = new URLSearchParams({ as: user.key, course: course.id, link: added?.id ?? "" });
  res.redirect(303, `/course?${query.toString()}`);
}

function sendStart(res: Response, { users, courses }: CourseDeps): void {
  const words = translatorOf(res);
  const page: StartPage = {
    pageTitle: words.t("sandbox.start.pageTitle"),
    users: users
      .filter(isPlayed)
      .map(({ key }) => ({ href: `/course?as=${key}`, open: words.t(`sandbox.start.open.${key}`) })),
    further: users
      .filter((user) => !isPlayed(user))
      .map((user) => ({
        href: `/course?as=${user.key}`,
        open: words.t("sandbox.users.further", { number: numberOf(user) }),
      })),
    courses: courses.all().map((course) => ({
      title: `${courseTitleOf(course, words)} (${course.label})`,
      href: `/course?as=instructor&course=${course.id}`,
    })),
  };
  sendPage(res, "sandbox/start", page);
}

function sendCourse(req: Request, res: Response, deps: CourseDeps): void {
  const scene = sceneOf(req, deps);
  const words = translatorOf(res);
  const menu = menuOf(scene, deps);
  const nav = queryParameter(req, "nav");
  const links = deps.courses.linksIn(scene.course.id);
  const open = nav === undefined && links.length > 0 ? linkAsked(req, scene, deps) : undefined;
  const review = queryParameter(req, "review");
  const fromMenu = menu.find(({ id }) => id === nav);
  holdsTools(res, toolOriginsOf(deps.tools));
  const page: CoursePage = {
    ...held(scene, words, deps),
    pageTitle: words.t("sandbox.course.pageTitle", { role: roleOf(scene.user, words) }),
    gradebookHref: gradebookHref(scene.course),
    menu,
    fromMenu: fromMenu && openedOf(scene, fromMenu.title, { nav }),
    activities: links.map((link) => activityOf(link, { scene, words, open, review })),
    reviewOf: review === undefined ? undefined : roleOf(userOf(deps.users, review), words),
    teacher: mayTeach(scene.user)
      ? {
          ...{ tools: addable(scene, deps), byHand: madeByHand(scene, deps) },
          ...{ as: scene.user.key, course: scene.course.id },
        }
      : undefined,
  };
  sendPage(res, "sandbox/course", page);
}

function sendAdd(req: Request, res: Response, deps: CourseDeps): void {
  const scene = sceneOf(req, deps);
  demandTeacher(scene.user);
  const { tool, deploymentId: deployment } = pickerAsked(req, scene, deps);
  const words = translatorOf(res);
  const multiple = queryParameter(req, "multiple");
  const lineitem = queryParameter(req, "lineitem");
  holdsTools(res, toolOriginsOf(deps.tools));
  const page: AddPage = {
    ...held(scene, words, deps),
    pageTitle: words.t("sandbox.add.pageTitle", { tool: tool.name }),
    isDialog: tool.flavour === "canvas",
    pickHref: hrefIn(scene, "/course/pick", { tool: tool.clientId, deployment, multiple, lineitem }),
  };
  sendPage(res, "sandbox/add", page);
}

function held(scene: Scene, words: Translator, { tools }: CourseDeps): Omit<Held, "pageTitle"> {
  const { user, course, hasStorage } = scene;
  const isCanvas = course.flavour === "canvas";
  return {
    user: { role: roleOf(user, words), name: fullName(user) },
    courseTitle: courseTitleOf(course, words),
    courseLabel: course.label,
    courseHref: hrefIn(scene, "/course"),
    storageHere: hasStorage && !isCanvas,
    storageFrame: hasStorage && isCanvas ? forwardingFrame : undefined,
    toolOrigins: toolOriginsOf(tools).join(" "),
  };
}

const gradebookHref = ({ id, history, flavour }: Course): string =>
  history.length === 0 && flavour === "moodle" ? "/gradebook" : `/gradebook?course=${id}`;

function openedOf(scene: Scene, title: string, more: Readonly<Record<string, string | undefined>>): Opened {
  return {
    title,
    launchHref: hrefIn(scene, "/course/launch", more),
    windowHref: hrefIn(scene, "/course/launch", { ...more, target: "window" }),
  };
}

function activityOf(
  link: Link,
  at: {
    readonly scene: Scene;
    readonly words: Translator;
    readonly open: Link | undefined;
    readonly review: string | undefined;
  },
): CoursePage["activities"][number] {
  const { scene, words, open, review } = at;
  const title = linkTitleOf(link, words);
  const more = { link: link.id === builtIn.linkId ? undefined : link.id, review };
  const href = hrefIn(scene, "/course", { link: link.id });
  return link === open ? { ...openedOf(scene, title, more), href } : { title, href };
}

/** Canvas: every deployment that a course sees stands in its menu, if the tool asked for that. */
function menuOf(scene: Scene, { tools }: CourseDeps): { id: string; title: string; href: string }[] {
  if (scene.course.flavour !== "canvas") return [];
  return tools.all().flatMap((tool) => {
    const placed = tool.messages.some(({ placements }) => placements.includes("course_navigation"));
    if (tool.flavour !== "canvas" || tool.state !== "active" || !placed) return [];
    return tools
      .deploymentsIn(tool, scene.course.id)
      .map(({ id }) => ({ id, title: tool.name, href: hrefIn(scene, "/course", { nav: id }) }));
  });
}

function madeByHand({ course }: Scene, { tools }: CourseDeps): { title: string; clientId: string }[] {
  if (course.flavour !== "moodle") return [];
  return tools
    .all()
    .flatMap(({ name: title, clientId, flavour, state }) =>
      flavour === "moodle" && state === "active" ? [{ title, clientId }] : [],
    );
}

/** What an instructor may add content from. */
function addable(scene: Scene, { tools }: CourseDeps): { title: string; href: string }[] {
  const { course } = scene;
  return tools.all().flatMap((tool) => {
    const picks = tool.messages.some(({ type }) => type === "LtiDeepLinkingRequest");
    if (tool.flavour !== course.flavour || tool.state !== "active" || !picks) return [];
    return tools.deploymentsIn(tool, course.id).map(({ id }) => ({
      title: tool.name,
      href: hrefIn(scene, "/course/add", { tool: tool.clientId, deployment: id }),
    }));
  });
}
