import express, { type Router } from "express";
import { sendPage, translatorOf, type PageModel } from "../../foundation/web/index.js";
import { originsOf } from "../addresses.js";
import type { Tools } from "../tools.js";
import { stepOfLaunch } from "./framing.js";

interface ForwardingPage extends PageModel {
  readonly layout: "sandbox-bare";
  /** A space between each. */
  readonly toolOrigins: string;
}

/** `/canvas/post_message_forwarding`: the frame in a course page of Canvas's flavour that keeps platform storage. */
export function storageRoutes({ origin, tools }: { readonly origin: string; readonly tools: Tools }): Router {
  const router = express.Router();
  router.get("/canvas/post_message_forwarding", (_req, res) => {
    stepOfLaunch(res, origin);
    const page: ForwardingPage = {
      layout: "sandbox-bare",
      pageTitle: translatorOf(res).t("sandbox.course.forwarding"),
      toolOrigins: toolOriginsOf(tools).join(" "),
    };
    sendPage(res, "sandbox/forwarding", page);
  });
  return router;
}

/** The origins of all tools that may be launched. */
export const toolOriginsOf = (tools: Tools): string[] => [
  ...new Set(tools.all().flatMap((tool) => (tool.state === "active" ? originsOf(tool) : []))),
];
