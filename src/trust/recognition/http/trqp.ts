import express, { type Request, type Response, type Router } from "express";
import { answerWithData, WebError } from "../../../foundation/web/index.js";
import type { Clock } from "../../../foundation/kernel/index.js";
import { RecognitionError } from "../errors.js";
import { momentOf } from "../reading.js";
import type { Trqp, TrqpQuery } from "../trqp.js";

/**
 * `POST /authorization` and `POST /recognition` of the Trust Registry Query Protocol 2.0, to be mounted at `/trqp`:
 * public, for programs. `context.time` is the moment asked about; `context.as_known_at`, an extension, what was known
 * by when.
 */
export function trqpRoutes(trqp: Trqp, clock: Clock): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  router.use(answerWithData);
  const routes = [
    { path: "/authorization", member: "authorized", ask: (query: TrqpQuery) => trqp.authorised(query) },
    { path: "/recognition", member: "recognized", ask: (query: TrqpQuery) => trqp.recognised(query) },
  ];
  for (const { path, member, ask } of routes) {
    router.post(
      path,
      express.json({ limit: "16kb", type: ["application/json", "application/*+json"] }),
      answer,
    );
    router.all(path, (_req, res) => {
      res.set("Allow", "POST");
      throw new WebError("method_not_allowed");
    });
    async function answer(req: Request, res: Response): Promise<void> {
      const now = clock.now();
      const { query, context, requested } = queryOf(req.body, now);
      const holds = await ask(query);
      res.set("Cache-Control", "no-store");
      res.json({
        ...{ entity_id: query.entityId, authority_id: query.authorityId },
        ...{ action: query.action, resource: query.resource, [member]: holds },
        ...(requested === undefined ? {} : { time_requested: requested }),
        time_evaluated: new Date(now).toISOString(),
        ...(context === undefined ? {} : { context }),
      });
    }
  }
  return router;
}

interface Read {
  readonly query: TrqpQuery;
  readonly context: Readonly<Record<string, unknown>> | undefined;
  readonly requested: string | undefined;
}

/** @throws RecognitionError `trqp_malformed` */
function queryOf(body: unknown, now: number): Read {
  const { context, ...asked } = recordOf(body, "body");
  const text = (field: string): string => {
    const value = asked[field];
    if (typeof value !== "string" || value === "" || value.length > 1000)
      throw new RecognitionError("trqp_malformed", { field });
    return value;
  };
  const given = context === undefined ? undefined : recordOf(context, "context");
  const time = (field: string): number => {
    const value = given?.[field];
    if (value === undefined) return now;
    const moment = typeof value === "string" ? momentOf(value) : undefined;
    if (moment === undefined) throw new RecognitionError("trqp_malformed", { field: `context.${field}` });
    return moment;
  };
  return {
    query: {
      ...{ authorityId: text("authority_id"), entityId: text("entity_id") },
      ...{ action: text("action"), resource: text("resource") },
      ...{ on: time("time"), known: Math.min(time("as_known_at"), now) },
    },
    context: given,
    requested: typeof given?.time === "string" ? given.time : undefined,
  };
}

function recordOf(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new RecognitionError("trqp_malformed", { field });
  return value as Readonly<Record<string, unknown>>;
}
