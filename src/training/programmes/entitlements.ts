import { addMonths } from "../../foundation/kernel/index.js";
import type { Curriculum } from "../../standards/curriculum/index.js";
import { attestedAmount, attestedFor } from "./attestations.js";
import type { Advanced, Context } from "./competencies.js";
import { inForceFrom } from "./life.js";
import { oldestFirst } from "./record.js";
import {
  assessedActivities,
  competenciesOf,
  entryOf,
  offeredProgrammes,
  outcomesOf,
  passKey,
  reachedAt,
  type ProgrammePlan,
} from "./rules.js";
import type { CompetencyStanding, Entitlement, Piece, Standing } from "./standing-store.js";

/** The programmes whose every rule is met now, each once for ever: a required one stands before who requires it. */
export function entitle(standing: Standing, context: Context): Advanced {
  return offeredProgrammes(context.curriculum).reduce<Advanced>(
    (so, plan) => {
      const grounds = groundsFor(so.standing, plan, context);
      if (!grounds) return so;
      const next = entitleTo(so.standing, plan, { ...grounds, context });
      return { standing: next.standing, facts: [...so.facts, ...next.facts] };
    },
    { standing, facts: [] },
  );
}

interface Grounds {
  /** When the last rule was met. */
  readonly at: number;
  readonly achieved: readonly { readonly id: string; readonly competency: AchievedCompetency }[];
}

type AchievedCompetency = CompetencyStanding & Required<Pick<CompetencyStanding, "achieved">>;

function groundsFor(standing: Standing, plan: ProgrammePlan, { curriculum }: Context): Grounds | undefined {
  const { id, requires } = plan.programme;
  if (entryOf(standing.entitlements, id)) return undefined;
  const required = requires === undefined ? undefined : entryOf(standing.entitlements, requires);
  if (requires !== undefined && !required) return undefined;
  const served = servedAt(standing, plan, required?.at ?? 0);
  if (served === undefined) return undefined;
  const achieved = competenciesOf(plan, curriculum).map((one) => ({
    id: one.id,
    competency: entryOf(standing.competencies, one.id),
  }));
  if (achieved.some(({ competency }) => competency?.achieved === undefined)) return undefined;
  // Not when a competency was achieved: another programme may have asked more of it, and later.
  const times = [
    reachedAt(standing, outcomesOf(plan)),
    served,
    ...plan.modules.map((module) => entryOf(standing.modules, module.id)?.completedAt),
  ];
  if (times.includes(undefined)) return undefined;
  const at = whenAllowed(standing, Math.max(...(times as number[])), { requires, required, curriculum });
  const ends = achieved.map(({ competency }) => competency?.achieved?.expiresAt);
  // What ran out before the rest was done counts no more.
  if (at === undefined || ends.some((end) => end !== undefined && end <= at)) return undefined;
  return { at, achieved: achieved as Grounds["achieved"] };
}

/** When the service that was attested was enough; the beginning of time where none is asked. */
function servedAt(standing: Standing, { programme }: ProgrammePlan, since: number): number | undefined {
  if (!programme.service) return since;
  const after = attestedFor(standing, "service").filter(({ at }) => at >= since);
  return attestedAmount(after, programme.service.months)?.at;
}

interface Requirement {
  readonly requires: string | undefined;
  readonly required: Entitlement | undefined;
  readonly curriculum: Curriculum;
}

/** The first moment from `wanted` on at which the required certificate was in force. */
function whenAllowed(
  standing: Standing,
  wanted: number,
  { requires, required, curriculum }: Requirement,
): number | undefined {
  if (!required) return wanted;
  const programme = curriculum.programmes.find(({ id }) => id === requires);
  return programme && inForceFrom(required, wanted, { programme, standing });
}

function entitleTo(
  standing: Standing,
  plan: ProgrammePlan,
  { at, achieved, context }: Grounds & { readonly context: Context },
): Advanced {
  const { id: programmeId, validMonths } = plan.programme;
  const id = context.moment.newId();
  const registration = context.moment.newRegistration();
  const validUntil = addMonths(at, validMonths);
  const entitlement = { id, at, validUntil, curriculum: context.version, registration };
  return {
    standing: { ...standing, entitlements: { ...standing.entitlements, [programmeId]: entitlement } },
    facts: [
      {
        ...{ id: context.moment.newId(), at, type: "programme.entitled" },
        data: {
          ...{ personId: standing.personId, programmeId, entitlementId: id, curriculum: context.version },
          ...{ registration, validUntil },
          evidence: committedTo(standing, plan, achieved),
          competencies: achieved.map(({ id: competencyId, competency: { achieved: last } }) => ({
            ...{ competencyId, level: last.level, achieved: last.statement },
          })),
        },
      },
    ],
  };
}

/** The statements of the programme's modules, their activities and its competencies, oldest first. */
function committedTo(standing: Standing, plan: ProgrammePlan, achieved: Grounds["achieved"]): string[] {
  const passed = plan.modules.flatMap((module) =>
    module.outcomes
      .flatMap((outcome) => assessedActivities(module, outcome))
      .flatMap(
        ({ id }): readonly Piece[] => entryOf(standing.passes, passKey(module.id, id))?.evidence ?? [],
      ),
  );
  const modules = plan.modules.flatMap(({ id }) => entryOf(standing.modules, id)?.evidence ?? []);
  const competencies = achieved.flatMap(({ competency }) => competency.statements);
  const all = oldestFirst([...passed, ...modules, ...competencies]);
  return [...new Set(all.map(({ statement }) => statement))];
}
