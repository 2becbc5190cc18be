import type { ModuleContext } from "../../foundation/events/index.js";
import { addMonths } from "../../foundation/kernel/index.js";
import type { Curriculum, CurriculumModule, Outcome, Programme } from "../../standards/curriculum/index.js";
import { statementId } from "../evidence/index.js";
import { outcomeAttested } from "./attestations.js";
import type { Fact, Moment } from "./facts.js";
import { oldestFirst, withPiece } from "./record.js";
import {
  assessedActivities,
  doneAt,
  entryOf,
  levelOf,
  offeredProgrammes,
  outcomesFor,
  passKey,
  reachedAt,
  without,
} from "./rules.js";
import { strongestOf } from "./strongest.js";
import type { Attestation, CompetencyStanding, Standing } from "./standing-store.js";

/** What a change is made with. */
export interface Context {
  readonly curriculum: Curriculum;
  /** The version that the event was made under. */
  readonly version: ModuleContext["curriculum"];
  readonly moment: Moment;
}

export interface Advanced {
  readonly standing: Standing;
  readonly facts: readonly Fact[];
}

/** The outcomes of a module that are reached now, each with the assertion that its competency has new evidence. */
export function reachOutcomes(standing: Standing, module: CurriculumModule, context: Context): Advanced {
  return module.outcomes.reduce<Advanced>(
    (so, outcome) => {
      const reached = newlyReached(so.standing, module, {
        ...{ outcome, programmes: context.curriculum.programmes },
      });
      if (!reached) return so;
      const outcomes = { ...so.standing.outcomes, [outcome.id]: reached };
      const { standing, fact } = assertCompetency({ ...so.standing, outcomes }, outcome, context);
      return { standing, facts: [...so.facts, fact] };
    },
    { standing, facts: [] },
  );
}

type ReachedOutcome = Standing["outcomes"][string];

function newlyReached(
  standing: Standing,
  module: CurriculumModule,
  { outcome, programmes }: { readonly outcome: Outcome; readonly programmes: readonly Programme[] },
): ReachedOutcome | undefined {
  if (entryOf(standing.outcomes, outcome.id)) return undefined;
  const activities = assessedActivities(module, outcome);
  const attested = outcomeAttested(standing, outcome, { programmes, written: activities.length > 0 });
  if (attested.said === "missing") return undefined;
  const by = attested.said === "attested" ? attested.by : [];
  const alone = attested.said === "attested" && attested.alone;
  const times = alone ? [] : activities.map((activity) => doneAt(standing, module.id, activity));
  if (times.includes(undefined)) return undefined;
  const pieces = alone
    ? []
    : activities.flatMap(({ id }) => entryOf(standing.passes, passKey(module.id, id))?.evidence ?? []);
  return {
    reachedAt: Math.max(...(times as number[]), ...by.map(({ at }) => at)),
    evidence: oldestFirst(pieces).map(({ statement }) => statement),
    ...(by.length > 0 ? { attested: by.map(({ id }) => id) } : {}),
  };
}

/**
 * Says how much of a competency is reached now. An outcome that rests on attestations alone has this very statement as
 * its evidence: nothing else in the record tells of it.
 */
export function assertCompetency(
  standing: Standing,
  { id: outcomeId, competency: competencyId }: Pick<Outcome, "id" | "competency">,
  { curriculum, version, moment, at: when }: Context & { readonly at?: number },
): { standing: Standing; fact: Fact } {
  const known = entryOf(standing.competencies, competencyId);
  const goesOn = known?.expiredAt === undefined ? known : undefined;
  const registration = goesOn?.registration ?? moment.newRegistration();
  const found = entryOf(standing.outcomes, outcomeId);
  const [id, at] = [moment.newId(), when ?? found?.reachedAt ?? 0];
  const all = curriculum.modules
    .flatMap(({ outcomes }) => outcomes)
    .filter(({ competency }) => competency === competencyId);
  const reached = all.filter((outcome) => entryOf(standing.outcomes, outcome.id));
  const asserted = { statement: statementId(id, "competency-asserted"), at };
  const kept = known && without(known, "expiredAt");
  const competency = { ...kept, registration, statements: withPiece(known?.statements, asserted) };
  const own =
    found?.evidence.length === 0 ? { [outcomeId]: { ...found, evidence: [asserted.statement] } } : {};
  const after = { ...standing, outcomes: { ...standing.outcomes, ...own } };
  return {
    standing: withCompetency(after, competencyId, competency),
    fact: {
      ...{ id, at, type: "competency.asserted" },
      data: {
        ...{ personId: standing.personId, competencyId, registration, curriculum: version },
        evidence: evidenceOf(standing, reached),
        confidence: reached.length / all.length,
        ...attestedOf(standing, found),
      },
    },
  };
}

