import type { Activity, CurriculumModule } from "../../standards/curriculum/index.js";
import type { Attempt } from "./attempt-store.js";
import { activityState, gradeOf, passedActivities, type Done } from "./rules.js";

/** Who learns by a link, and what did not go well with their grades, as the platform's room tells it. */
export interface LinkClass {
  /** Of the course. */
  readonly title?: string;
  readonly trainees: readonly { readonly personId: string; readonly name?: string }[];
  /** Absent where the platform does not tell who is in the course: the trainees are those who opened the link. */
  readonly roster?: { readonly takenAt: number; readonly stale: boolean };
  readonly failures: readonly {
    readonly personId: string;
    readonly name?: string;
    readonly failure: "permission" | "column" | "refused" | "unreachable" | "inactive" | "again";
  }[];
}

/** What a teacher may know of an activity: of a run that was not passed, that it is under way. */
export type ClassState = "done" | "half" | "new";

export interface ClassRow {
  readonly personId: string;
  readonly name?: string;
  /** What a trainee without a name is called by: 1 for the first of the class, by their ids. */
  readonly number: number;
  /** One an activity. */
  readonly states: readonly ClassState[];
  readonly done: number;
  /** 0 to 100; absent before anything graded is passed. */
  readonly grade?: number;
}

/** A row a trainee, in the order of their ids. `activities`: those that the link is about. */
export function classRows(
  trainees: LinkClass["trainees"],
  attempts: readonly Attempt[],
  module: CurriculumModule,
  activities: readonly Activity[],
): ClassRow[] {
  const byPerson = new Map(attempts.map((attempt) => [attempt.personId, attempt]));
  const inOrder = [...trainees].sort((one, other) => (one.personId < other.personId ? -1 : 1));
  return inOrder.map(({ personId, name }, index) => {
    const attempt = byPerson.get(personId) ?? { activities: {} };
    const states = activities.map((activity) => classState(attempt, activity));
    const grade = gradeFor(attempt, module, activities);
    return {
      ...{ personId, number: index + 1, states, done: states.filter((state) => state === "done").length },
      ...(name === undefined ? {} : { name }),
      ...(grade === undefined ? {} : { grade }),
    };
  });
}

export function classState(attempt: Done, activity: Activity): ClassState {
  const state = activityState(attempt, activity);
  return state === "retry" ? "half" : state;
}

/** The module's grade, or that of the one activity that a link is about. */
function gradeFor(
  attempt: Done,
  module: CurriculumModule,
  activities: readonly Activity[],
): number | undefined {
  const passed = passedActivities(attempt, module);
  if (passed.length === 0) return undefined;
  if (activities.length === module.activities.length) return gradeOf(attempt, module);
  return passed.find(({ activityId }) => activities.some(({ id }) => id === activityId))?.score;
}

export interface ClassSums {
  readonly total: number;
  readonly completed: number;
  readonly underWay: number;
  readonly fresh: number;
}

export function sumsOf(rows: readonly ClassRow[], activities: number): ClassSums {
  const completed = rows.filter(({ done }) => done === activities).length;
  const fresh = rows.filter(({ states }) => states.every((state) => state === "new")).length;
  return { total: rows.length, completed, fresh, underWay: rows.length - completed - fresh };
}

/** What the page's title says that it found. */
export type ClassFinding =
  | { readonly found: "nobody" | "noneBegun" | "allDone" | "mostDone" | "mostBegun" }
  | { readonly found: "someBegun"; readonly begun: number; readonly total: number }
  /** More than half have come to this activity, the last such one. */
  | { readonly found: "mostReached"; readonly index: number };

export function findingOf(rows: readonly ClassRow[], activities: number): ClassFinding {
  const { total, completed, fresh } = sumsOf(rows, activities);
  const isMost = (count: number): boolean => count * 2 > total;
  const begun = total - fresh;
  if (total === 0) return { found: "nobody" };
  if (completed === total) return { found: "allDone" };
  if (isMost(completed)) return { found: "mostDone" };
  if (begun === 0) return { found: "noneBegun" };
  if (!isMost(begun)) return { found: "someBegun", begun, total };
  const reached = rows.map(({ states }) => reachedIndex(states));
  const index = Array.from({ length: activities }, (_, at) => at).findLast((at) =>
    isMost(reached.filter((last) => last >= at).length),
  );
  return index === undefined || index === 0 ? { found: "mostBegun" } : { found: "mostReached", index };
}

/** The last activity that one has come to: the first that is not done, or a later one that is begun. */
function reachedIndex(states: readonly ClassState[]): number {
  const next = states.findIndex((state) => state !== "done");
  const last = states.findLastIndex((state) => state !== "new");
  return last === -1 ? -1 : Math.max(next === -1 ? states.length - 1 : next, last);
}

export type ClassOrder = "name" | "progress";

/**
 * By name (those without one last, by their number), or by what is done, least first: who may need a word stands on top.
 */
export function sorted(rows: readonly ClassRow[], order: ClassOrder, locale: string): ClassRow[] {
  const { compare } = new Intl.Collator(locale, { numeric: true });
  const weight = ({ states, done }: ClassRow): number => done * 2 + (states.includes("half") ? 1 : 0);
  const byName = (one: ClassRow, other: ClassRow): number => {
    if (one.name === undefined || other.name === undefined)
      return Number(one.name === undefined) - Number(other.name === undefined) || one.number - other.number;
    return compare(one.name, other.name) || one.number - other.number;
  };
  const byProgress = (one: ClassRow, other: ClassRow): number =>
    weight(one) - weight(other) || byName(one, other);
  return [...rows].sort(order === "name" ? byName : byProgress);
}
