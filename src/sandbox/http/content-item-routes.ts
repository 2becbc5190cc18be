import express, { type Request, type Response, type Router } from "express";
import type { Clock } from "../../foundation/kernel/index.js";
import {
  field,
  queryParameter,
  readForm,
  sendPage,
  translatorOf,
  type PageModel,
} from "../../foundation/web/index.js";
import { readPickAnswer } from "../content-items.js";
import type { Courses } from "../courses.js";
import { SandboxError } from "../errors.js";
import type { Launches } from "../launches.js";
import type { Tools } from "../tools.js";
import { stepOfLaunch } from "./framing.js";

export interface ContentItemDeps {
  readonly origin: string;
  readonly clock: Clock;
  readonly tools: Tools;
  readonly courses: Courses;
  readonly launches: Launches;
}

interface PickedPage extends PageModel {
  readonly layout: "sandbox-bare";
  readonly found: string;
  /** The tool's own words. */
  readonly message: string | undefined;
  readonly courseHref: string;
}

/** `/contentitem_return`, `/canvas/contentitem_return`: what a tool's picker brings back (LTI Deep Linking 2.0 §4.5). */
export function contentItemRoutes(deps: ContentItemDeps): Router {
  const router = express.Router();
  const paths = ["/contentitem_return", "/canvas/contentitem_return"];
  router.post(paths, readForm({ limit: "1mb" }), (req: Request, res) => take(req, res, deps));
  return router;
}

async function take(req: Request, res: Response, deps: ContentItemDeps): Promise<void> {
  stepOfLaunch(res, deps.origin);
  const pickId = queryParameter(req, "pick") ?? "";
  const pick = deps.launches.pick(pickId);
  if (!pick) throw new SandboxError("sandbox_pick_unknown");
  const { clientId, userKey, courseId } = pick.launch;
  const tool = deps.tools.of(clientId);
  const answer = await readPickAnswer(field(req, "JWT"), { ...deps, pick, pickId, tool });
  await deps.courses.add(answer.items);
  const words = translatorOf(res);
  const found = words.t("sandbox.picked.found", { count: answer.items.length });
  const page: PickedPage = {
    ...{ layout: "sandbox-bare", pageTitle: found, found, message: answer.message },
    courseHref: `/course?as=${userKey}&course=${courseId}`,
  };
  sendPage(res, "sandbox/picked", page);
}
