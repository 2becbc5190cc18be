import type { ActivityRecord, Attempt } from "./attempt-store.js";

/**
 * What stays of an attempt when its `formativeUntil` is due: that an activity was begun and done, and of each passed
 * run when it was and its score. Answers, drawn items, runs that were not passed, decisions, and what was written in a
 * debrief go, and with them when a lesson was opened again, which would tell of a run that was not passed.
 */
export function trimAttempt(attempt: Attempt): Attempt {
  const activities = Object.entries(attempt.activities).map(
    ([id, record]) => [id, trimRecord(record)] as const,
  );
  return {
    ...without(attempt, "formativeUntil"),
    version: attempt.version + 1,
    activities: Object.fromEntries(activities),
  };
}

/** Whether the answers or choices of a run are gone: a run that ended had some. */
export function isTrimmed(
  run: { readonly endedAt?: number } & (
    { readonly items: readonly unknown[] } | { readonly choices: readonly unknown[] }
  ),
): boolean {
  return run.endedAt !== undefined && ("items" in run ? run.items : run.choices).length === 0;
}

function trimRecord(record: ActivityRecord): ActivityRecord {
  const runs = record.runs?.filter(({ passed }) => passed).map((run) => ({ ...run, items: [], answers: {} }));
  const ways = record.ways
    ?.filter(({ passed }) => passed)
    .map((way) => ({ ...without(way, "notes"), choices: [] }));
  return { ...without(record, "lastOpenedAt"), ...(runs && { runs }), ...(ways && { ways }) };
}

function without<T extends object, K extends keyof T>(from: T, key: K): Omit<T, K> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => name !== key)) as Omit<T, K>;
}
