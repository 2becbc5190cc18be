import type { Competency, Curriculum, CurriculumModule, Outcome } from "../model.js";
import type { Rubric } from "../rubric-model.js";

export interface ShownOutcome extends Outcome {
  readonly module: CurriculumModule;
  /** Its module was not reviewed by people. */
  readonly draft: boolean;
}

export interface ShownCompetency extends Competency {
  /** What teaches it, in the order of the modules. */
  readonly outcomes: readonly ShownOutcome[];
  /** Something that teaches it was not reviewed by people, or nothing teaches it yet. */
  readonly draft: boolean;
}

/** What of a curriculum is published: as data, and as pages. */
export interface Shown {
  readonly curriculum: Curriculum;
  readonly competencies: readonly ShownCompetency[];
  readonly rubrics: readonly Rubric[];
  /** Something in it was not reviewed by people. */
  readonly draft: boolean;
}

/**
 * Chooses what is published. With `reviewedOnly`, as in production, these are the outcomes of reviewed modules, the
 * competencies that they teach and reviewed rubrics: what is merely planned is promised to nobody.
 */
export function shownOf(curriculum: Curriculum, reviewedOnly: boolean): Shown {
  const outcomes = curriculum.modules
    .filter(({ reviewed }) => reviewed || !reviewedOnly)
    .flatMap((module) => module.outcomes.map((one) => ({ ...one, module, draft: !module.reviewed })));
  const competencies = curriculum.competencies
    .map((competency) => {
      const own = outcomes.filter((one) => one.competency === competency.id);
      return { ...competency, outcomes: own, draft: own.length === 0 || own.some(({ draft }) => draft) };
    })
    .filter((one) => one.outcomes.length > 0 || !reviewedOnly);
  const rubrics = curriculum.rubrics.filter(({ reviewed }) => reviewed || !reviewedOnly);
  return {
    ...{ curriculum, competencies, rubrics },
    draft: competencies.some((one) => one.draft) || rubrics.some(({ reviewed }) => !reviewed),
  };
}
