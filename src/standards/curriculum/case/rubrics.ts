import { rubricIri } from "../../../foundation/kernel/index.js";
import type { Rubric, RubricCriterion } from "../rubric-model.js";
import type { Items } from "./associations.js";
import type { CaseCriterion, CaseCriterionLevel, CaseRubric } from "./records.js";
import { idOf, lastChangeOf, linkTo, type Setting } from "./setting.js";

/** A rubric, with its criteria and their levels. All of them mean the same on every criterion. */
export function rubricRecord(rubric: Rubric, setting: Setting, items: Items): CaseRubric {
  const uri = rubricIri(rubric.id, rubric.version);
  const { words } = setting;
  const draft = rubric.reviewed ? "no" : "yes";
  return {
    ...{ identifier: idOf(uri), uri, title: rubric.title },
    description: words.t("curriculum.case.rubric", { description: rubric.description, draft }),
    ...lastChangeOf(setting),
    CFRubricCriteria: rubric.criteria.map((criterion, index) =>
      criterionRecord(criterion, index + 1, { rubric, uri, setting, items }),
    ),
  };
}

interface Around {
  readonly rubric: Rubric;
  readonly uri: string;
  readonly setting: Setting;
  readonly items: Items;
}

function criterionRecord(criterion: RubricCriterion, position: number, around: Around): CaseCriterion {
  const { rubric, setting, items } = around;
  const { title, passes, competency } = criterion;
  const uri = `${around.uri}/criteria/${criterion.id}`;
  const identifier = idOf(uri);
  const about = setting.shown.competencies.find(({ id }) => id === competency);
  return {
    ...{ identifier, uri, category: title, position, rubricId: idOf(around.uri) },
    description: setting.words.t("curriculum.case.criterion", { title, passes }),
    ...(about ? { CFItemURI: linkTo(about.title, items.competency(about.id)) } : {}),
    ...lastChangeOf(setting),
    CFRubricCriterionLevels: rubric.levels.map((meaning, score): CaseCriterionLevel => {
      const own = `${uri}/levels/${String(score)}`;
      return {
        ...{ identifier: idOf(own), uri: own, description: meaning, quality: String(score), score },
        ...{ position: score + 1, rubricCriterionId: identifier },
        ...lastChangeOf(setting),
      };
    }),
  };
}
