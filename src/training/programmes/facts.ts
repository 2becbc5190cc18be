import type { AnyEvent, EventData } from "../../foundation/events/index.js";
import type { NewId } from "../../foundation/kernel/index.js";
import type { Standing } from "./standing-store.js";

/** What a change may take from outside. Its time is never the clock's: it follows from the events. */
export interface Moment {
  readonly newId: NewId;
  /** A random UUID for an xAPI registration: nothing may be read from it. */
  readonly newRegistration: () => string;
  /** For the logs of the jobs that follow. */
  readonly requestId?: string;
}

type Raised =
  | "competency.asserted"
  | "competency.achieved"
  | "competency.expired"
  | "attestation.made"
  | "attestation.withdrawn"
  | "programme.entitled"
  | "programme.renewed"
  | "programme.expired"
  | "programme.reminded";

/** Something that a change has to tell, with the id of its event: ids of statements are made of it. */
export type Fact = {
  [T in Raised]: { readonly id: string; readonly type: T; readonly at: number; readonly data: EventData[T] };
}[Raised];

/**
 * The events of one change, which led to `standing`. What is said of competencies stands in the standing's lane, in
 * this order, and the lane's sequence rises from each change to the next; an entitlement and a renewal have lanes of their
 * own, so that certificates do not wait for each other.
 */
export function eventsOf(standing: Standing, facts: readonly Fact[], { requestId }: Moment): AnyEvent[] {
  const { academyId, jurisdictionId } = standing;
  return facts.map(
    ({ id, type, at, data }, index) =>
      ({
        ...{ id, type, at, academyId, jurisdictionId },
        ...{ lane: laneOf(data) ?? standing.id, sequence: standing.version * 1000 + index },
        ...(requestId === undefined ? {} : { requestId }),
        data,
        // A fact's type and data belong together; TypeScript can't follow that through the spread.
      }) as AnyEvent,
  );
}

function laneOf(data: Fact["data"]): string | undefined {
  if ("renewalId" in data) return data.renewalId;
  return "entitlementId" in data ? data.entitlementId : undefined;
}
