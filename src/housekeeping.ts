import { days, describeError, hours, minutes, type Clock, type Logger } from "./foundation/kernel/index.js";
import type { Storage } from "./storage/index.js";
import { createRetention, type Retention } from "./training/evidence/index.js";

export interface HousekeepingDeps {
  readonly storage: Pick<
    Storage,
    | "lti"
    | "visits"
    | "directory"
    | "rates"
    | "holderCodes"
    | "wallet"
    | "attempts"
    | "statements"
    | "outbox"
    | "scrub"
  >;
  /** Puts announced revocations into effect whose time has come. */
  readonly effectDue: (now: number) => Promise<unknown>;
  /** What else is to be done each hour. */
  readonly upkeep: () => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Removes what has run out. Anyone can begin a login, so what nobody ended must not stay. */
export interface Housekeeping {
  /** Sweeps now, and every minute from then on; each hour it deletes the learning that is due. */
  start(): void;
  /** Sweeps once; a store that fails is logged, and the next sweep takes what was left. */
  sweep(): Promise<void>;
  /** Waits for the sweep under way; a retention run ends after the attempt at hand. */
  stop(): Promise<void>;
}

/** What ran out stays for a while, so that a page can still say that it did. */
const kept = { loginsMs: minutes(10), visitsMs: days(1), holderCodesMs: minutes(10) };

/** How often learning that is due is deleted. With several processes each does it; together they do no harm. */
const retentionEveryMs = hours(1);

/** How often attachments that no statement names are looked for: every statement is read for that. */
const orphansEveryMs = days(1);

export function createHousekeeping(deps: HousekeepingDeps): Housekeeping {
  const { storage, effectDue, upkeep, clock, logger } = deps;
  const { attempts, statements, outbox } = storage;
  const retention = createRetention({
    ...{ attempts, statements, outbox, scrub: () => storage.scrub() },
    ...{ clock, logger },
  });
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  let retentionAt = 0;
  let orphansAt = 0;

  const sweep = async (): Promise<void> => {
    const now = clock.now();
    try {
      await storage.lti.purgeLoginStates(now - kept.loginsMs);
      await storage.visits.purgeVisits(now - kept.visitsMs);
      await storage.directory.purgeDesks(now - kept.visitsMs);
      await storage.directory.purgePersonNames(now);
      await storage.directory.purgeOAuth(now);
      await storage.rates.purgeRates(now);
      await storage.holderCodes.purgeHolderCodes(now - kept.holderCodesMs);
      await storage.wallet.purgeWallet(now);
      await effectDue(now);
      if (now < retentionAt) return;
      await upkeep();
      await forgetLearning(retention, logger, stopping.signal);
      retentionAt = now + retentionEveryMs;
      if (now < orphansAt) return;
      orphansAt = now + orphansEveryMs;
      const count = await statements.removeUnnamedAttachments(now, stopping.signal);
      if (count > 0) logger.info("attachments that no statement names were deleted", { count });
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
      stopping.abort();
      await running;
    },
  };
}

async function forgetLearning(retention: Retention, logger: Logger, signal: AbortSignal): Promise<void> {
  const { attempts } = await retention.run({ signal });
  if (attempts > 0)
    logger.info("learning that is no evidence was deleted after its 90 days", { count: attempts });
}
