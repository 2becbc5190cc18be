import { z } from "zod";

/** The parts of a Profiles 1.0 document that processing needs (Part Two §6 to §9). Other properties are left alone. */
const iri = z.string().regex(/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/);
const languageMap = z.record(z.string().min(1), z.string().min(1));
const list = <T extends z.ZodType>(item: T) => z.array(item).min(1);
const labels = { prefLabel: languageMap, definition: languageMap };

const conceptTypes = [
  "Verb",
  "ActivityType",
  "AttachmentUsageType",
  "ContextExtension",
  "ResultExtension",
  "ActivityExtension",
  "StateResource",
  "AgentProfileResource",
  "ActivityProfileResource",
  "Activity",
] as const;

const concept = z.object({
  id: iri,
  type: z.enum(conceptTypes),
  inScheme: iri,
  prefLabel: languageMap.optional(),
  definition: languageMap.optional(),
  schema: iri.optional(),
  inlineSchema: z.string().min(1).optional(),
});

const rule = z
  .object({
    location: z.string().min(1),
    selector: z.string().min(1).optional(),
    presence: z.enum(["included", "excluded", "recommended"]).optional(),
    any: list(z.unknown()).optional(),
    all: list(z.unknown()).optional(),
    none: list(z.unknown()).optional(),
  })
  .refine(({ presence, any, all, none }) => [presence, any, all, none].some((part) => part !== undefined), {
    message: "rule_says_nothing",
  });

const template = z
  .object({
    id: iri,
    type: z.literal("StatementTemplate"),
    inScheme: iri,
    ...labels,
    verb: iri.optional(),
    objectActivityType: iri.optional(),
    contextGroupingActivityType: list(iri).optional(),
    contextParentActivityType: list(iri).optional(),
    contextOtherActivityType: list(iri).optional(),
    contextCategoryActivityType: list(iri).optional(),
    attachmentUsageType: list(iri).optional(),
    objectStatementRefTemplate: list(iri).optional(),
    contextStatementRefTemplate: list(iri).optional(),
    rules: list(rule).optional(),
  })
  .refine((t) => t.objectActivityType === undefined || t.objectStatementRefTemplate === undefined, {
    message: "object_is_two_things",
  });

export const patternOperators = ["alternates", "optional", "oneOrMore", "sequence", "zeroOrMore"] as const;

const pattern = z
  .object({
    id: iri,
    type: z.literal("Pattern"),
    inScheme: iri.optional(),
    primary: z.boolean().optional(),
    prefLabel: languageMap.optional(),
    definition: languageMap.optional(),
    alternates: z.array(iri).min(2).optional(),
    optional: iri.optional(),
    oneOrMore: iri.optional(),
    sequence: list(iri).optional(),
    zeroOrMore: iri.optional(),
  })
  .refine((p) => patternOperators.filter((name) => p[name] !== undefined).length === 1, {
    message: "one_operator",
  })
  .refine((p) => p.primary !== true || (p.prefLabel !== undefined && p.definition !== undefined), {
    message: "primary_has_labels",
  });

export const profileDocument = z.object({
  id: iri,
  type: z.literal("Profile"),
  conformsTo: z.literal("https://w3id.org/xapi/profiles#1.0"),
  ...labels,
  versions: list(z.object({ id: iri, generatedAtTime: z.string().min(1) })),
  author: z.object({ type: z.enum(["Organization", "Person"]), name: z.string().min(1) }),
  concepts: list(concept).optional(),
  templates: list(template).optional(),
  patterns: list(pattern).optional(),
});

export type ProfileDocument = z.infer<typeof profileDocument>;
export type ConceptDocument = z.infer<typeof concept>;
export type TemplateDocument = z.infer<typeof template>;
export type RuleDocument = z.infer<typeof rule>;
export type PatternDocument = z.infer<typeof pattern>;
