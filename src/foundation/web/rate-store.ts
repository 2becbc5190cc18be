/** Counts requests, for the limits of how many there may be. */
export interface RateStore {
  /**
   * Counts one more under this key, or `many` at once. A window of `windowMs` begins with its first; the answer says how
   * many there were in it, these included, and when it ends (UTC milliseconds). Concurrent calls are each counted.
   */
  countRequest(
    key: string,
    windowMs: number,
    now: number,
    many?: number,
  ): Promise<{ count: number; endsAt: number }>;
  /** Forgets windows that ended before; returns how many. */
  purgeRates(endedBefore: number): Promise<number>;
}
