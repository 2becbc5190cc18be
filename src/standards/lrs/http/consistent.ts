import type { ErrorRequestHandler, Response } from "express";
import type { Clock } from "../../../foundation/kernel/index.js";
import type { LrsClient } from "../client.js";
import type { StatementStore } from "../statement-store.js";

interface ConsistentDeps {
  readonly statements: StatementStore;
  readonly clock: Clock;
}

const header = "X-Experience-API-Consistent-Through";

/** Says up to when nothing is missing from what a query finds (Communication 2.1.3). */
export async function sayConsistentThrough(
  { statements, clock }: ConsistentDeps,
  client: LrsClient,
  res: Response,
): Promise<void> {
  const through = await statements.consistentThrough(client.tenant, clock.now());
  res.set(header, new Date(through).toISOString());
}

/** Communication 2.1.3 asks for it on all responses: on refusals too, as soon as it is known whose statements they are. */
export function sayWithRefusals(deps: ConsistentDeps): ErrorRequestHandler {
  return async (error: unknown, _req, res, next) => {
    const client = res.locals["lrsClient"] as LrsClient | undefined;
    // Whatever the store says now, the refusal is what is answered.
    if (client !== undefined && !res.headersSent && res.get(header) === undefined)
      await sayConsistentThrough(deps, client, res).catch(() => undefined);
    next(error);
  };
}
