import type { Tenant } from "../kernel/index.js";
import type { AnyEvent, EventType } from "./catalogue.js";

/** One subscriber's work on one event. At most one exists for each pair (subscriber, event), whatever is redelivered. */
export interface Job extends Tenant {
  /** `<subscriber>:<event id>` */
  readonly id: string;
  readonly subscriber: string;
  readonly event: AnyEvent;
  /** How often it was tried and failed. */
  readonly failures: number;
  /** Not before this time, UTC milliseconds. */
  readonly notBefore: number;
}

export interface DeadJob extends Job {
  readonly diedAt: number;
  /** The error's stable code, never its message. */
  readonly reason: string;
}

/**
 * A lane is one subscriber's queue for one event lane. Who leased it works through its jobs in order; no one else
 * does until the lease is released or runs out.
 */
export interface LaneLease extends Tenant {
  readonly lane: string;
  readonly subscriber: string;
  readonly owner: string;
  /** Tells this lease from every other one of the lane. */
  readonly token: string;
}

export interface OutboxStore {
  /** Saved events that have not been turned into jobs yet, oldest first. */
  undispatched(limit: number): Promise<AnyEvent[]>;
  /**
   * Adds the jobs that are not there yet (also not among the done and dead ones), makes their lanes due, then marks
   * the events as dispatched. Calling it again, or after a crash at any point within, changes nothing.
   */
  dispatch(events: readonly AnyEvent[], jobs: readonly Job[]): Promise<void>;
  /** Leases one lane with a due job, if there is any that nobody holds. */
  leaseLane(owner: string, now: number, until: number): Promise<LaneLease | undefined>;
  /** The waiting jobs of a leased lane in the order of their events' `sequence`, then id. */
  laneJobs(lease: LaneLease, limit: number): Promise<Job[]>;
  /** `false` when the lease was lost meanwhile. */
  renewLease(lease: LaneLease, until: number): Promise<boolean>;
  /** Done: kept as a tombstone, so that a redelivery finds it. */
  finish(jobIds: readonly string[], now: number): Promise<void>;
  retryLater(jobId: string, notBefore: number): Promise<void>;
  /** Takes a job out of its lane, for an operator to see. */
  bury(jobId: string, now: number, reason: string): Promise<void>;
  /** Gives the lane back; it is due again when its next job is. */
  releaseLane(lease: LaneLease): Promise<void>;
  deadJobs(limit: number): Promise<DeadJob[]>;
  /** Puts a dead job back into its lane; `false` when there is none of that id. */
  revive(jobId: string, now: number): Promise<boolean>;
  /** A dead job in whose place another one stands is done: kept as a tombstone; `false` when there is none of that id. */
  settle(jobId: string, now: number): Promise<boolean>;
  /** Jobs not done and not dead; the earliest time one is due, to sleep until. */
  backlog(): Promise<{ waiting: number; dead: number; nextDueAt?: number }>;
  /**
   * Removes the events of these types from a lane, wherever they are not done with: before they are jobs, as waiting
   * jobs and as dead letters; those that are done are tombstones and say nothing. Of the `waiting` ones each may be
   * being handled at this very moment.
   */
  forget(
    lane: Tenant & { readonly lane: string },
    types: readonly EventType[],
  ): Promise<{ readonly waiting: number; readonly dead: number }>;
  /** Forgets tombstones older than `before`. */
  purgeFinished(before: number): Promise<number>;
}
