import type { Tenant } from "../../foundation/kernel/index.js";
import type { Curriculum } from "../../standards/curriculum/index.js";
import type { AttemptStore } from "./attempt-store.js";
import { asAttempted, gradeOf, passedActivities } from "./rules.js";

/** How far a person is in a module, as a gradebook may know it. */
export interface ModuleGrade {
  readonly attemptId: string;
  /** Of the attempt: rises with each change. */
  readonly version: number;
  /** 0 to 100. */
  readonly score: number;
  readonly completed: boolean;
  /** Its graded activities that are passed, each with its own score, 0 to 100. */
  readonly passed: readonly { readonly activityId: string; readonly score: number }[];
}

export interface GradesDeps {
  readonly attempts: Pick<AttemptStore, "findAttempt">;
  readonly curriculum: Pick<Curriculum, "modules">;
}

/** The grade that a person has now; `undefined` before they begin. */
export function createGradeOf({ attempts, curriculum }: GradesDeps) {
  return async (tenant: Tenant, personId: string, moduleId: string): Promise<ModuleGrade | undefined> => {
    const module = curriculum.modules.find(({ id }) => id === moduleId);
    const attempt = module && (await attempts.findAttempt(tenant, personId, moduleId));
    if (!module || !attempt) return undefined;
    const { id: attemptId, version, completedAt, cycle } = attempt;
    const completed = completedAt !== undefined;
    // The time before has told its grade; this one does when it is done.
    if (cycle > 1 && !completed) return undefined;
    const attempted = asAttempted(module, attempt);
    return {
      ...{ attemptId, version, completed },
      score: gradeOf(attempt, attempted),
      passed: passedActivities(attempt, attempted),
    };
  };
}
