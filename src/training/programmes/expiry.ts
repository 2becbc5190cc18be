import { statementId } from "../evidence/index.js";
import { withCompetency, type Advanced, type Context } from "./competencies.js";
import { lastPeriod, phaseOf, windowOf } from "./life.js";
import { nextReminder } from "./reminding.js";
import { competenciesOf, entryOf, offeredProgrammes, type ProgrammePlan } from "./rules.js";
import type { Standing } from "./standing-store.js";

/** What only an end needs of a change. */
type Ending = Pick<Context, "curriculum" | "moment">;

/** Tells of each programme whose late window had closed before `now`, once. */
export function expireDue(standing: Standing, now: number, context: Ending): Advanced {
  return offeredProgrammes(context.curriculum).reduce<Advanced>(
    (so, plan) => {
      if (phaseOf(so.standing, plan.programme, now) !== "ended") return so;
      const next = expire(so.standing, plan, context);
      return { standing: next.standing, facts: [...so.facts, ...next.facts] };
    },
    { standing, facts: [] },
  );
}

/** Ends a programme and those of its competencies that no other programme in force holds, unless that was told. */
export function expire(standing: Standing, plan: ProgrammePlan, context: Ending): Advanced {
  const entitlement = entryOf(standing.entitlements, plan.programme.id);
  if (!entitlement) return { standing, facts: [] };
  const period = lastPeriod(entitlement);
  if (entitlement.endTold === period.id) return { standing, facts: [] };
  const { closesAt: at } = windowOf(period, plan.programme, standing);
  const held = heldByOthers(standing, plan, { at, context });
  const ended = competenciesOf(plan, context.curriculum).filter(({ id }) => {
    const known = entryOf(standing.competencies, id);
    return known?.achieved !== undefined && known.expiredAt === undefined && !held.has(id);
  });
  const so = ended.reduce<Advanced>(
    (before, { id }) => expireCompetency(before, id, { at, context, period }),
    {
      standing,
      facts: [],
    },
  );
  const { id: entitlementId, registration = context.moment.newRegistration() } = entitlement;
  const { id: programmeId } = plan.programme;
  const told = { ...entitlement, registration, endTold: period.id };
  return {
    standing: { ...so.standing, entitlements: { ...so.standing.entitlements, [programmeId]: told } },
    facts: [
      ...so.facts,
      {
        ...{ id: context.moment.newId(), at, type: "programme.expired" },
        data: { personId: standing.personId, programmeId, entitlementId, registration, at },
      },
    ],
  };
}

/** The competencies that other programmes, which have not ended by then, rest on. */
function heldByOthers(
  standing: Standing,
  { programme }: ProgrammePlan,
  { at, context }: { readonly at: number; readonly context: Ending },
): Set<string> {
  const others = offeredProgrammes(context.curriculum).filter(
    (other) =>
      other.programme.id !== programme.id &&
      ["valid", "refresher-open", "lapsed"].includes(phaseOf(standing, other.programme, at + 1)),
  );
  return new Set(others.flatMap((other) => competenciesOf(other, context.curriculum).map(({ id }) => id)));
}

function expireCompetency(
  so: Advanced,
  competencyId: string,
  { at, context, period }: { at: number; context: Ending; period: ReturnType<typeof lastPeriod> },
): Advanced {
  const known = entryOf(so.standing.competencies, competencyId);
  if (!known?.achieved) return so;
  const id = context.moment.newId();
  const statements = [...known.statements, { statement: statementId(id, "competency-expired"), at }];
  return {
    standing: withCompetency(so.standing, competencyId, { ...known, statements, expiredAt: at }),
    facts: [
      ...so.facts,
      {
        ...{ id, at, type: "competency.expired" },
        data: {
          ...{ personId: so.standing.personId, competencyId, registration: known.registration },
          ...{ curriculum: period.curriculum, achieved: known.achieved.statement },
        },
      },
    ],
  };
}

/** When the first reminder is due, or the first late window closes, of which nobody was told; `undefined`: none is open. */
export function dueAt(standing: Standing, { curriculum }: Pick<Context, "curriculum">): number | undefined {
  const due = offeredProgrammes(curriculum).flatMap(({ programme }) => {
    const entitlement = entryOf(standing.entitlements, programme.id);
    const period = entitlement && lastPeriod(entitlement);
    if (!period || entitlement.endTold === period.id) return [];
    const reminder = nextReminder(entitlement, programme, standing);
    const closed = windowOf(period, programme, standing).closesAt + 1;
    return reminder === undefined ? [closed] : [closed, reminder];
  });
  return due.length > 0 ? Math.min(...due) : undefined;
}
