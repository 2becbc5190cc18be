import express, { type Router } from "express";
import { queryParameter } from "../../../foundation/web/index.js";

/**
 * `GET /certificates/:id?as=bundle`, to be mounted at the root before the certificates' own routes, which answer all
 * else of this address. Anyone may have it from any origin.
 * @param make the bundle of a certificate's id, as JSON text
 */
export function bundleRoutes(make: (id: string) => Promise<string | undefined>): Router {
  const router = express.Router();
  router.get("/certificates/:id", async (req, res, next) => {
    const text = queryParameter(req, "as") === "bundle" ? await make(req.params.id) : undefined;
    if (text === undefined) {
      next();
      return;
    }
    res.set({
      "Access-Control-Allow-Origin": "*",
      "X-Robots-Tag": "noindex",
      "Cache-Control": "no-store",
    });
    res.attachment(`certificate-${req.params.id}.bundle.json`);
    res.setHeader("Content-Type", "application/json");
    res.send(Buffer.from(text, "utf8"));
  });
  return router;
}
