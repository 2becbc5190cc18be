import type { Directory } from "../../foundation/directory/index.js";
import type { Visit } from "../../foundation/web/index.js";
import type { GradeTarget, LtiStore } from "./lti-store.js";
import type { ClassRoster, Rosters } from "./rosters.js";

/**
 * Why a grade did not arrive, in kinds that ask for different things: the platform takes back its permission, has no
 * column, refuses this grade, does not answer, or is switched off here; `again`: it is being sent once more.
 */
export type GradeFailure = "permission" | "column" | "refused" | "unreachable" | "inactive" | "again";

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

/** @param placementIds where more links than the visit's own lead to the same. Default: that one */
export type ClassOf = (
  visit: Pick<Visit, "platformId" | "placementId" | "moduleId">,
  placementIds?: readonly string[],
) => Promise<LinkClass>;

export interface ClassesDeps {
  readonly store: LtiStore;
  readonly directory: Directory;
  readonly rosters: Rosters;
}

export function createClassOf({ store, directory, rosters }: ClassesDeps): ClassOf {
  return async (visit, placementIds) => {
    const roster = await rosters.of(visit);
    const course = await rosters.courseOf(visit);
    const targets = await targetsOf(placementIds ?? [visit.placementId], visit, store);
    const launched = [...new Set(targets.map(({ personId }) => personId))];
    const names = new Map(roster ? [] : await directory.names.of(launched));
    for (const { personId, name } of roster?.members ?? []) if (name !== undefined) names.set(personId, name);
    const named = (personId: string) => {
      const name = names.get(personId);
      return name === undefined ? { personId } : { personId, name };
    };
    return {
      ...(course?.title === undefined ? {} : { title: course.title }),
      trainees: (roster ? learnersIn(roster) : launched).map(named),
      ...(roster ? { roster: { takenAt: roster.takenAt, stale: roster.stale } } : {}),
      failures: failuresIn(targets).map(({ personId, ...failed }) => ({ ...named(personId), ...failed })),
    };
  };
}

function learnersIn({ members }: ClassRoster): string[] {
  return members.filter(({ role, active }) => role === "trainee" && active).map(({ personId }) => personId);
}

async function targetsOf(
  placementIds: readonly string[],
  { moduleId }: Pick<Visit, "moduleId">,
  store: LtiStore,
): Promise<GradeTarget[]> {
  const all = await Promise.all(placementIds.map((id) => store.gradeTargetsOf(id)));
  return all.flat().filter((target) => target.moduleId === moduleId);
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
    case "grade_sent_again":
      return "again";
    default:
      return "unreachable";
  }
}
