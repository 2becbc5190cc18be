import type { AttemptStore, Attempt } from "./attempt-store.js";
import type { Step } from "./steps.js";
import { LearningError } from "./errors.js";

/** How often a change is tried when others change the same attempt at the same time. */
const tries = 10;

/**
 * Saves what `step` makes of the attempt. When someone else changed it meanwhile, it is read and stepped again.
 * @throws LearningError `attempt_busy`
 */
export async function change(
  attempts: AttemptStore,
  attempt: Attempt,
  step: (attempt: Attempt) => Step,
): Promise<Step> {
  let current = attempt;
  for (let turn = 0; turn < tries; turn += 1) {
    const result = step(current);
    if (result.attempt === current) return result;
    if ((await attempts.saveAttempt(result.attempt, current.version, result.events)) === "saved")
      return result;
    current = (await attempts.findAttempt(attempt, attempt.personId, attempt.moduleId)) ?? current;
  }
  throw new LearningError("attempt_busy");
}
