import { describeError, seconds, type Logger } from "../../../foundation/kernel/index.js";
import { gather, type GatheringDeps } from "./gathering.js";

export interface ForwardingServiceDeps extends GatheringDeps {
  /** Says to the outbox that there is something for it. */
  readonly nudge: () => void;
  readonly logger: Logger;
}

/**
 * Finds the statements of the class evidence that are to be forwarded to other record stores; `forwardingSubscriber`
 * brings them there. Any number of processes may do it at once.
 */
export interface ForwardingService {
  /** Looks for statements to forward now, and every second from then on. */
  start(): void;
  /** Hands what there is to the outbox, for each forwarding up to its few batches. For tests and at the end of a wait. */
  gather(): Promise<void>;
  /** Waits for the look that is under way. */
  stop(): Promise<void>;
}

const lookEveryMs = seconds(1);

export function createForwarding(deps: ForwardingServiceDeps): ForwardingService {
  const { store, logger, nudge } = deps;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let ended = false;

  const look = async (): Promise<void> => {
    for (const { id } of await store.forwardings()) {
      for (let there = !ended; there;) {
        const forwarding = await store.forwarding(id);
        there = forwarding !== undefined && !ended && (await gather(deps, forwarding));
        if (there) nudge();
      }
    }
  };
  const gatherOnce = (): Promise<void> => (looking ??= look().finally(() => (looking = undefined)));
  const lookNow = (): void => {
    gatherOnce().catch((error: unknown) => {
      logger.warn("statements to forward could not be looked for", describeError(error));
    });
  };
  return {
    gather: gatherOnce,
    start: () => {
      if (timer) return;
      lookNow();
      timer = setInterval(lookNow, lookEveryMs).unref();
    },
    stop: async () => {
      ended = true;
      clearInterval(timer);
      await looking?.catch(() => undefined);
    },
  };
}
