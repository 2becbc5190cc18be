import type { AnyEvent, EventData, EventType, ModuleContext } from "../../foundation/events/index.js";
import type { NewId } from "../../foundation/kernel/index.js";
import type { Attempt } from "./attempt-store.js";

/** When a change happens and what it may take from outside. */
export interface Moment {
  /** UTC milliseconds. */
  readonly now: number;
  readonly newId: NewId;
  /** For the logs of the jobs that follow. */
  readonly requestId?: string;
}

/** What an event says beyond the attempt it is about. */
export type Fact = {
  [T in EventType]: {
    readonly type: T;
    readonly data: Omit<EventData[T], keyof ModuleContext>;
    /** Of the event, where something that is saved with it has to name it. */
    readonly id?: string;
  };
}[EventType];

/**
 * The events of one change, which led to `attempt`: in its lane, in this order. A version has room for a hundred, so
 * that the lane's sequence rises from each change to the next.
 */
export function eventsOf(attempt: Attempt, facts: readonly Fact[], moment: Moment): AnyEvent[] {
  const { academyId, jurisdictionId, personId, moduleId, registration, curriculum } = attempt;
  const { cycle, refresherOf } = attempt;
  const context: ModuleContext = {
    ...{ attemptId: attempt.id, personId, moduleId, registration, curriculum },
    ...(cycle > 1 ? { cycle } : {}),
    ...(refresherOf === undefined ? {} : { refresherOf }),
  };
  return facts.map(
    ({ type, data, id = moment.newId() }, index) =>
      ({
        id,
        type,
        at: moment.now,
        lane: attempt.id,
        sequence: attempt.version * 100 + index,
        ...(moment.requestId === undefined ? {} : { requestId: moment.requestId }),
        ...{ academyId, jurisdictionId },
        data: { ...context, ...data },
        // A fact's type and data belong together; TypeScript can't follow that through the spread.
      }) as AnyEvent,
  );
}
