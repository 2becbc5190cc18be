import type { RequestHandler } from "express";

const allowed = [
  "Authorization",
  "Content-Type",
  "X-Experience-API-Version",
  "If-Match",
  "If-None-Match",
  "Accept-Language",
];
const exposed = [
  "ETag",
  "Last-Modified",
  "Content-Type",
  "WWW-Authenticate",
  "X-Experience-API-Version",
  "X-Experience-API-Consistent-Through",
];

/**
 * Learning content runs in pages of any origin and may ask from there (Communication 3.1). A page brings the
 * credentials that it was given itself: those that a browser keeps are never asked for, so no page can use another
 * one's.
 */
export const allowOrigins: RequestHandler = (req, res, next) => {
  res.set("Access-Control-Allow-Origin", "*");
  res.set("Access-Control-Expose-Headers", exposed.join(", "));
  if (req.method !== "OPTIONS" || req.get("Access-Control-Request-Method") === undefined) {
    next();
    return;
  }
  res.set("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE");
  res.set("Access-Control-Allow-Headers", allowed.join(", "));
  res.set("Access-Control-Max-Age", "7200");
  res.status(204).end();
};
