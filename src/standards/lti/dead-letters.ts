import type { OutboxStore } from "../../foundation/events/index.js";
import type { Clock } from "../../foundation/kernel/index.js";

/** Where jobs end that were given up. */
export type DeadJobs = Pick<OutboxStore, "revive" | "settle">;

/** Grades that were given up, each by the event that told of it last. Both: `false` when there is no such dead letter. */
export interface DeadLetters {
  /** Tries it once more. */
  revive(eventId: string): Promise<boolean>;
  /** Another one stands in its place. */
  settle(eventId: string): Promise<boolean>;
}

/** The subscriber whose jobs they are. */
export const scoreSubscriberName = "lti.score";

export interface DeadLettersDeps {
  readonly deadJobs: DeadJobs;
  readonly clock: Clock;
}

export function createDeadLetters({ deadJobs, clock }: DeadLettersDeps): DeadLetters {
  const jobOf = (eventId: string): string => `${scoreSubscriberName}:${eventId}`;
  return {
    revive: (eventId) => deadJobs.revive(jobOf(eventId), clock.now()),
    settle: (eventId) => deadJobs.settle(jobOf(eventId), clock.now()),
  };
}
