import { days, describeError, minutes, type Clock, type Logger } from "./foundation/kernel/index.js";
import type { Storage } from "./storage/index.js";

export interface HousekeepingDeps {
  readonly storage: Pick<Storage, "lti" | "visits">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Removes what has run out. Anyone can begin a login, so what nobody ended must not stay. */
export interface Housekeeping {
  /** Sweeps now, and every minute from then on. */
  start(): void;
  /** Sweeps once; a store that fails is logged, and the next sweep takes what was left. */
  sweep(): Promise<void>;
  /** Waits for the sweep under way. */
  stop(): Promise<void>;
}

/** What ran out stays for a while, so that a page can still say that it did. */
const kept = { loginsMs: minutes(10), visitsMs: days(1) };

export function createHousekeeping({ storage, clock, logger }: HousekeepingDeps): Housekeeping {
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();

  const sweep = async (): Promise<void> => {
    const now = clock.now();
    try {
      await storage.lti.purgeLoginStates(now - kept.loginsMs);
      await storage.visits.purgeVisits(now - kept.visitsMs);
    } catch (error) {
      logger.warn("what has run out could not be removed", describeError(error));
    }
  };
  const sweepNext = (): void => {
    running = running.then(sweep);
  };
  return {
    sweep,
    start: () => {
      if (timer) return;
      sweepNext();
      timer = setInterval(sweepNext, minutes(1)).unref();
    },
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
