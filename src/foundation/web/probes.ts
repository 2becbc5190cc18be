import express, { type Router } from "express";

/**
 * `GET /healthz`: the process is alive. `GET /readyz`: it can serve (200), or why not yet or no longer (503).
 * @param ready rejects when something that requests need can't be used
 */
export function probes(ready: () => Promise<void>): Router {
  const router = express.Router();
  router.get("/healthz", (_req, res) => void res.json({ status: "alive" }));
  router.get("/readyz", async (_req, res) => {
    try {
      await ready();
      res.json({ status: "ready" });
    } catch {
      res.status(503).json({ status: "not ready" });
    }
  });
  return router;
}
