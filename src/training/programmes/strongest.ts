import type { Curriculum, Outcome } from "../../standards/curriculum/index.js";
import { assessedActivities, entryOf, passKey, type AssessedActivity } from "./rules.js";
import type { Standing } from "./standing-store.js";

/**
 * The id of the statement that shows most for some outcomes: what was done in a situation counts before what was known,
 * then the better score, then the later run.
 */
export function strongestOf(
  standing: Standing,
  outcomes: readonly Outcome[],
  curriculum: Curriculum,
): string {
  const wanted = new Set(outcomes.map(({ id }) => id));
  const passes = curriculum.modules.flatMap((module) =>
    module.outcomes
      .filter(({ id }) => wanted.has(id))
      .flatMap((outcome) => assessedActivities(module, outcome))
      .flatMap((activity) => {
        const pass = entryOf(standing.passes, passKey(module.id, activity.id));
        return pass ? [{ kind: activity.kind, ...pass }] : [];
      }),
  );
  const [best] = passes.toSorted(
    (a, b) => weight[b.kind] - weight[a.kind] || b.scaled - a.scaled || (b.passedAt ?? 0) - (a.passedAt ?? 0),
  );
  const piece = best?.evidence.find(({ at }) => at === best.passedAt);
  return piece?.statement ?? entryOf(standing.outcomes, outcomes[0]?.id ?? "")?.evidence[0] ?? "";
}

const weight: Readonly<Record<AssessedActivity["kind"], number>> = { scenario: 1, quiz: 0 };
