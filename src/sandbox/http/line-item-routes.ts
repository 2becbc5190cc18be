import express, { type Request, type Response, type Router } from "express";
import { queryParameter } from "../../foundation/web/index.js";
import { scopes } from "../addresses.js";
import { lineItemBody } from "../line-item.js";
import type { LineItem } from "../state-schema.js";
import { acceptsExactly, mediaTypes, sendsExactly } from "./media-types.js";
import { linkHeader, pageOf } from "./paging.js";
import {
  demandService,
  isCanvas,
  lineItemIdOf,
  pathsOf,
  readText,
  textOf,
  type Caller,
  type ServiceDeps,
} from "./services.js";

const readers = [scopes.lineItem, scopes.lineItemReadOnly];
const writers = [scopes.lineItem];

/** `…/lineitems` and `…/lineitems/:id`: the line item service (AGS 2.0 §3.2). */
export function lineItemRoutes(deps: ServiceDeps): Router {
  const { gradebook } = deps;
  const router = express.Router();
  const all = pathsOf("lineitems");
  const one = pathsOf("lineitems/:id");
  const reader = (req: Request, type: string): Caller =>
    demandService(req, deps, { mediaType: acceptsExactly(req, type), anyOf: readers });
  const writer = (req: Request): Caller =>
    demandService(req, deps, { mediaType: sendsExactly(req, mediaTypes.lineItem), anyOf: writers });
  router.get(all, (req, res) => {
    sendPageOfItems(req, res, deps, reader(req, mediaTypes.lineItemContainer));
  });
  router.post(all, readText, async (req, res) => {
    const caller = writer(req);
    send(res, caller, await gradebook.addLineItem(caller.owner, textOf(req)), 201);
  });
  router.get(one, (req, res) => {
    const caller = reader(req, mediaTypes.lineItem);
    send(res, caller, gradebook.lineItem(caller.owner, lineItemIdOf(req)));
  });
  router.put(one, readText, async (req, res) => {
    const caller = writer(req);
    send(res, caller, await gradebook.replaceLineItem(caller.owner, lineItemIdOf(req), textOf(req)));
  });
  router.delete(one, async (req, res) => {
    const { owner } = demandService(req, deps, { mediaType: true, anyOf: writers });
    await gradebook.removeLineItem(owner, lineItemIdOf(req));
    res.status(204).end();
  });
  return router;
}

function send(res: Response, { addresses }: Caller, item: LineItem, status = 200): void {
  res
    .status(status)
    .type(mediaTypes.lineItem)
    .send(JSON.stringify(lineItemBody(addresses, item)));
}

function sendPageOfItems(
  req: Request,
  res: Response,
  { origin, gradebook }: ServiceDeps,
  { owner, addresses }: Caller,
): void {
  const items = gradebook.lineItems(owner, {
    resourceLinkId: queryParameter(req, "resource_link_id"),
    resourceId: queryParameter(req, "resource_id"),
    tag: queryParameter(req, "tag"),
  });
  const page = pageOf(items, new URL(req.originalUrl, origin));
  const link = linkHeader(page.links, isCanvas(req) ? "plain" : "faulty");
  if (link !== undefined) res.setHeader("Link", link);
  res
    .type(mediaTypes.lineItemContainer)
    .send(JSON.stringify(page.items.map((item) => lineItemBody(addresses, item))));
}
