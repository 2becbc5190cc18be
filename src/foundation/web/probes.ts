import express, { type Router } from "express";
import { describeError, KnownError, type Logger } from "../kernel/index.js";

/**
 * `GET /healthz`: the process is alive. `GET /readyz`: it can serve (200), or why not yet or no longer (503).
 * Why it is not ready stands in the log, once for each time that it ceases to be: a prober asks every second.
 * @param ready rejects when something that requests need can't be used
 */
export function probes(ready: () => Promise<void>, logger: Logger): Router {
  const router = express.Router();
  router.use(["/healthz", "/readyz"], (_req, res, next) => {
    res.setHeader("Cache-Control", "no-store");
    next();
  });
  let wasReady = true;
  router.get("/healthz", (_req, res) => void res.json({ status: "alive" }));
  router.get("/readyz", async (_req, res) => {
    try {
      await ready();
      wasReady = true;
      res.json({ status: "ready" });
    } catch (error) {
      if (wasReady) {
        const code = error instanceof KnownError ? { code: error.code } : {};
        logger.error("not ready to serve", { ...code, ...describeError(error) });
      }
      wasReady = false;
      res.status(503).json({ status: "not ready" });
    }
  });
  return router;
}
