import type { ActivityRecord, Attempt } from "./attempt-store.js";

/**
 * What stays of an attempt when its `formativeUntil` is due: that an activity was begun and done, and of each passed
 * run when it was and its score. Answers, drawn items, runs that were not passed, decisions, and what was written in a
 * debrief go, and with them when a lesson was opened again, which would tell of a run that was not passed.
 */
export function trimAttempt(attempt: Attempt): Attempt {
  const { formativeUntil: _due, ...rest } = attempt;
  const activities = Object.entries(attempt.activities).map(
    ([id, record]) => [id, trimRecord(record)] as const,
  );
  return { ...rest, version: attempt.version + 1, activities: Object.fromEntries(activities) };
}

/** Whether a run's answers or choices are gone: no run that ended has none. */
export function isTrimmed(
  run: { readonly endedAt?: number } & (
    { readonly items: readonly unknown[] } | { readonly choices: readonly unknown[] }
  ),
): boolean {
  return run.endedAt !== undefined && ("items" in run ? run.items : run.choices).length === 0;
}

function trimRecord({ lastOpenedAt: _opened, runs, ways, ...kept }: ActivityRecord): ActivityRecord {
  return {
    ...kept,
    ...(runs && {
      runs: runs.filter(({ passed }) => passed).map((run) => ({ ...run, items: [], answers: {} })),
    }),
    ...(ways && {
      ways: ways.filter(({ passed }) => passed).map(({ notes: _notes, ...way }) => ({ ...way, choices: [] })),
    }),
  };
}
