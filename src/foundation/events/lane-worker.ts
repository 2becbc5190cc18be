import { describeError, KnownError, type Clock, type LogFields, type Logger } from "../kernel/index.js";
import { askedWait, EventsError, isExpected, isPermanent, reasonOf } from "./errors.js";
import { retryDelay, type OutboxOptions } from "./outbox-options.js";
import type { Job, LaneLease, OutboxStore } from "./outbox-store.js";
import type { Subscriber } from "./subscriber.js";

export interface LaneWorkerDeps {
  readonly store: OutboxStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly subscribers: ReadonlyMap<string, Subscriber>;
  readonly options: OutboxOptions;
  /** 0 to 1. */
  readonly random: () => number;
}

export interface LaneCounts {
  /** Events that were handled, and those that were done with a later one. */
  handled: number;
  failed: number;
  buried: number;
}

/** How the process stops: `soon` ends after the job at hand, `now` aborts it. */
export interface StopSignals {
  readonly soon: AbortSignal;
  readonly now: AbortSignal;
}

/**
 * Works through the due jobs of a leased lane in order, renewing the lease meanwhile, and gives the lane back. A job
 * that fails holds up its lane until it is tried again or dead. Rejects only when the store does.
 */
export async function workLane(
  deps: LaneWorkerDeps,
  lease: LaneLease,
  stop: StopSignals,
): Promise<LaneCounts> {
  const counts: LaneCounts = { handled: 0, failed: 0, buried: 0 };
  // Not `AbortSignal.any`: a signal that lives as long as the process would keep a trace of each lane.
  const interrupt = new AbortController();
  const abort = () => interrupt.abort();
  const hold = { lost: false };
  const renewal = setInterval(() => {
    void renew(deps, lease).then((held) => {
      if (held) return;
      hold.lost = true;
      abort();
    });
  }, deps.options.leaseMs / 3);
  stop.now.addEventListener("abort", abort);
  if (stop.now.aborted) abort();
  const work: Work = {
    ended: () => stop.soon.aborted || interrupt.signal.aborted,
    interrupt: interrupt.signal,
    counts,
  };
  try {
    while (!work.ended()) {
      const due = await dueJobs(deps, lease);
      if (due.length === 0 || !(await workBatch(deps, due, work))) break;
    }
  } finally {
    clearInterval(renewal);
    stop.now.removeEventListener("abort", abort);
    if (!hold.lost) await deps.store.releaseLane(lease);
  }
  return counts;
}

/** Whether the lease is held still, as far as we know. */
async function renew({ store, clock, options, logger }: LaneWorkerDeps, lease: LaneLease): Promise<boolean> {
  try {
    return await store.renewLease(lease, clock.now() + options.leaseMs);
  } catch (error) {
    // Two more tries come before the lease runs out.
    logger.warn("a lease could not be renewed", { subscriber: lease.subscriber, ...describeError(error) });
    return true;
  }
}

/** The jobs up to the first that must wait: nothing may overtake it. */
async function dueJobs({ store, clock, options }: LaneWorkerDeps, lease: LaneLease): Promise<Job[]> {
  const jobs = await store.laneJobs(lease, options.batch);
  const now = clock.now();
  const first = jobs.findIndex((job) => job.notBefore > now);
  return first === -1 ? jobs : jobs.slice(0, first);
}

interface Work {
  readonly ended: () => boolean;
  readonly interrupt: AbortSignal;
  readonly counts: LaneCounts;
}

/** Whether the lane may go on. */
async function workBatch(deps: LaneWorkerDeps, due: readonly Job[], work: Work): Promise<boolean> {
  const [first] = due;
  const coalesce = first !== undefined && deps.subscribers.get(first.subscriber)?.coalesce === true;
  for (const group of coalesce ? [due] : due.map((job) => [job])) {
    if (work.ended() || !(await workGroup(deps, group, work))) return false;
  }
  return true;
}

/** Handles the last job of a group, with which the others are done. The first one stands for its failures. */
async function workGroup(deps: LaneWorkerDeps, group: readonly Job[], work: Work): Promise<boolean> {
  const [head, last] = [group[0], group.at(-1)];
  if (!head || !last) return true;
  try {
    await handle(deps, last, { attempt: head.failures + 1, interrupt: work.interrupt });
  } catch (error) {
    // Whoever stopped it says nothing about the job: it waits where it was.
    if (work.interrupt.aborted) return false;
    return fail(deps, { group, head, last, error, counts: work.counts });
  }
  await deps.store.finish(
    group.map((job) => job.id),
    deps.clock.now(),
  );
  work.counts.handled += group.length;
  return true;
}

async function handle(
  { subscribers, options }: LaneWorkerDeps,
  { event, subscriber: name }: Job,
  { attempt, interrupt }: { readonly attempt: number; readonly interrupt: AbortSignal },
): Promise<void> {
  const subscriber = subscribers.get(name);
  if (!subscriber) throw new EventsError("subscriber_unknown", { subscriber: name });
  const job = new AbortController();
  const abort = () => job.abort();
  const timer = setTimeout(abort, options.jobMs);
  interrupt.addEventListener("abort", abort);
  const cut = new Promise<never>((_resolve, reject) => {
    job.signal.addEventListener("abort", () => reject(new EventsError("job_timed_out")));
  });
  try {
    const { requestId } = event;
    const handling = (async () => subscriber.handle(event, { requestId, attempt, signal: job.signal }))();
    await Promise.race([handling, cut]);
  } finally {
    clearTimeout(timer);
    interrupt.removeEventListener("abort", abort);
  }
}

interface Failure {
  readonly group: readonly Job[];
  readonly head: Job;
  readonly last: Job;
  readonly error: unknown;
  readonly counts: LaneCounts;
}

async function fail(deps: LaneWorkerDeps, { group, head, last, error, counts }: Failure): Promise<boolean> {
  const { store, clock, logger } = deps;
  const failures = head.failures + 1;
  const now = clock.now();
  counts.failed += 1;
  const wait = waitBefore(deps, head, { failures, error });
  if (wait !== undefined) {
    const fields = logFields(last, failures, error);
    if (isExpected(error)) logger.info("a job waits for another", fields);
    else logger.warn("a job failed and will be tried again", fields);
    await store.retryLater(head.id, now + Math.max(wait, askedWait(error)));
    return false;
  }
  logger.error("a job failed for good and waits for an operator", logFields(last, failures, error));
  const others = group.filter((job) => job !== last).map((job) => job.id);
  await store.bury(last.id, now, reasonOf(error));
  if (others.length > 0) await store.finish(others, now);
  counts.buried += 1;
  return true;
}

/** How long until the next try; `undefined` when there is none. */
function waitBefore(
  { options, subscribers, random }: LaneWorkerDeps,
  { subscriber }: Job,
  { failures, error }: { readonly failures: number; readonly error: unknown },
): number | undefined {
  const patient = subscribers.get(subscriber)?.patient === true;
  if (isPermanent(error) || (!patient && failures >= options.maxFailures)) return undefined;
  const firstRetryMs = isExpected(error) ? options.firstExpectedMs : options.firstRetryMs;
  const delay = retryDelay({ firstRetryMs, retryFactor: options.retryFactor }, failures, random());
  return patient ? Math.min(delay, options.longestPatientMs) : delay;
}

function logFields({ event, id, subscriber }: Job, failures: number, error: unknown): LogFields {
  return {
    ...{ requestId: event.requestId, subscriber, jobId: id, eventId: event.id, eventType: event.type },
    ...{ count: failures, code: reasonOf(error) },
    ...(error instanceof KnownError ? {} : describeError(error)),
  };
}