function attestedOf(
  { attestations = {} }: Standing,
  found: ReachedOutcome | undefined,
): { attested?: Pick<Attestation, "kind" | "digest"> } {
  const [id = ""] = found?.attested ?? [];
  const attestation = entryOf(attestations, id);
  return attestation ? { attested: { kind: attestation.kind, digest: attestation.digest } } : {};
}

/**
 * The competencies that are achieved now: all outcomes that one programme asks of them are reached, and they were not
 * before, or nothing was made of it. Their times follow from the evidence, in whatever order it came.
 */
export function achieveCompetencies(standing: Standing, before: Standing, context: Context): Advanced {
  const offered = offeredProgrammes(context.curriculum);
  return context.curriculum.competencies.reduce<Advanced>(
    (so, { id }) => {
      const known = entryOf(so.standing.competencies, id);
      if (!known) return so;
      const met = offered.flatMap((plan) => {
        const outcomes = outcomesFor(plan, id);
        const at = outcomes.length > 0 ? reachedAt(so.standing, outcomes) : undefined;
        const news = known.achieved === undefined || reachedAt(before, outcomes) === undefined;
        return at !== undefined && news ? [{ at, outcomes, months: plan.programme.validMonths }] : [];
      });
      if (met.length === 0) return so;
      const next = achieve(so.standing, { competencyId: id, known, met }, context);
      return { standing: next.standing, facts: [...so.facts, next.fact] };
    },
    { standing, facts: [] },
  );
}

interface Achievement {
  readonly competencyId: string;
  readonly known: CompetencyStanding;
  /** What the programmes ask whose part is met now, one or more. */
  readonly met: readonly {
    readonly at: number;
    readonly outcomes: readonly Outcome[];
    readonly months: number;
  }[];
}

function achieve(
  standing: Standing,
  { competencyId, known, met }: Achievement,
  { curriculum, version, moment }: Context,
): { standing: Standing; fact: Fact } {
  const outcomes = [...new Set(met.flatMap((part) => part.outcomes))];
  const id = moment.newId();
  const achieved = {
    at: Math.max(...met.map(({ at }) => at)),
    level: levelOf(outcomes),
    expiresAt: Math.max(...met.map(({ at, months }) => addMonths(at, months))),
    statement: statementId(id, "competency-achieved"),
  };
  const statements = withPiece(known.statements, { statement: achieved.statement, at: achieved.at });
  return {
    standing: withCompetency(standing, competencyId, {
      ...{ registration: known.registration, statements, achieved },
    }),
    fact: {
      ...{ id, at: achieved.at, type: "competency.achieved" },
      data: {
        ...{ personId: standing.personId, competencyId, curriculum: version },
        ...{ registration: known.registration, level: achieved.level, expiresAt: achieved.expiresAt },
        evidence: evidenceOf(standing, outcomes),
        strongest: strongestOf(standing, outcomes, curriculum),
      },
    },
  };
}

export function withCompetency(standing: Standing, id: string, competency: CompetencyStanding): Standing {
  return { ...standing, competencies: { ...standing.competencies, [id]: competency } };
}

/** The statements of reached outcomes, each once. */
function evidenceOf(standing: Standing, outcomes: readonly Outcome[]): string[] {
  return [...new Set(outcomes.flatMap(({ id }) => entryOf(standing.outcomes, id)?.evidence ?? []))];
}
