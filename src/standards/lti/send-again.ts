import type { Visit } from "../../foundation/web/index.js";
import type { DeadLetters } from "./dead-letters.js";
import { wanted, type GradeTargetDeps } from "./grade-targets.js";
import type { GradeTarget, LtiStore } from "./lti-store.js";

/** Of how many trainees grades are sent again, and of how many they are being tried by themselves anyway. */
export interface SentAgain {
  readonly sent: number;
  readonly waiting: number;
}

/** Sends the grades that did not arrive once more, of these links and the module that they lead to. */
export type SendAgain = (
  visit: Pick<Visit, "placementId" | "moduleId">,
  placementIds?: readonly string[],
) => Promise<SentAgain>;

export interface SendAgainDeps extends Pick<GradeTargetDeps, "gradeOf" | "clock" | "newId"> {
  readonly store: LtiStore;
  readonly deadLetters: DeadLetters;
}

/** Codes of failures whose job is tried by itself. */
const underWay: ReadonlySet<string> = new Set(["grade_waits", "grade_sent_again"]);

/** Pressing it twice, or from two windows, sends nothing twice: what was put back is no dead letter any more. */
export function createSendAgain(deps: SendAgainDeps): SendAgain {
  return async ({ placementId, moduleId }, placementIds = [placementId]) => {
    const sent = new Set<string>();
    const waiting = new Set<string>();
    const revived = new Set<string>();
    for (const id of placementIds) {
      for (const target of await deps.store.gradeTargetsOf(id)) {
        if (target.moduleId !== moduleId || target.failureCode === undefined) continue;
        const came = await sendAgain(target, revived, deps);
        if (came !== "nothing") (came === "sent" ? sent : waiting).add(target.personId);
      }
    }
    return { sent: sent.size, waiting: [...waiting].filter((personId) => !sent.has(personId)).length };
  };
}

/** @param revived the events whose jobs were put back already: one may tell several columns */
async function sendAgain(
  target: GradeTarget,
  revived: Set<string>,
  deps: SendAgainDeps,
): Promise<"sent" | "waiting" | "nothing"> {
  const { failureCode = "", failureAt: at = deps.clock.now(), failureEventId: eventId } = target;
  const isUnderWay = underWay.has(failureCode);
  // First the mark, then the job, whose success removes it.
  if (!isUnderWay)
    await deps.store.setGradeFailure(target.id, {
      ...{ code: "grade_sent_again", at },
      ...(eventId === undefined ? {} : { eventId }),
    });
  if (eventId !== undefined && (revived.has(eventId) || (await deps.deadLetters.revive(eventId)))) {
    revived.add(eventId);
    return "sent";
  }
  if (isUnderWay) return "waiting";
  const events = await wanted(target, deps);
  if (events.length > 0) await deps.store.saveGradeTarget(target, events);
  else await deps.store.setGradeFailure(target.id);
  return events.length > 0 ? "sent" : "nothing";
}
