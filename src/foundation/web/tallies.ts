import type { RateStore } from "./rate-store.js";

interface Counted {
  readonly count: number;
  readonly endsAt: number;
}

/** What is known here of one key's window. */
interface Tally {
  /** Settles when the store has said what it knows of the window, or could not. */
  readonly begun: Promise<unknown>;
  /** What the store said last, of all processes together. */
  told: Counted | undefined;
  /** Counted here, and on its way to the store. */
  underWay: number;
  /** Counted here alone. */
  untold: number;
}

/** So many requests of a key are counted here before the store is told of them together. */
const mostUntold = 20;
const mostTallies = 10_000;

/**
 * Counts here, and tells the store of every twentieth request of a key together with those before it: counting need not
 * cost each request a write. The first one of a window asks the store. One process alone counts exactly; with others
 * beside it, each may let nineteen requests of a key through that the others don't know of, and forgets as many when it
 * ends.
 */
export function countTogether(store: RateStore): RateStore {
  const tallies = new Map<string, Tally>();

  const begin = (...ask: Required<Parameters<RateStore["countRequest"]>>): Promise<Counted> => {
    const [key] = ask;
    if (tallies.size >= mostTallies) tallies.clear();
    const first = store.countRequest(...ask).then((counted) => (tally.told = counted));
    const tally: Tally = { begun: first.catch(() => undefined), told: undefined, underWay: 0, untold: 0 };
    tallies.set(key, tally);
    return first;
  };
  const tell = async (
    tally: Tally,
    told: Counted,
    ask: readonly [string, number, number],
  ): Promise<Counted> => {
    const many = tally.untold;
    const here = told.count + tally.underWay + many;
    tally.untold = 0;
    tally.underWay += many;
    try {
      const { count, endsAt } = await store.countRequest(...ask, many);
      tally.told = { endsAt, count: Math.max(count, tally.told?.count ?? 0) };
      return { endsAt, count: Math.max(count, here) };
    } catch (error) {
      tally.untold += many;
      throw error;
    } finally {
      tally.underWay -= many;
    }
  };
  return {
    countRequest: async (key, windowMs, now, many = 1) => {
      for (;;) {
        const tally = tallies.get(key);
        if (!tally) return begin(key, windowMs, now, many);
        if (!tally.told) await tally.begun;
        const { told } = tally;
        // A window that lies ahead is of a clock that was set back since.
        if (told && told.endsAt > now && told.endsAt <= now + windowMs) {
          tally.untold += many;
          if (tally.untold >= mostUntold) return tell(tally, told, [key, windowMs, now]);
          return { endsAt: told.endsAt, count: told.count + tally.underWay + tally.untold };
        }
        if (tallies.get(key) === tally) tallies.delete(key);
      }
    },
    purgeRates: (endedBefore) => store.purgeRates(endedBefore),
  };
}
