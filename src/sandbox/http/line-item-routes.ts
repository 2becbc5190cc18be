import express, { type Request, type Response, type Router } from "express";
import { queryParameter } from "../../foundation/web/index.js";
import { agsScopes } from "../addresses.js";
import { lineItemBody } from "../line-item.js";
import type { LineItem } from "../state.js";
import { acceptsExactly, mediaTypes, sendsExactly } from "./media-types.js";
import { pageOf } from "./paging.js";
import { demandService, lineItemIdOf, readText, textOf, type ServiceDeps } from "./services.js";

const readers = [agsScopes.lineItem, agsScopes.lineItemReadOnly];
const writers = [agsScopes.lineItem];

/** `/ags/lineitems` and `/ags/lineitems/:id`: the line item service (AGS 2.0 §3.2). */
export function lineItemRoutes(deps: ServiceDeps): Router {
  const { gradebook } = deps;
  const router = express.Router();
  const demandReader = (req: Request, type: string): void =>
    demandService(req, deps, { mediaType: acceptsExactly(req, type), anyOf: readers });
  const demandWriter = (req: Request): void =>
    demandService(req, deps, { mediaType: sendsExactly(req, mediaTypes.lineItem), anyOf: writers });
  const send = (res: Response, item: LineItem, status = 200): void => {
    res
      .status(status)
      .type(mediaTypes.lineItem)
      .send(JSON.stringify(lineItemBody(deps.origin, item)));
  };
  router.get("/ags/lineitems", (req, res) => {
    demandReader(req, mediaTypes.lineItemContainer);
    sendPageOfItems(req, res, deps);
  });
  router.post("/ags/lineitems", readText, async (req, res) => {
    demandWriter(req);
    send(res, await gradebook.addLineItem(textOf(req)), 201);
  });
  router.get("/ags/lineitems/:id", (req, res) => {
    demandReader(req, mediaTypes.lineItem);
    send(res, gradebook.lineItem(lineItemIdOf(req)));
  });
  router.put("/ags/lineitems/:id", readText, async (req, res) => {
    demandWriter(req);
    send(res, await gradebook.replaceLineItem(lineItemIdOf(req), textOf(req)));
  });
  router.delete("/ags/lineitems/:id", async (req, res) => {
    demandService(req, deps, { mediaType: true, anyOf: writers });
    await gradebook.removeLineItem(lineItemIdOf(req));
    res.status(204).end();
  });
  return router;
}

function sendPageOfItems(req: Request, res: Response, { origin, gradebook }: ServiceDeps): void {
  const items = gradebook.lineItems({
    resourceLinkId: queryParameter(req, "resource_link_id"),
    resourceId: queryParameter(req, "resource_id"),
    tag: queryParameter(req, "tag"),
  });
  const page = pageOf(items, new URL(req.originalUrl, origin));
  if (page.link !== undefined) res.setHeader("Link", page.link);
  res
    .type(mediaTypes.lineItemContainer)
    .send(JSON.stringify(page.items.map((item) => lineItemBody(origin, item))));
}
