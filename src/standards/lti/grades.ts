import type { MessageValues } from "../../foundation/i18n/index.js";
import type { Curriculum } from "../curriculum/index.js";
import type { GradeTarget, LtiStore } from "./lti-store.js";
import { offered } from "./offered.js";

/** A person's grades of one module. */
export interface Grade {
  readonly personId: string;
  readonly moduleId: string;
  /** When it came to be, or was asked for: UTC milliseconds. */
  readonly at: number;
  /** Of the module, 0 to 100. */
  readonly score: number;
  readonly completed: boolean;
  /** Its graded activities that are passed, each with its own score, 0 to 100. */
  readonly passed: readonly { readonly activityId: string; readonly score: number }[];
}

/** What of it goes into one column. */
export interface TargetGrade {
  readonly at: number;
  /** 0 to 100. */
  readonly score: number;
  readonly completed: boolean;
  /** How many of its graded activities are passed. */
  readonly passed: number;
}

/** The module's grade, or the passed activity's; `undefined` when there is none yet. */
export function gradeIn(
  grade: Grade,
  { activityId }: Pick<GradeTarget, "activityId">,
): TargetGrade | undefined {
  const { at, score, completed, passed } = grade;
  if (activityId === "") return { at, score, completed, passed: passed.length };
  const own = passed.find((one) => one.activityId === activityId);
  return own && { at, score: own.score, completed: true, passed: 1 };
}

/**
 * A person's targets of a module that stand still: their links lead to it, and their columns are the ones that the
 * academy wants now.
 */
export async function standingTargets(
  { personId, moduleId }: Pick<Grade, "personId" | "moduleId">,
  store: LtiStore,
): Promise<GradeTarget[]> {
  const all = await store.gradeTargets(personId, moduleId);
  const standing: GradeTarget[] = [];
  for (const placementId of new Set(all.map((target) => target.placementId))) {
    const own = all.filter((target) => target.placementId === placementId);
    const placement = await store.placement(placementId);
    if (placement?.moduleId !== moduleId) continue;
    standing.push(...(await chosen(own, placement.activityId, store)));
  }
  return standing;
}

async function chosen(
  own: readonly GradeTarget[],
  activityId: string | undefined,
  store: LtiStore,
): Promise<readonly GradeTarget[]> {
  if (activityId !== undefined) return own.filter((target) => target.activityId === activityId);
  const [ofModule, ofActivities] = [true, false].map((module) =>
    own.filter((target) => (target.activityId === "") === module),
  );
  if (!ofModule?.length || !ofActivities?.length) return own;
  const platform = await store.platform(own[0]?.platformId ?? "");
  return platform?.gradeColumns === "activity" ? ofActivities : ofModule;
}

/** The words beside a score: how many of the graded activities are passed, which can be read from the grade anyway. */
export function commentOn(
  { passed, completed }: TargetGrade,
  { moduleId, activityId }: Pick<GradeTarget, "moduleId" | "activityId">,
  curriculum: Pick<Curriculum, "modules">,
): readonly [key: string, values: MessageValues] {
  if (activityId !== "") return ["lti.grade.comment.activity", {}];
  const activities = offered(curriculum, moduleId)?.module.activities ?? [];
  const graded = activities.filter(({ kind }) => kind !== "lesson").length;
  if (completed || graded === 0) return ["lti.grade.comment.completed", { graded }];
  return ["lti.grade.comment.module", { passed: Math.min(passed, graded), graded }];
}
