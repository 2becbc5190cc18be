/** A JSON schema, as OpenAPI 3.0 takes it. */
export type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: "string" };
const uri: Schema = { type: "string", format: "uri" };
const integer: Schema = { type: "integer", format: "int32" };
const uuid: Schema = {
  type: "string",
  pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
};
const listOf = (name: string, minItems = 0): Schema => ({ type: "array", minItems, items: refTo(name) });
const oneOf = (...values: readonly string[]): Schema => ({ type: "string", enum: values });

export const refTo = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** An object with no other members than these. */
function object(required: Readonly<Record<string, Schema>>, optional: Readonly<Record<string, Schema>> = {}) {
  return {
    ...{ type: "object", additionalProperties: false, required: Object.keys(required) },
    properties: { ...required, ...optional },
  };
}

const record = { identifier: uuid, uri, lastChangeDateTime: { type: "string", format: "date-time" } };
const ofDocument = { CFDocumentURI: refTo("LinkURI") };

const document = [
  { ...record, creator: text, title: text },
  {
    ...{ caseVersion: oneOf("1.1"), description: text, officialSourceURL: uri, language: text },
    ...{ version: text, adoptionStatus: text, notes: text },
  },
] as const;

const item = [
  { ...record, fullStatement: text },
  {
    ...{ abbreviatedStatement: text, humanCodingScheme: text, CFItemType: text },
    ...{ CFItemTypeURI: refTo("LinkURI"), language: text, notes: text },
  },
] as const;

const association = [
  {
    ...record,
    associationType: oneOf("isChildOf", "precedes", "isRelatedTo", "hasSkillLevel"),
    ...{ originNodeURI: refTo("LinkGenURI"), destinationNodeURI: refTo("LinkGenURI") },
  },
  { sequenceNumber: integer, notes: text },
] as const;

/**
 * The payloads of CASE 1.1 as this service gives them: what the standard asks for, and of what it allows the members
 * that the curriculum has something to say in.
 */
export const shapes: Readonly<Record<string, Schema>> = {
  LinkURI: object({ title: text, identifier: uuid, uri }),
  LinkGenURI: object(
    { title: text, identifier: text, uri },
    { targetType: { type: "string", pattern: "^(CASE|ext:[A-Za-z0-9._-]+)$" } },
  ),
  CFPckgDocument: object(...document),
  CFDocument: object({ ...document[0], CFPackageURI: refTo("LinkURI") }, document[1]),
  CFDocumentSet: object({ CFDocuments: listOf("CFDocument") }),
  CFPckgItem: object(...item),
  CFItem: object({ ...item[0], ...ofDocument }, item[1]),
  CFPckgAssociation: object(...association),
  CFAssociation: object(association[0], { ...association[1], ...ofDocument }),
  CFAssociationSet: object({
    CFItem: refTo("CFItem"),
    CFAssociations: listOf("CFPckgAssociation", 1),
  }),
  CFItemType: object({ ...record, title: text, description: text, hierarchyCode: text }),
  CFItemTypeSet: object({ CFItemTypes: listOf("CFItemType", 1) }),
  CFRubric: object(record, {
    ...{ title: text, description: text, CFRubricCriteria: listOf("CFRubricCriterion") },
  }),
  CFRubricCriterion: object(record, {
    ...{ category: text, description: text, CFItemURI: refTo("LinkURI"), position: integer },
    ...{ rubricId: uuid, CFRubricCriterionLevels: listOf("CFRubricCriterionLevel") },
  }),
  CFRubricCriterionLevel: object(record, {
    ...{ description: text, quality: text, score: { type: "number" }, position: integer },
    rubricCriterionId: uuid,
  }),
  CFDefinition: object({}, { CFItemTypes: listOf("CFItemType") }),
  CFPackage: object(
    { CFDocument: refTo("CFPckgDocument") },
    {
      ...{ CFItems: listOf("CFPckgItem"), CFAssociations: listOf("CFPckgAssociation") },
      ...{ CFDefinitions: refTo("CFDefinition"), CFRubrics: listOf("CFRubric") },
    },
  ),
  imsx_StatusInfo: object(
    {
      imsx_codeMajor: oneOf("success", "processing", "failure", "unsupported"),
      imsx_severity: oneOf("status", "warning", "error"),
    },
    { imsx_description: text, imsx_codeMinor: refTo("imsx_CodeMinor") },
  ),
  imsx_CodeMinor: object({ imsx_codeMinorField: listOf("imsx_CodeMinorField", 1) }),
  imsx_CodeMinorField: object({
    imsx_codeMinorFieldName: text,
    imsx_codeMinorFieldValue: oneOf(
      ...["fullsuccess", "invalid_sort_field", "invalid_selection_field", "forbidden"],
      ...["unauthorised_request", "internal_server_error", "unknownobject", "server_busy", "invalid_uuid"],
    ),
  }),
};
