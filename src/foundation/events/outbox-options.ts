import { days, hours, minutes, seconds } from "../kernel/index.js";

/** All times in milliseconds. */
export interface OutboxOptions {
  /** How many lanes are worked at once. */
  readonly concurrency: number;
  /** How long a dead process keeps its lanes. A living one renews its leases. */
  readonly leaseMs: number;
  /** How long one job may take. */
  readonly jobMs: number;
  /** The longest sleep between two looks at the store. */
  readonly pollMs: number;
  /** How many jobs or events are read at once. */
  readonly batch: number;
  /** After so many failures a job is dead. */
  readonly maxFailures: number;
  /** The wait after the first failure, and by how much each later one is longer. */
  readonly firstRetryMs: number;
  readonly retryFactor: number;
  /** Stands in for `firstRetryMs` where another job's work is waited for. */
  readonly firstExpectedMs: number;
  /** The longest wait of a patient subscriber's job. */
  readonly longestPatientMs: number;
  /** How long a done job is remembered, so that a late redelivery finds it. */
  readonly rememberMs: number;
  readonly purgeEveryMs: number;
}

/** The 11 waits between 12 tries: 5 s, 13 s, 31 s, … 5 h, 13 h; together about a day. */
export const outboxDefaults: OutboxOptions = {
  concurrency: 4,
  leaseMs: seconds(30),
  jobMs: minutes(1),
  pollMs: seconds(1),
  batch: 100,
  maxFailures: 12,
  firstRetryMs: seconds(5),
  retryFactor: 2.5,
  firstExpectedMs: 100,
  longestPatientMs: minutes(5),
  rememberMs: days(7),
  purgeEveryMs: hours(1),
};

/** How long to wait after the `failures`-th failure; `random` (0 to 1) spreads it by a quarter to either side. */
export function retryDelay(
  options: Pick<OutboxOptions, "firstRetryMs" | "retryFactor">,
  failures: number,
  random: number,
): number {
  const delay = options.firstRetryMs * options.retryFactor ** (failures - 1);
  return Math.round(delay * (0.75 + random / 2));
}
