import type { Clock } from "../../src/foundation/kernel/index.js";

/** A clock that stands still until a test moves it. */
export interface FixedClock extends Clock {
  /** Moves it forward by so many milliseconds. */
  advance(ms: number): void;
}

export function fixedAt(iso: string): FixedClock {
  let now = Date.parse(iso);
  return {
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
  };
}
