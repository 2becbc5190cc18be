import type { AnyEvent } from "../../foundation/events/index.js";
import type { Tenant } from "../../foundation/kernel/index.js";
import type { Curriculum } from "../../standards/curriculum/index.js";
import { achieveCompetencies, reachOutcomes, type Context } from "./competencies.js";
import { entitle } from "./entitlements.js";
import { eventsOf, type Moment } from "./facts.js";
import { record, type SourceEvent } from "./record.js";
import type { Standing } from "./standing-store.js";

/** Of someone who has not begun. */
export function newStanding({ academyId, jurisdictionId }: Tenant, personId: string, id: string): Standing {
  return {
    ...{ academyId, jurisdictionId, id, personId, version: 0 },
    ...{ modules: {}, passes: {}, outcomes: {}, competencies: {}, entitlements: {} },
  };
}

/**
 * What an event makes of a person's standing, by the rules of the curriculum, with the events that follow from it:
 * assertions first, then what is achieved, then entitlements. An event that the standing knows changes nothing and
 * raises nothing: the very same standing comes back.
 */
export function advance(
  before: Standing,
  event: SourceEvent,
  curriculum: Curriculum,
  moment: Moment,
): { readonly standing: Standing; readonly events: readonly AnyEvent[] } {
  const recorded = record(before, event);
  if (recorded === before) return { standing: before, events: [] };
  const context: Context = { curriculum, version: event.data.curriculum, moment };
  const module = curriculum.modules.find(({ id }) => id === event.data.moduleId);
  const reached = module ? reachOutcomes(recorded, module, context) : { standing: recorded, facts: [] };
  const achieved = achieveCompetencies(reached.standing, before, context);
  const entitled = entitle(achieved.standing, context);
  const standing = { ...entitled.standing, version: before.version + 1 };
  const facts = [...reached.facts, ...achieved.facts, ...entitled.facts];
  return { standing, events: eventsOf(standing, facts, moment) };
}
