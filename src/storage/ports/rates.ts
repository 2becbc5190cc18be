import { installation } from "../../foundation/kernel/index.js";
import type { RateStore } from "../../foundation/web/index.js";
import { rates } from "../collections.js";
import type { DocumentEngine } from "../documents.js";

export function createRateStore(engine: DocumentEngine): RateStore {
  const rows = engine.collection(rates);
  return {
    countRequest: async (id, windowMs, now) => {
      // Whoever finds that another counted meanwhile looks again; each round one of them gets on.
      for (;;) {
        const row = await rows.get(id);
        if (!row) {
          const first = { ...installation, id, count: 1, endsAt: now + windowMs };
          if ((await rows.insert(first)) === "inserted") return first;
          continue;
        }
        const { count, endsAt } = row;
        const next = endsAt > now ? { count: count + 1, endsAt } : { count: 1, endsAt: now + windowMs };
        if (await rows.change(id, { set: next, ifEqual: { count, endsAt } })) return next;
      }
    },
    purgeRates: (endedBefore) => rows.removeBelow("endsAt", endedBefore),
  };
}
