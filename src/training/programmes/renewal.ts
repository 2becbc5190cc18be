import { addMonths } from "../../foundation/kernel/index.js";
import type { Curriculum, Programme } from "../../standards/curriculum/index.js";
import { statementId } from "../evidence/index.js";
import { assertCompetency, withCompetency, type Advanced, type Context } from "./competencies.js";
import { expire } from "./expiry.js";
import { lastPeriod, windowOf } from "./life.js";
import { oldestFirst, withPiece } from "./record.js";
import {
  competenciesOf,
  entryOf,
  offeredProgrammes,
  outcomesFor,
  without,
  type ProgrammePlan,
} from "./rules.js";
import type { Entitlement, Period, Round, Standing } from "./standing-store.js";

/** What renews a programme, and when the last of it was done. */
interface Grounds {
  readonly at: number;
  readonly rounds: readonly Round[];
  /** Absent after modules were repeated. */
  readonly refresher?: { readonly moduleId: string; readonly registration: string };
}

/** What a round that was completed renews: its programme, and the lower ones with it. */
export function renew(standing: Standing, registration: string, context: Context): Advanced {
  const round = entryOf(standing.rounds ?? {}, registration);
  if (round?.completedAt === undefined) return { standing, facts: [] };
  return offeredProgrammes(context.curriculum).reduce<Advanced>(
    (so, plan) => {
      const grounds =
        round.refresherOf === plan.programme.id
          ? refreshedBy(so.standing, plan.programme, { registration, round })
          : repeatedBy(so.standing, plan.programme, round);
      if (!grounds) return so;
      const next = renewAll(so.standing, plan, { grounds, context });
      return { standing: next.standing, facts: [...so.facts, ...next.facts] };
    },
    { standing, facts: [] },
  );
}

function refreshedBy(
  standing: Standing,
  programme: Programme,
  { registration, round }: { readonly registration: string; readonly round: Round },
): Grounds | undefined {
  const entitlement = entryOf(standing.entitlements, programme.id);
  const at = round.completedAt;
  if (!entitlement || at === undefined) return undefined;
  const { opensAt, closesAt } = windowOf(lastPeriod(entitlement), programme, standing);
  if (at < opensAt || at > closesAt) return undefined;
  return { at, rounds: [round], refresher: { moduleId: round.moduleId, registration } };
}

/** Once the late window has closed, each module that the programme names has to be done again from then on. */
function repeatedBy(standing: Standing, programme: Programme, { moduleId }: Round): Grounds | undefined {
  const { repeat = [] } = programme;
  const entitlement = entryOf(standing.entitlements, programme.id);
  if (!entitlement || !repeat.some(({ module }) => module === moduleId)) return undefined;
  const { closesAt } = windowOf(lastPeriod(entitlement), programme, standing);
  const rounds = repeat.map(({ module }) =>
    Object.values(standing.rounds ?? {}).find(
      ({ moduleId: id, begunAt = 0, completedAt, refresherOf }) =>
        id === module && begunAt > closesAt && completedAt !== undefined && refresherOf === undefined,
    ),
  );
  if (rounds.includes(undefined)) return undefined;
  const done = rounds as Round[];
  return { at: Math.max(...done.map(({ completedAt = 0 }) => completedAt)), rounds: done };
}

interface Renewing {
  readonly grounds: Grounds;
  readonly context: Context;
}

/** A higher programme renews the lower ones that have not ended, and those which these renew. */
function renewAll(standing: Standing, plan: ProgrammePlan, { grounds, context }: Renewing): Advanced {
  const first = renewOne(standing, plan, { grounds, context });
  const lower = lowerThan(plan.programme, context.curriculum);
  return offeredProgrammes(context.curriculum)
    .filter(({ programme }) => lower.has(programme.id))
    .reduce<Advanced>((so, one) => {
      const entitlement = entryOf(so.standing.entitlements, one.programme.id);
      if (!entitlement || hasEnded(so.standing, one.programme, grounds.at)) return so;
      const next = renewOne(so.standing, one, { grounds, context });
      return { standing: next.standing, facts: [...so.facts, ...next.facts] };
    }, first);
}

function hasEnded(standing: Standing, programme: Programme, at: number): boolean {
  const entitlement = entryOf(standing.entitlements, programme.id);
  return entitlement !== undefined && at > windowOf(lastPeriod(entitlement), programme, standing).closesAt;
}

function lowerThan({ renews = [] }: Programme, { programmes }: Curriculum): Set<string> {
  const found = new Set<string>();
  const walk = (ids: readonly string[]): void => {
    for (const id of ids.filter((one) => !found.has(one))) {
      found.add(id);
      walk(programmes.find((programme) => programme.id === id)?.renews ?? []);
    }
  };
  walk(renews);
  return found;
}

