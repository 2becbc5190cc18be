import { competencyIri, curriculumIri, levelIri, outcomeIri } from "../../../foundation/kernel/index.js";
import type { Level } from "../model.js";
import type { CaseItem, CaseItemType } from "./records.js";
import { idOf, lastChangeOf, linkTo, recordUrl, type Setting } from "./setting.js";
import type { ShownCompetency, ShownOutcome } from "./shown.js";

export const levels: readonly Level[] = [1, 2, 3];

/** An outcome is a kind of competency, a smaller one: so the hierarchy codes say (§7.1.16). */
const hierarchyCodes = { competency: "1", outcome: "1.1", level: "2" } as const;
type ItemKind = keyof typeof hierarchyCodes;

export function itemTypes(setting: Setting): CaseItemType[] {
  return (["competency", "outcome", "level"] as const).map((kind) => itemType(kind, setting));
}

function itemType(kind: ItemKind, setting: Setting): CaseItemType {
  const { words, origin } = setting;
  const identifier = idOf(`${curriculumIri}/item-types/${kind}`);
  return {
    ...{ identifier, uri: recordUrl(origin, "CFItemTypes", identifier) },
    title: words.t("curriculum.case.types.title", { kind }),
    description: words.t("curriculum.case.types.description", { kind }),
    hierarchyCode: hierarchyCodes[kind],
    ...lastChangeOf(setting),
  };
}

/** What every item says, in the order of the standard. */
function itemOf(kind: ItemKind, iri: string, setting: Setting) {
  const type = itemType(kind, setting);
  return {
    ...{ identifier: idOf(iri), uri: iri, CFItemType: type.title, CFItemTypeURI: linkTo(type.title, type) },
    language: setting.shown.curriculum.languages[0],
    ...lastChangeOf(setting),
  };
}

export function competencyItem(competency: ShownCompetency, setting: Setting): CaseItem {
  return {
    ...itemOf("competency", competencyIri(competency.id), setting),
    fullStatement: competency.statement,
    abbreviatedStatement: competency.title,
    humanCodingScheme: competency.id,
    ...(competency.draft ? { notes: setting.words.t("curriculum.case.draft") } : {}),
  };
}

export function outcomeItem(outcome: ShownOutcome, setting: Setting): CaseItem {
  const { id, text, module, assessment, externalEvaluator, draft } = outcome;
  return {
    ...itemOf("outcome", outcomeIri(id), setting),
    fullStatement: text,
    humanCodingScheme: id,
    notes: setting.words.t("curriculum.case.outcome", {
      ...{ module: module.id, title: module.title },
      // A message's choices have no hyphens in their names.
      assessment: assessment.replaceAll("-", ""),
      external: externalEvaluator ? "yes" : "no",
      draft: draft ? "yes" : "no",
    }),
  };
}

export function levelItem(level: Level, setting: Setting): CaseItem {
  const { words } = setting;
  return {
    ...itemOf("level", levelIri(level), setting),
    fullStatement: words.t("curriculum.level.meaning", { level }),
    abbreviatedStatement: words.t("curriculum.level.name", { level }),
    humanCodingScheme: String(level),
  };
}
