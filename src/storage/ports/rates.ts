import { installation } from "../../foundation/kernel/index.js";
import type { RateStore } from "../../foundation/web/index.js";
import { rates } from "../collections.js";
import type { DocumentEngine } from "../documents.js";

interface Counted {
  readonly count: number;
  readonly endsAt: number;
}

interface Ask {
  readonly many: number;
  readonly windowMs: number;
  readonly now: number;
  resolve(counted: Counted): void;
  reject(error: unknown): void;
}

export function createRateStore(engine: DocumentEngine): RateStore {
  const rows = engine.collection(rates);

  const add = async (id: string, many: number, { windowMs, now }: Ask): Promise<Counted> => {
    // Whoever finds that another process counted meanwhile looks again; each round one of them gets on.
    for (;;) {
      const row = await rows.get(id);
      if (!row) {
        const first = { ...installation, id, count: many, endsAt: now + windowMs };
        if ((await rows.insert(first)) === "inserted") return first;
        continue;
      }
      const { count, endsAt } = row;
      const next = endsAt > now ? { count: count + many, endsAt } : { count: many, endsAt: now + windowMs };
      if (await rows.change(id, { set: next, ifEqual: { count, endsAt } })) return next;
    }
  };

  // By key: those who ask while a count is under way. They are counted together, so that a whole class that comes at
  // once from one address costs one write more, and not a race of each with each.
  const behind = new Map<string, Ask[]>();
  const count = async (id: string, first: Ask): Promise<void> => {
    behind.set(id, []);
    for (let asks = [first]; asks[0]; asks = behind.get(id)?.splice(0) ?? []) {
      try {
        const all = asks.reduce((sum, { many }) => sum + many, 0);
        const { endsAt, count } = await add(id, all, asks.at(-1) ?? asks[0]);
        let before = count - all;
        for (const ask of asks) ask.resolve({ endsAt, count: (before += ask.many) });
      } catch (error) {
        for (const ask of asks) ask.reject(error);
      }
    }
    behind.delete(id);
  };

  return {
    countRequest: (id, windowMs, now, many = 1) =>
      new Promise((resolve, reject) => {
        const ask = { windowMs, now, many, resolve, reject };
        const others = behind.get(id);
        if (others) others.push(ask);
        else void count(id, ask);
      }),
    purgeRates: (endedBefore) => rows.removeBelow("endsAt", endedBefore),
  };
}
