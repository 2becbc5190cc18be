// The records of CASE 1.1 (information model, §7.1), as far as the curriculum has something to say in them.

/** What every record has. */
export interface CaseRecord {
  readonly identifier: string;
  readonly uri: string;
  /** ISO 8601 with a zone. */
  readonly lastChangeDateTime: string;
}

/** `LinkURI`: a record of this service. */
export interface Link {
  readonly title: string;
  readonly identifier: string;
  readonly uri: string;
}

/** `LinkGenURI`: also something that is no record of CASE; `targetType` then says what. */
export interface GeneralLink extends Link {
  readonly targetType?: `ext:${string}`;
}

export interface CaseDocument extends CaseRecord {
  readonly caseVersion: "1.1";
  readonly creator: string;
  readonly title: string;
  readonly description: string;
  readonly officialSourceURL: string;
  readonly language: string;
  readonly version: string;
  readonly adoptionStatus?: "Draft";
  readonly notes: string;
}

export interface CaseItem extends CaseRecord {
  readonly fullStatement: string;
  readonly abbreviatedStatement?: string;
  readonly humanCodingScheme: string;
  readonly CFItemType: string;
  readonly CFItemTypeURI: Link;
  readonly language: string;
  readonly notes?: string;
}

export type AssociationType = "isChildOf" | "precedes" | "isRelatedTo" | "hasSkillLevel";

export interface CaseAssociation extends CaseRecord {
  readonly associationType: AssociationType;
  readonly sequenceNumber?: number;
  readonly originNodeURI: GeneralLink;
  readonly destinationNodeURI: GeneralLink;
  readonly notes?: string;
}

export interface CaseItemType extends CaseRecord {
  readonly title: string;
  readonly description: string;
  readonly hierarchyCode: string;
}

export interface CaseRubric extends CaseRecord {
  readonly title: string;
  readonly description: string;
  readonly CFRubricCriteria: readonly CaseCriterion[];
}

export interface CaseCriterion extends CaseRecord {
  readonly category: string;
  readonly description: string;
  readonly CFItemURI?: Link;
  readonly position: number;
  readonly rubricId: string;
  readonly CFRubricCriterionLevels: readonly CaseCriterionLevel[];
}

export interface CaseCriterionLevel extends CaseRecord {
  readonly description: string;
  readonly quality: string;
  readonly score: number;
  readonly position: number;
  readonly rubricCriterionId: string;
}

export interface CasePackage {
  readonly CFDocument: CaseDocument;
  readonly CFItems: readonly CaseItem[];
  readonly CFAssociations: readonly CaseAssociation[];
  readonly CFDefinitions: { readonly CFItemTypes: readonly CaseItemType[] };
  readonly CFRubrics: readonly CaseRubric[];
}
