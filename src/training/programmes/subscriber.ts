import { subscribe, type JobContext, type Subscriber } from "../../foundation/events/index.js";
import { advance, newStanding } from "./advance.js";
import type { ProgrammesDeps } from "./deps.js";
import { ProgrammesError } from "./errors.js";
import { sources, type SourceEvent } from "./record.js";

/** How often a change is tried when others change the same standing at the same time. */
const tries = 10;

type Deps = Pick<ProgrammesDeps, "standings" | "curriculum" | "newId"> & {
  readonly newRegistration: () => string;
};

/** Keeps each person's standing up with what they do. An event that comes again changes nothing. */
export function programmesSubscriber(deps: Deps): Subscriber {
  return subscribe({
    name: "programmes",
    types: sources,
    handle: (event, context) => take(deps, event, context),
  });
}

async function take(
  { standings, curriculum, newId, newRegistration }: Deps,
  event: SourceEvent,
  { requestId }: JobContext,
): Promise<void> {
  const moment = { newId, newRegistration, ...(requestId === undefined ? {} : { requestId }) };
  const { personId } = event.data;
  for (let turn = 0; turn < tries; turn += 1) {
    const found = await standings.standingOf(event, personId);
    const before = found ?? newStanding(event, personId, newId());
    const { standing, events } = advance(before, event, curriculum, moment);
    if (standing === before) return;
    const said = found
      ? await standings.saveStanding(standing, before.version, events)
      : await standings.addStanding(standing, events);
    if (said === "saved") return;
  }
  throw new ProgrammesError("standing_busy");
}
