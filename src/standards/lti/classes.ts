import type { Directory } from "../../foundation/directory/index.js";
import type { Visit } from "../../foundation/web/index.js";
import type { GradeTarget, LtiStore } from "./lti-store.js";
import type { Rosters } from "./rosters.js";

/**
 * Why a grade did not arrive, in kinds that ask for different things: the platform takes back its permission, has no
 * column, refuses this grade, does not answer, or is switched off here.
 */
export type GradeFailure = "permission" | "column" | "refused" | "unreachable" | "inactive";

/** The class of a visit's link, for its own teachers. */
export interface LinkClass {
  /** Of the course. */
  readonly title?: string;
  /** Who learns in the course as the platform tells; else who opened this link to learn. */
  readonly trainees: readonly { readonly personId: string; readonly name?: string }[];
  /** Absent where the trainees are those who opened the link. */
  readonly roster?: { readonly takenAt: number; readonly stale: boolean };
  /** Grades of this link that could not be sent, one a person. */
  readonly failures: readonly {
    readonly personId: string;
    readonly name?: string;
    readonly failure: GradeFailure;
    /** UTC milliseconds. */
    readonly since: number;
  }[];
}

export type ClassOf = (visit: Pick<Visit, "platformId" | "placementId" | "moduleId">) => Promise<LinkClass>;

export interface ClassesDeps {
  readonly store: LtiStore;
  readonly directory: Directory;
  readonly rosters: Rosters;
}

export function createClassOf({ store, directory, rosters }: ClassesDeps): ClassOf {
  return async (visit) => {
    const roster = await rosters.of(visit);
    const course = await rosters.courseOf(visit);
    const all = await store.gradeTargetsOf(visit.placementId);
    const targets = all.filter(({ moduleId }) => moduleId === visit.moduleId);
    const launched = [...new Set(targets.map(({ personId }) => personId))];
    const names = new Map(roster ? [] : await directory.names.of(launched));
    for (const { personId, name } of roster?.members ?? []) if (name !== undefined) names.set(personId, name);
    const named = (personId: string) => {
      const name = names.get(personId);
      return name === undefined ? { personId } : { personId, name };
    };
    const enrolled = roster?.members.filter(({ role, active }) => role === "trainee" && active);
    return {
      ...(course?.title === undefined ? {} : { title: course.title }),
      trainees: enrolled?.map(({ personId }) => named(personId)) ?? launched.map(named),
      ...(roster ? { roster: { takenAt: roster.takenAt, stale: roster.stale } } : {}),
      failures: failuresIn(targets).map(({ personId, ...failed }) => ({ ...named(personId), ...failed })),
    };
  };
}

function failuresIn(targets: readonly GradeTarget[]): Omit<LinkClass["failures"][number], "name">[] {
  const failed = new Map<string, Omit<LinkClass["failures"][number], "name">>();
  for (const { personId, failureCode, failureAt } of targets) {
    if (failureCode === undefined || failureAt === undefined) continue;
    failed.set(personId, { personId, failure: failureOf(failureCode), since: failureAt });
  }
  return [...failed.values()];
}

function failureOf(code: string): GradeFailure {
  switch (code) {
    case "service_scope_refused":
      return "permission";
    case "grade_column_missing":
      return "column";
    case "service_refused":
    case "service_url_refused":
      return "refused";
    case "platform_inactive":
      return "inactive";
    default:
      return "unreachable";
  }
}
