import { describeError, type Clock, type Logger, type NewId } from "../kernel/index.js";
import type { AnyEvent } from "./catalogue.js";
import { EventsError } from "./errors.js";
import { workLane, type LaneCounts, type LaneWorkerDeps } from "./lane-worker.js";
import { outboxDefaults, type OutboxOptions } from "./outbox-options.js";
import type { Job, LaneLease, OutboxStore } from "./outbox-store.js";
import type { Subscriber } from "./subscriber.js";

interface OutboxDeps {
  readonly store: OutboxStore;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
  readonly subscribers: readonly Subscriber[];
  readonly options?: Partial<OutboxOptions>;
  /** 0 to 1: spreads retries. Default: `Math.random`. */
  readonly random?: () => number;
}

interface DrainCounts extends LaneCounts {
  /** Events that were turned into jobs. */
  dispatched: number;
}

/** Hands saved events to their subscribers. Nothing that goes wrong in it rejects where nobody looks. */
export interface Outbox {
  /** Says that events may have been saved; returns at once. */
  nudge(): void;
  start(): void;
  /**
   * Takes no more lanes, lets the jobs at hand finish for up to `deadlineMs`, aborts those that have not (they are
   * tried again, without counting as failed) and gives all lanes back.
   */
  stop(deadlineMs: number): Promise<void>;
  /** Does all that is due at the clock's now, and what follows from it, until nothing is left. For tests and the CLI. */
  drain(): Promise<DrainCounts>;
  /** Puts a dead job back into its lane; `false` when there is none of that id. */
  revive(jobId: string): Promise<boolean>;
}

/** Throws `subscriber_name_taken`. */
export function createOutbox(deps: OutboxDeps): Outbox {
  return new OutboxLoop(deps);
}

class OutboxLoop implements Outbox {
  readonly #worker: LaneWorkerDeps;
  readonly #owner: string;
  readonly #soon = new AbortController();
  readonly #now = new AbortController();
  readonly #lanes = new Set<Promise<unknown>>();
  #running: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #nudged = false;
  #purgeAt = 0;

  constructor({ newId, subscribers, options, random = Math.random, ...rest }: OutboxDeps) {
    const byName = new Map(subscribers.map((subscriber) => [subscriber.name, subscriber]));
    if (byName.size < subscribers.length) throw new EventsError("subscriber_name_taken");
    this.#owner = newId();
    this.#worker = { ...rest, random, subscribers: byName, options: { ...outboxDefaults, ...options } };
  }

  nudge(): void {
    this.#nudged = true;
    this.#wake?.();
  }

  start(): void {
    this.#running ??= this.#loop();
  }

  async stop(deadlineMs: number): Promise<void> {
    this.#soon.abort();
    this.#wake?.();
    const deadline = setTimeout(() => this.#now.abort(), deadlineMs);
    await this.#running;
    await Promise.allSettled(this.#lanes);
    clearTimeout(deadline);
  }

  async drain(): Promise<DrainCounts> {
    const total: DrainCounts = { dispatched: 0, handled: 0, failed: 0, buried: 0 };
    for (let worked = -1; worked !== 0;) {
      const dispatched = await this.#dispatchAll();
      total.dispatched += dispatched;
      const { concurrency } = this.#worker.options;
      const lanes = await Promise.all(Array.from({ length: concurrency }, () => this.#drainLanes(total)));
      worked = lanes.reduce((sum, count) => sum + count, dispatched);
      await Promise.allSettled(this.#lanes);
    }
    return total;
  }

  async revive(jobId: string): Promise<boolean> {
    const revived = await this.#worker.store.revive(jobId, this.#worker.clock.now());
    this.nudge();
    return revived;
  }

  /** Leases and works lanes until none is due; returns how many there were. */
  async #drainLanes(total: LaneCounts): Promise<number> {
    for (let count = 0; ; count += 1) {
      const lease = this.#soon.signal.aborted ? undefined : await this.#lease();
      if (!lease) return count;
      const { handled, failed, buried } = await workLane(this.#worker, lease, this.#stopSignals());
      total.handled += handled;
      total.failed += failed;
      total.buried += buried;
    }
  }

  async #loop(): Promise<void> {
    while (!this.#soon.signal.aborted) {
      this.#nudged = false;
      try {
        await this.#dispatchAll();
        await this.#fillLanes();
        await this.#purge();
      } catch (error) {
        this.#worker.logger.error("the outbox could not reach its store", describeError(error));
        // A nudge must not turn a store that is down into a busy loop.
        this.#nudged = false;
      }
      await this.#sleep();
    }
  }

  async #fillLanes(): Promise<void> {
    while (this.#lanes.size < this.#worker.options.concurrency && !this.#soon.signal.aborted) {
      const lease = await this.#lease();
      if (!lease) return;
      const lane = workLane(this.#worker, lease, this.#stopSignals())
        .then(() => this.nudge())
        .catch((error: unknown) =>
          this.#worker.logger.error("a lane was left before its end", {
            subscriber: lease.subscriber,
            ...describeError(error),
          }),
        )
        .finally(() => this.#lanes.delete(lane));
      this.#lanes.add(lane);
    }
  }

  #stopSignals() {
    return { soon: this.#soon.signal, now: this.#now.signal };
  }

  #lease(): Promise<LaneLease | undefined> {
    const { store, clock, options } = this.#worker;
    const now = clock.now();
    return store.leaseLane(this.#owner, now, now + options.leaseMs);
  }

  async #dispatchAll(): Promise<number> {
    const { store, options } = this.#worker;
    for (let count = 0; ;) {
      const events = await store.undispatched(options.batch);
      if (events.length === 0) return count;
      await store.dispatch(
        events,
        events.flatMap((event) => this.#jobsOf(event)),
      );
      count += events.length;
    }
  }

  #jobsOf(event: AnyEvent): Job[] {
    const { academyId, jurisdictionId } = event;
    const notBefore = Math.min(event.at, this.#worker.clock.now());
    return [...this.#worker.subscribers.values()]
      .filter((subscriber) => subscriber.types.includes(event.type))
      .map(({ name }) => ({
        ...{ id: `${name}:${event.id}`, subscriber: name, academyId, jurisdictionId },
        ...{ event, failures: 0, notBefore },
      }));
  }

  /** Only after all events were dispatched: a tombstone may not go before the event that it answers for. */
  async #purge(): Promise<void> {
    const { store, clock, options } = this.#worker;
    const now = clock.now();
    if (now < this.#purgeAt) return;
    this.#purgeAt = now + options.purgeEveryMs;
    await store.purgeFinished(now - options.rememberMs);
  }

  async #sleep(): Promise<void> {
    if (this.#nudged || this.#soon.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#worker.options.pollMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}
