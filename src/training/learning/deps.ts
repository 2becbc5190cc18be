import type { Clock, NewId } from "../../foundation/kernel/index.js";
import type { Visits } from "../../foundation/web/index.js";
import type { Curriculum } from "../../standards/curriculum/index.js";
import type { AttemptStore } from "./attempt-store.js";

export interface LearningDeps {
  readonly attempts: AttemptStore;
  readonly curriculum: Curriculum;
  readonly visits: Visits;
  /** Told after each save that held events, so that they need not wait for the next look. */
  readonly outbox: { nudge(): void };
  readonly clock: Clock;
  readonly newId: NewId;
  /** A random UUID for the xAPI registration of a new attempt: nothing may be read from it. */
  readonly newRegistration?: () => string;
}