function renewOne(standing: Standing, plan: ProgrammePlan, { grounds, context }: Renewing): Advanced {
  const before = entryOf(standing.entitlements, plan.programme.id);
  if (!before) return { standing, facts: [] };
  const ended = hasEnded(standing, plan.programme, grounds.at) || before.endTold === lastPeriod(before).id;
  const over = ended ? expire(standing, plan, context) : { standing, facts: [] };
  const period: Period = {
    ...{ id: context.moment.newId(), at: grounds.at, curriculum: context.version },
    validUntil: Math.max(
      addMonths(grounds.at, plan.programme.validMonths),
      ended ? 0 : lastPeriod(before).validUntil,
    ),
  };
  const again = achieveAgain(over.standing, plan, { grounds, context, until: period.validUntil });
  const registration = ended ? undefined : before.registration;
  return withRenewal(
    { standing: again.standing, facts: [...over.facts, ...again.facts] },
    { plan, period, grounds, context, registration: registration ?? context.moment.newRegistration() },
  );
}

interface Renewal extends Renewing {
  readonly plan: ProgrammePlan;
  readonly period: Period;
  readonly registration: string;
}

function withRenewal(
  { standing, facts }: Advanced,
  { plan, period, grounds, context, registration }: Renewal,
): Advanced {
  const { id: programmeId } = plan.programme;
  const known = entryOf(standing.entitlements, programmeId);
  if (!known) return { standing, facts };
  const entitlement: Entitlement = {
    ...without(known, "endTold"),
    ...{ registration, renewals: [...(known.renewals ?? []), period] },
  };
  const achieved = competenciesOf(plan, context.curriculum).flatMap(({ id }) => {
    const competency = entryOf(standing.competencies, id);
    return competency?.achieved ? [{ id, competency, achieved: competency.achieved }] : [];
  });
  const pieces = [
    ...grounds.rounds.flatMap(({ evidence }) => evidence),
    ...achieved.flatMap(({ competency }) => competency.statements.filter(({ at }) => at >= grounds.at)),
  ];
  return {
    standing: { ...standing, entitlements: { ...standing.entitlements, [programmeId]: entitlement } },
    facts: [
      ...facts,
      {
        ...{ id: context.moment.newId(), at: period.at, type: "programme.renewed" },
        data: {
          ...{ personId: standing.personId, programmeId, entitlementId: known.id, renewalId: period.id },
          ...{ registration, curriculum: context.version, validUntil: period.validUntil },
          evidence: [...new Set(oldestFirst(pieces).map(({ statement }) => statement))],
          competencies: achieved.map(({ id, achieved: { level, statement } }) => ({
            ...{ competencyId: id, level, achieved: statement },
          })),
          ...(grounds.refresher ? { refresher: grounds.refresher } : {}),
        },
      },
    ],
  };
}

/** Each competency of the programme, achieved anew from what was done; one whose cycle had ended begins another. */
function achieveAgain(
  standing: Standing,
  plan: ProgrammePlan,
  { grounds, context, until }: Renewing & { readonly until: number },
): Advanced {
  return competenciesOf(plan, context.curriculum).reduce<Advanced>(
    (so, { id }) => {
      const known = entryOf(so.standing.competencies, id);
      const [outcome] = outcomesFor(plan, id);
      if (!known?.achieved || !outcome) return so;
      // A higher programme that is renewed by the same round has said it already.
      if (known.achieved.at === grounds.at && known.achieved.expiresAt >= until) return so;
      const begun =
        known.expiredAt === undefined
          ? so
          : asserted(so, assertCompetency(so.standing, outcome, { ...context, at: grounds.at }));
      return achieveOne(begun, { id, grounds, context, until });
    },
    { standing, facts: [] },
  );
}

function asserted(so: Advanced, { standing, fact }: ReturnType<typeof assertCompetency>): Advanced {
  return { standing, facts: [...so.facts, fact] };
}

function achieveOne(
  so: Advanced,
  { id, grounds, context, until }: Renewing & { readonly id: string; readonly until: number },
): Advanced {
  const known = entryOf(so.standing.competencies, id);
  if (!known?.achieved) return so;
  const eventId = context.moment.newId();
  const { level, expiresAt: before } = known.achieved;
  const statement = statementId(eventId, "competency-achieved");
  const expiresAt = Math.max(until, before);
  const achieved = { at: grounds.at, level, expiresAt, statement };
  const statements = withPiece(known.statements, { statement, at: grounds.at });
  const evidence = oldestFirst(grounds.rounds.flatMap((round) => round.evidence));
  const strongest = grounds.rounds.flatMap((round) => (round.strongest ? [round.strongest] : []))[0];
  return {
    standing: withCompetency(so.standing, id, { ...known, statements, achieved }),
    facts: [
      ...so.facts,
      {
        ...{ id: eventId, at: grounds.at, type: "competency.achieved" },
        data: {
          ...{ personId: so.standing.personId, competencyId: id, registration: known.registration },
          ...{ curriculum: context.version, level, expiresAt },
          evidence: evidence.map((piece) => piece.statement),
          strongest: strongest?.statement ?? evidence[0]?.statement ?? "",
        },
      },
    ],
  };
}
