import express, { type Request, type Router } from "express";
import { z } from "zod";
import type { AccessTokens } from "../access-tokens.js";
import { scopes } from "../addresses.js";
import { SandboxError } from "../errors.js";
import type { Notices } from "../notices.js";
import type { Tool } from "../state-schema.js";
import { demandUserAgent, readText, textOf } from "./services.js";

export interface NoticeRouteDeps {
  readonly accessTokens: AccessTokens;
  readonly notices: Notices;
}

const handlerSchema = z.object({ notice_type: z.string(), handler: z.string() });

/** `/canvas/notice-handlers/:deployment`: where a tool says which notices it wants, and where (PNS 1.0 §4). */
export function noticeRoutes({ accessTokens, notices }: NoticeRouteDeps): Router {
  const router = express.Router();
  const demand = (req: Request): Tool => {
    demandUserAgent(req);
    const tool = accessTokens.demand(req.headers.authorization, [scopes.noticeHandlers]);
    if (!tool.deployments.some(({ id }) => id === req.params["deployment"]))
      throw new SandboxError("sandbox_service_unknown");
    return tool;
  };
  router.get("/canvas/notice-handlers/:deployment", (req, res) => {
    const { clientId, noticeHandlers } = demand(req);
    const handler = noticeHandlers["LtiContextCopyNotice"] ?? "";
    res.json({
      client_id: clientId,
      deployment_id: req.params["deployment"],
      notice_handlers: [{ notice_type: "LtiContextCopyNotice", handler }],
    });
  });
  router.put("/canvas/notice-handlers/:deployment", readText, async (req, res) => {
    const tool = demand(req);
    const asked = handlerIn(textOf(req));
    await notices.handle(tool, asked.notice_type, asked.handler);
    res.json(asked);
  });
  return router;
}

function handlerIn(body: string): z.infer<typeof handlerSchema> {
  try {
    return handlerSchema.parse(JSON.parse(body));
  } catch (cause) {
    throw new SandboxError("sandbox_notice_handler_refused", {}, { cause });
  }
}
