import type { Request, RequestHandler } from "express";
import { queryParameter } from "../../foundation/web/index.js";
import { builtIn } from "../addresses.js";
import type { Courses } from "../courses.js";
import { SandboxError } from "../errors.js";
import type { Course } from "../state-schema.js";
import { mayTeach, userOf, type User } from "../users.js";

export interface SceneDeps {
  readonly users: readonly User[];
  readonly courses: Courses;
}

/** Who is where, and which switches are on: all of it stands in the URL. */
export interface Scene {
  readonly user: User;
  readonly course: Course;
  readonly loginByPost: boolean;
  readonly inWindow: boolean;
  readonly anonymous: boolean;
  readonly hasStorage: boolean;
}

/** @throws SandboxError `sandbox_user_unknown`, `sandbox_course_unknown` */
export function sceneOf(req: Request, { users, courses }: SceneDeps): Scene {
  const course = courses.of(queryParameter(req, "course") ?? builtIn.courseId);
  const storage = queryParameter(req, "storage") ?? (course.flavour === "canvas" ? "on" : "off");
  return {
    user: userOf(users, queryParameter(req, "as")),
    course,
    loginByPost: queryParameter(req, "login") === "post",
    inWindow: queryParameter(req, "target") === "window",
    anonymous: queryParameter(req, "privacy") === "anonymous",
    hasStorage: storage === "on",
  };
}

/** An address of the same scene: everything that is not as it would be without a word stands in its query. */
export function hrefIn(
  scene: Scene,
  path: string,
  more: Readonly<Record<string, string | undefined>> = {},
): string {
  const { user, course, loginByPost, anonymous, hasStorage } = scene;
  const query = new URLSearchParams({ as: user.key });
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined) query.set(name, value);
  };
  add("course", course.id === builtIn.courseId ? undefined : course.id);
  add("login", loginByPost ? "post" : undefined);
  add("privacy", anonymous ? "anonymous" : undefined);
  add("storage", storageSwitch(course, hasStorage));
  for (const [name, value] of Object.entries(more)) add(name, value);
  return `${path}?${query.toString()}`;
}

function storageSwitch({ flavour }: Course, hasStorage: boolean): string | undefined {
  if (hasStorage === (flavour === "canvas")) return undefined;
  return hasStorage ? "on" : "off";
}

/** @throws SandboxError `sandbox_user_may_not` for a trainee */
export function demandTeacher(user: User): void {
  if (!mayTeach(user)) throw new SandboxError("sandbox_user_may_not");
}

/**
 * Refuses a form that another site's page has sent. There is no session that it could misuse, but a web page somewhere
 * should not be able to install a tool here.
 */
export const fromOurPages: RequestHandler = (req, _res, next) => {
  const site = req.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none")
    throw new SandboxError("sandbox_form_from_elsewhere");
  next();
};
