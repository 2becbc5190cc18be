import { instrumentIri } from "../../../foundation/kernel/index.js";
import { eqfIri, eqfLevel } from "../levels.js";
import type { Instrument, Level } from "../model.js";
import { instrumentsCited } from "./instruments.js";
import { levels } from "./items.js";
import type { AssociationType, CaseAssociation, CaseItem, GeneralLink } from "./records.js";
import { idOf, lastChangeOf, recordUrl, type Setting } from "./setting.js";
import type { Shown } from "./shown.js";

/** Finds the item of a permanent IRI's id: a competency's, an outcome's or a level's. */
export interface Items {
  readonly competency: (id: string) => CaseItem;
  readonly outcome: (id: string) => CaseItem;
  readonly level: (level: Level) => CaseItem;
}

interface Related {
  readonly type: AssociationType;
  readonly from: GeneralLink;
  readonly to: GeneralLink;
  readonly sequence?: number;
  readonly notes?: string;
}

/**
 * How the items stand to each other and to what is outside. None is `exactMatchOf`: no framework of others has said yet
 * that one of its items is the same, and it is not ours to say.
 */
export function associations(setting: Setting, document: GeneralLink, items: Items): CaseAssociation[] {
  const { shown } = setting;
  return [
    ...hierarchy(shown, document, items),
    ...steps(shown, items),
    ...skillLevels(shown, items),
    ...grounds(setting, items),
    ...levels.map((level) => nearestEqf(level, setting, items)),
  ].map((related) => associationOf(related, setting));
}

function associationOf({ type, from, to, sequence, notes }: Related, setting: Setting): CaseAssociation {
  const identifier = idOf(`${from.uri} ${type} ${to.uri}`);
  return {
    ...{ identifier, uri: recordUrl(setting.origin, "CFAssociations", identifier) },
    associationType: type,
    ...(sequence === undefined ? {} : { sequenceNumber: sequence }),
    ...{ originNodeURI: from, destinationNodeURI: to },
    ...(notes === undefined ? {} : { notes }),
    ...lastChangeOf(setting),
  };
}

/** An item as an end of an association. */
function end({ identifier, uri, abbreviatedStatement, fullStatement }: CaseItem): GeneralLink {
  return { title: abbreviatedStatement ?? fullStatement, identifier, uri };
}

/** The document, its competencies, their outcomes; beside the competencies the levels. */
function hierarchy({ competencies }: Shown, document: GeneralLink, items: Items): Related[] {
  const top = [...competencies.map(({ id }) => items.competency(id)), ...levels.map(items.level)];
  return [
    ...top.map((item, index) => childOf(item, document, index + 1)),
    ...competencies.flatMap(({ id, outcomes }) =>
      outcomes.map((one, index) => childOf(items.outcome(one.id), end(items.competency(id)), index + 1)),
    ),
  ];
}

const childOf = (item: CaseItem, parent: GeneralLink, sequence: number): Related => ({
  ...{ type: "isChildOf", from: end(item), to: parent, sequence },
});

/** Of one competency, what is on a level comes before what is on the next. */
function steps({ competencies }: Shown, items: Items): Related[] {
  return competencies.flatMap(({ outcomes }) =>
    outcomes.flatMap((before) => {
      const next = Math.min(...outcomes.filter((one) => one.level > before.level).map(({ level }) => level));
      return outcomes
        .filter(({ level }) => level === next)
        .map((after): Related => ({
          ...{ type: "precedes", from: end(items.outcome(before.id)), to: end(items.outcome(after.id)) },
        }));
    }),
  );
}

function skillLevels({ competencies }: Shown, items: Items): Related[] {
  return competencies.flatMap(({ id, level, outcomes }) =>
    [
      { item: items.competency(id), level },
      ...outcomes.map((one) => ({ item: items.outcome(one.id), level: one.level })),
    ].map((one): Related => ({
      ...{ type: "hasSkillLevel", from: end(one.item), to: end(items.level(one.level)) },
    })),
  );
}

/** The texts of law and guidance that an item rests on. */
function grounds({ shown, words }: Setting, items: Items): Related[] {
  const { instruments } = shown.curriculum;
  const cited = shown.competencies.flatMap(({ id, outcomes, instruments: references }) => [
    { item: items.competency(id), references },
    ...outcomes.map((one) => ({ item: items.outcome(one.id), references: one.instruments })),
  ]);
  return cited.flatMap(({ item, references }) =>
    instrumentsCited(references, instruments).map(({ instrument, provisions, checked }): Related => ({
      ...{ type: "isRelatedTo", from: end(item), to: instrumentEnd(instrument) },
      notes: words.t("curriculum.case.provisions", {
        ...{ provisions, whole: provisions === "" ? "yes" : "no", checked: checked ? "yes" : "no" },
      }),
    })),
  );
}

const instrumentEnd = ({ code, title, url }: Instrument): GeneralLink => ({
  ...{ title, identifier: code, uri: url ?? instrumentIri(code), targetType: "ext:instrument" },
});

/** Never more than a neighbour: only a national authority can say that a level is one of the framework's. */
function nearestEqf(level: Level, { words }: Setting, items: Items): Related {
  const eqf = eqfLevel[level];
  const title = words.t("curriculum.case.eqf.title", { eqf });
  return {
    ...{ type: "isRelatedTo", from: end(items.level(level)) },
    to: { title, identifier: String(eqf), uri: eqfIri(level), targetType: "ext:EQF" },
    notes: words.t("curriculum.case.eqf.notes"),
  };
}
