import type { Visit } from "../../foundation/web/index.js";
import type { Activity, CurriculumModule } from "../../standards/curriculum/index.js";
import { classState, type ClassState } from "./class.js";
import type { Done } from "./rules.js";

/** A module, or one activity of it, that links of a course lead to, as the platform's room tells it. */
export interface CourseLink {
  readonly moduleId: string;
  readonly activityId?: string;
  readonly placementIds: readonly string[];
}

export interface CourseContent {
  /** Of the course. */
  readonly title?: string;
  /** Of the course that it was copied from. */
  readonly copyOf?: string;
  readonly links: readonly CourseLink[];
}

/** What stands in a visit's course. `open`: the grades of a link go where a launch of it would send them. */
export interface CourseLinks {
  of(visit: Visit): Promise<CourseContent>;
  open(visit: Visit, link: CourseLink): Promise<void>;
}

/** Whether a visit came to a course and to no module of it. */
export function isCourseVisit({ moduleId, errand }: Pick<Visit, "moduleId" | "errand">): boolean {
  return moduleId === "" && errand === undefined;
}

/** What a link is called in an address: `M01`, `M01~six-tests-quiz`. */
export function keyOf({ moduleId, activityId }: Pick<CourseLink, "moduleId" | "activityId">): string {
  return activityId === undefined ? moduleId : `${moduleId}~${activityId}`;
}

/** The activities of a module that a link is about. */
export function activitiesOf(
  module: CurriculumModule,
  { activityId }: Pick<CourseLink, "activityId">,
): Activity[] {
  return module.activities.filter(({ id }) => (activityId ?? id) === id);
}

/** How far one is with all of these, as far as anyone but the trainee may know: a run that was not passed is under way. */
export function stateOfAll(done: Done, activities: readonly Activity[]): { state: ClassState; done: number } {
  const states = activities.map((activity) => classState(done, activity));
  const count = states.filter((state) => state === "done").length;
  if (count === activities.length) return { state: "done", done: count };
  return { state: states.every((state) => state === "new") ? "new" : "half", done: count };
}
