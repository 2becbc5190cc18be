import { competencyIri, curriculumIri, levelIri, outcomeIri } from "../../../foundation/kernel/index.js";
import { associations, type Items } from "./associations.js";
import { competencyItem, itemTypes, levelItem, levels, outcomeItem } from "./items.js";
import type {
  CaseAssociation,
  CaseDocument,
  CaseItem,
  CaseItemType,
  CasePackage,
  CaseRecord,
  Link,
} from "./records.js";
import { rubricRecord } from "./rubrics.js";
import { idOf, lastChangeOf, linkTo, recordUrl, type Setting } from "./setting.js";

/** A record as it is served by itself, by its id. */
type Served = ReadonlyMap<string, object>;

/** A curriculum as a CASE framework: one document, in the version that is loaded. */
export interface Framework {
  /** As they are listed. */
  readonly documents: readonly (CaseDocument & { readonly CFPackageURI: Link })[];
  readonly package: CasePackage;
  /** What each endpoint serves. */
  readonly served: Readonly<Record<Endpoint, Served>>;
}

/** The endpoints for which the curriculum has something to say. */
export const endpoints = [
  "CFAssociations",
  "CFDocuments",
  "CFItemAssociations",
  "CFItems",
  "CFItemTypes",
  "CFPackages",
  "CFRubrics",
] as const;
export type Endpoint = (typeof endpoints)[number];

export function frameworkOf(setting: Setting): Framework {
  const { shown, origin } = setting;
  const document = documentOf(setting);
  const items = itemsOf(setting);
  const all = {
    CFDocument: document,
    CFItems: [...items.values()],
    CFAssociations: associations(setting, linkTo(document.title, document), finderOf(items)),
    CFDefinitions: { CFItemTypes: itemTypes(setting) },
    CFRubrics: shown.rubrics.map((one) => rubricRecord(one, setting, finderOf(items))),
  };
  // The package is the document with all that is in it, and has its id.
  const { identifier, title } = document;
  const CFPackageURI = { title, identifier, uri: recordUrl(origin, "CFPackages", identifier) };
  const listed = { ...document, CFPackageURI };
  return {
    documents: [listed],
    package: all,
    served: {
      CFDocuments: byId([listed]),
      CFPackages: new Map([[identifier, all]]),
      CFRubrics: byId(all.CFRubrics),
      ...servedItems(all),
    },
  };
}

function documentOf(setting: Setting): CaseDocument {
  const { shown, words, origin } = setting;
  const { version, languages } = shown.curriculum;
  return {
    ...{ identifier: idOf(curriculumIri), uri: curriculumIri, caseVersion: "1.1" },
    creator: words.t("curriculum.case.creator"),
    title: words.t("curriculum.case.title"),
    description: words.t("curriculum.case.description"),
    officialSourceURL: `${origin}/competencies`,
    ...{ language: languages[0], version },
    // Whether somebody has adopted it is not ours to say.
    ...(shown.draft ? { adoptionStatus: "Draft" } : {}),
    notes: words.t("curriculum.case.notes", { draft: shown.draft ? "yes" : "no" }),
    ...lastChangeOf(setting),
  };
}

/** By their IRIs: the competencies, each with its outcomes, then the levels. */
function itemsOf(setting: Setting): Map<string, CaseItem> {
  const { competencies } = setting.shown;
  const items = [
    ...competencies.flatMap((competency) => [
      competencyItem(competency, setting),
      ...competency.outcomes.map((outcome) => outcomeItem(outcome, setting)),
    ]),
    ...levels.map((level) => levelItem(level, setting)),
  ];
  return new Map(items.map((item) => [item.uri, item]));
}

function finderOf(items: ReadonlyMap<string, CaseItem>): Items {
  const find = (iri: string): CaseItem => {
    const item = items.get(iri);
    if (!item) throw new TypeError(`no item ${iri}`);
    return item;
  };
  return {
    competency: (id) => find(competencyIri(id)),
    outcome: (id) => find(outcomeIri(id)),
    level: (level) => find(levelIri(level)),
  };
}

/** By itself a record says to which document it belongs (§7.1.1, §7.1.14). */
function servedItems({ CFDocument, CFItems, CFAssociations, CFDefinitions }: CasePackage) {
  const CFDocumentURI = linkTo(CFDocument.title, CFDocument);
  const within = <One extends CaseRecord>(one: One) => ({ ...one, CFDocumentURI });
  return {
    CFItems: byId(CFItems.map(within)),
    CFAssociations: byId(CFAssociations.map(within)),
    CFItemAssociations: new Map(
      CFItems.map((item) => [
        item.identifier,
        { CFItem: within(item), CFAssociations: CFAssociations.filter((one) => isEndOf(one, item)) },
      ]),
    ),
    CFItemTypes: new Map(
      CFDefinitions.CFItemTypes.map((type) => [
        type.identifier,
        { CFItemTypes: CFDefinitions.CFItemTypes.filter((one) => isWithin(one, type)) },
      ]),
    ),
  };
}

const isEndOf = ({ originNodeURI, destinationNodeURI }: CaseAssociation, { uri }: CaseItem): boolean =>
  originNodeURI.uri === uri || destinationNodeURI.uri === uri;

/** Itself, or one of its children as the hierarchy codes say. */
const isWithin = ({ hierarchyCode }: CaseItemType, parent: CaseItemType): boolean =>
  hierarchyCode === parent.hierarchyCode || hierarchyCode.startsWith(`${parent.hierarchyCode}.`);

const byId = <One extends CaseRecord>(records: readonly One[]): Map<string, One> =>
  new Map(records.map((record) => [record.identifier, record]));
