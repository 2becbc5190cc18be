import { subscribe, type JobContext, type Subscriber } from "../../foundation/events/index.js";
import { advance } from "./advance.js";
import { changeStanding, type ChangeDeps } from "./changes.js";
import { sources, type SourceEvent } from "./record.js";

/** Keeps each person's standing up with what they do. An event that comes again changes nothing. */
export function programmesSubscriber(deps: ChangeDeps): Subscriber {
  return subscribe({
    name: "programmes",
    types: sources,
    handle: (event, context) => take(deps, event, context),
  });
}

async function take(deps: ChangeDeps, event: SourceEvent, { requestId }: JobContext): Promise<void> {
  const { newId, newRegistration, curriculum } = deps;
  const moment = { newId, newRegistration, ...(requestId === undefined ? {} : { requestId }) };
  await changeStanding(deps, { tenant: event, personId: event.data.personId }, (before) =>
    advance(before, event, curriculum, moment),
  );
}
