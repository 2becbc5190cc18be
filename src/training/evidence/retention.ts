import {
  eventClass,
  type EventClass,
  type EventType,
  type OutboxStore,
} from "../../foundation/events/index.js";
import { describeError, type Clock, type Logger } from "../../foundation/kernel/index.js";
import type { StatementStore } from "../../standards/lrs/index.js";
import { trimAttempt, type Attempt, type AttemptStore } from "../learning/index.js";

export interface RetentionDeps {
  readonly attempts: Pick<AttemptStore, "attemptsToTrim" | "saveAttempt">;
  readonly statements: Pick<StatementStore, "removeFormative" | "countFormative">;
  readonly outbox: Pick<OutboxStore, "forget">;
  /** Takes what was deleted out of the store's files too. */
  readonly scrub: () => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface RetentionRun {
  /** Only counts what is due: `attempts` and `statements`. */
  readonly dryRun?: boolean;
  /** Ends the run after the attempt at hand; the next one takes what is left. */
  readonly signal?: AbortSignal;
}

export interface RetentionCounts {
  /** Attempts from which learning was deleted. */
  attempts: number;
  statements: number;
  /** Events that never became a statement: dead letters, and work that was still to be done. */
  events: number;
  /** Attempts that the next run ends: something of theirs was still on its way. */
  waiting: number;
  /** Attempts that could not be dealt with; the log has why. */
  failed: number;
}

export interface Retention {
  /**
   * Deletes what was learning and is no evidence of each attempt whose time has come: first its events that are not
   * done with, then its statements, then what the attempt itself says. So a run that was cut off is ended by the next
   * one, and several at once do no harm. Rejects only when the store can't even say which attempts are due.
   */
  run(options?: RetentionRun): Promise<RetentionCounts>;
}

/** How many attempts are read at once. */
const pageSize = 100;

const typesOf = (wanted: EventClass): EventType[] =>
  (Object.keys(eventClass) as EventType[]).filter((type) => eventClass[type] === wanted);

export function createRetention(deps: RetentionDeps): Retention {
  return {
    run: async ({ dryRun = false, signal } = {}) => {
      const counts: RetentionCounts = { attempts: 0, statements: 0, events: 0, waiting: 0, failed: 0 };
      const now = deps.clock.now();
      for await (const { attempt, previous } of dueAttempts(deps, now)) {
        if (signal?.aborted) break;
        try {
          if (dryRun) await count(deps, attempt, counts);
          else await forget(deps, { attempt, previous, now, counts });
        } catch (error) {
          counts.failed += 1;
          deps.logger.error("learning that is due could not be deleted", describeError(error));
        }
      }
      if (!dryRun) await deps.scrub();
      return counts;
    },
  };
}

interface Due {
  readonly attempt: Attempt;
  /** The one before it in the order of the store, as it was then. */
  readonly previous: Attempt | undefined;
}

async function* dueAttempts({ attempts }: RetentionDeps, now: number): AsyncGenerator<Due> {
  let previous: Attempt | undefined;
  for (;;) {
    const page = await attempts.attemptsToTrim(now, pageSize, previous);
    for (const attempt of page) {
      yield { attempt, previous };
      previous = attempt;
    }
    if (page.length < pageSize) return;
  }
}

async function count(
  { statements }: RetentionDeps,
  attempt: Attempt,
  counts: RetentionCounts,
): Promise<void> {
  counts.statements += await statements.countFormative(attempt, attempt.registration);
  counts.attempts += 1;
}

interface Work extends Due {
  readonly now: number;
  readonly counts: RetentionCounts;
}

async function forget(deps: RetentionDeps, { attempt, previous, now, counts }: Work): Promise<void> {
  const lane = { academyId: attempt.academyId, jurisdictionId: attempt.jurisdictionId, lane: attempt.id };
  const { waiting, dead } = await deps.outbox.forget(lane, typesOf("formative"));
  counts.events += waiting + dead;
  counts.statements += await deps.statements.removeFormative(attempt, attempt.registration);
  // A job may have begun before it was taken away, and write its statement now: the next run looks again.
  if (waiting > 0) {
    counts.waiting += 1;
    return;
  }
  let found: Attempt | undefined = attempt;
  while (found?.id === attempt.id) {
    if ((await deps.attempts.saveAttempt(trimAttempt(found), found.version, [])) === "saved") {
      counts.attempts += 1;
      return;
    }
    // Someone else changed it: it is read again, and is found at the same place unless they have trimmed it.
    [found] = await deps.attempts.attemptsToTrim(now, 1, previous);
  }
}
