import type { AnyEvent } from "../../foundation/events/index.js";
import type { Tenant } from "../../foundation/kernel/index.js";
import type { Curriculum, CurriculumModule } from "../../standards/curriculum/index.js";
import { achieveCompetencies, reachOutcomes, type Advanced, type Context } from "./competencies.js";
import { entitle } from "./entitlements.js";
import { dueAt } from "./expiry.js";
import { eventsOf, type Moment } from "./facts.js";
import { record, type SourceEvent } from "./record.js";
import { renew } from "./renewal.js";
import { without } from "./rules.js";
import type { Standing } from "./standing-store.js";

/** Of someone who has not begun. */
export function newStanding({ academyId, jurisdictionId }: Tenant, personId: string, id: string): Standing {
  return {
    ...{ academyId, jurisdictionId, id, personId, version: 0 },
    ...{ modules: {}, passes: {}, outcomes: {}, competencies: {}, entitlements: {} },
  };
}

/** A standing as a change left it, with the events that are to be saved with it. */
export interface Change {
  readonly standing: Standing;
  readonly events: readonly AnyEvent[];
}

/**
 * What an event makes of a person's standing, by the rules of the curriculum, with the events that follow from it:
 * assertions first, then what is achieved, then entitlements, then renewals. An event that the standing knows changes
 * nothing and raises nothing: the very same standing comes back.
 */
export function advance(
  before: Standing,
  event: SourceEvent,
  curriculum: Curriculum,
  moment: Moment,
): Change {
  const recorded = record(before, event);
  if (recorded === before) return { standing: before, events: [] };
  const context: Context = { curriculum, version: event.data.curriculum, moment };
  const module = curriculum.modules.find(({ id }) => id === event.data.moduleId);
  const followed = follow(recorded, { before, modules: module ? [module] : [], context });
  if (event.type !== "module.completed") return concluded(before, followed, context);
  const renewed = renew(followed.standing, event.data.registration, context);
  const facts = [...followed.facts, ...renewed.facts];
  return concluded(before, { standing: renewed.standing, facts }, context);
}

interface Following {
  readonly before: Standing;
  /** Whose outcomes may be reached by what changed. */
  readonly modules: readonly CurriculumModule[];
  readonly context: Context;
}

/** Outcomes, competencies and entitlements that are reached now. */
export function follow(changed: Standing, { before, modules, context }: Following): Advanced {
  const reached = modules.reduce<Advanced>(
    (so, module) => {
      const next = reachOutcomes(so.standing, module, context);
      return { standing: next.standing, facts: [...so.facts, ...next.facts] };
    },
    { standing: changed, facts: [] },
  );
  const achieved = achieveCompetencies(reached.standing, before, context);
  const entitled = entitle(achieved.standing, context);
  return { standing: entitled.standing, facts: [...reached.facts, ...achieved.facts, ...entitled.facts] };
}

/** The standing of the next version, with its events and with when the sweep has to look. */
export function concluded(
  before: Standing,
  { standing, facts }: Advanced,
  { curriculum, moment }: Pick<Context, "curriculum" | "moment">,
): Change {
  const due = dueAt(standing, { curriculum });
  const version = before.version + 1;
  const next = { ...without(standing, "dueAt"), version, ...(due === undefined ? {} : { dueAt: due }) };
  return { standing: next, events: eventsOf(next, facts, moment) };
}
