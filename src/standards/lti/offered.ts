import type { Activity, Curriculum, CurriculumModule } from "../curriculum/index.js";

/** What a link may lead to: a module that is written, and of it one activity where the link names one. */
export interface Offered {
  readonly module: CurriculumModule;
  readonly activity?: Activity;
}

/**
 * The module (`M01`) and, unless `activityId` is absent or empty, its activity; `undefined` when either is not there.
 * A module that is planned and has no activities yet can't be launched.
 */
export function offered(
  { modules }: Pick<Curriculum, "modules">,
  moduleId: string,
  activityId = "",
): Offered | undefined {
  const module = modules.find(({ id, activities }) => id === moduleId && activities.length > 0);
  if (!module || activityId === "") return module && { module };
  const activity = module.activities.find(({ id }) => id === activityId);
  return activity && { module, activity };
}
