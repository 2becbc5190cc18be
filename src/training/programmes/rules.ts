import type {
  Activity,
  Competency,
  Curriculum,
  CurriculumModule,
  Level,
  Outcome,
  Programme,
  QuizActivity,
  ScenarioActivity,
} from "../../standards/curriculum/index.js";
import type { Standing } from "./standing-store.js";

/** An activity that is passed or not: what outcomes are assessed by. */
export type AssessedActivity = QuizActivity | ScenarioActivity;

/** A programme with its modules in its order. */
export interface ProgrammePlan {
  readonly programme: Programme;
  readonly modules: readonly CurriculumModule[];
}

/** What has been reached; a standing is one. */
export type Reached = Pick<Standing, "modules" | "passes" | "outcomes" | "competencies" | "entitlements">;

/** The key of an activity in a standing. */
export function passKey(moduleId: string, activityId: string): string {
  return `${moduleId}/${activityId}`;
}

/** A record's own entry: ids come from events and content, and none may reach an object's inherited properties. */
export function entryOf<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** The same without one of its entries. */
export function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key)) as Omit<T, K>;
}

/** The programmes that can be done: something of every module is written. */
export function offeredProgrammes({ programmes, modules }: Curriculum): ProgrammePlan[] {
  return programmes.flatMap((programme) => {
    const own = programme.modules.map((id) => modules.find((module) => module.id === id));
    const written = own.filter((module) => module !== undefined && module.activities.length > 0);
    return written.length === own.length ? [{ programme, modules: written as CurriculumModule[] }] : [];
  });
}

export function outcomesOf({ modules }: ProgrammePlan): Outcome[] {
  return modules.flatMap(({ outcomes }) => outcomes);
}

/** The competencies that a programme's outcomes belong to, in the curriculum's order. */
export function competenciesOf(plan: ProgrammePlan, { competencies }: Curriculum): Competency[] {
  const named = new Set(outcomesOf(plan).map(({ competency }) => competency));
  return competencies.filter(({ id }) => named.has(id));
}

/** The programme's outcomes of one competency. */
export function outcomesFor(plan: ProgrammePlan, competencyId: string): Outcome[] {
  return outcomesOf(plan).filter(({ competency }) => competency === competencyId);
}

/** The lowest level of some outcomes, of which there is one at least: as far as all of them reach. */
export function levelOf(outcomes: readonly Outcome[]): Level {
  return outcomes.reduce<Level>((lowest, { level }) => (level < lowest ? level : lowest), 3);
}

export function assessedActivities(module: CurriculumModule, outcome: Outcome): AssessedActivity[] {
  return module.activities.filter(
    (activity): activity is AssessedActivity => isAssessed(activity) && activity.outcome === outcome.id,
  );
}

function isAssessed(activity: Activity): activity is AssessedActivity {
  return activity.kind !== "lesson";
}

/** When an activity was done: a quiz when passed, a scenario when a passed run was debriefed as well. */
export function doneAt(
  { passes }: Pick<Reached, "passes">,
  moduleId: string,
  activity: AssessedActivity,
): number | undefined {
  const { passedAt, debriefedAt } = entryOf(passes, passKey(moduleId, activity.id)) ?? {};
  if (passedAt === undefined || activity.kind === "quiz") return passedAt;
  return debriefedAt === undefined ? undefined : Math.max(passedAt, debriefedAt);
}

/** When the last of these outcomes was reached; `undefined` when one is not. */
export function reachedAt({ outcomes }: Reached, wanted: readonly Outcome[]): number | undefined {
  const times = wanted.map(({ id }) => entryOf(outcomes, id)?.reachedAt);
  return times.includes(undefined) ? undefined : Math.max(...(times as number[]));
}
