import { XapiError } from "../errors.js";
import {
  patternOperators,
  profileDocument,
  type ConceptDocument,
  type PatternDocument,
  type ProfileDocument,
} from "./document.js";
import { compileSchema, type SchemaCheck } from "./inline-schema.js";
import { compileTemplate, type CompiledTemplate } from "./templates.js";

export interface CompiledExtension {
  readonly type: "ContextExtension" | "ResultExtension" | "ActivityExtension";
  readonly follows: SchemaCheck | undefined;
}

/** A profile, checked and compiled: no path and no schema is parsed again when statements come. */
export interface Profile {
  readonly id: string;
  /** The IRI of the version that the document describes: what statements have among their categories. */
  readonly versionId: string;
  readonly templates: ReadonlyMap<string, CompiledTemplate>;
  readonly patterns: ReadonlyMap<string, PatternDocument>;
  readonly extensions: ReadonlyMap<string, CompiledExtension>;
  /** The ids of everything the profile declares. */
  readonly concepts: ReadonlySet<string>;
  /** The templates that a statement with this verb can match. */
  templatesFor(verb: unknown): readonly CompiledTemplate[];
}

/**
 * Checks an xAPI profile (Profiles 1.0, Part Two) and compiles it. Throws `profile_invalid` with the place and the
 * rule for a breach, for a JSONPath or schema keyword outside of what we check, for a pattern that names something
 * that is not in the document, or that contains itself.
 */
export function loadProfile(json: unknown): Profile {
  const parsed = profileDocument.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new XapiError("profile_invalid", { path: issue?.path.join("."), rule: issue?.message });
  }
  const document = parsed.data;
  idsAreUnique(document);
  const versionId = theOneVersion(document);
  const templates = new Map((document.templates ?? []).map((one) => [one.id, compileTemplate(one)]));
  const patterns = new Map((document.patterns ?? []).map((one) => [one.id, one]));
  referencesExist(templates, patterns);
  patterns.forEach((_pattern, id) => containsNotItself(patterns, id, []));
  const concepts = document.concepts ?? [];
  return {
    id: document.id,
    versionId,
    templates,
    patterns,
    extensions: new Map(concepts.flatMap(compileExtension)),
    concepts: new Set(concepts.map(({ id }) => id)),
    templatesFor: indexByVerb([...templates.values()]),
  };
}

/** The ids that a pattern is made of. */
function partsOf(pattern: PatternDocument): readonly string[] {
  return patternOperators.flatMap((name) => pattern[name] ?? []);
}

function idsAreUnique({ id, versions, concepts = [], templates = [], patterns = [] }: ProfileDocument): void {
  const seen = new Set([id]);
  for (const one of [...versions, ...concepts, ...templates, ...patterns]) {
    if (seen.has(one.id)) throw new XapiError("profile_invalid", { path: one.id, rule: "id_not_unique" });
    seen.add(one.id);
  }
}

function theOneVersion({ versions, concepts = [], templates = [], patterns = [] }: ProfileDocument): string {
  const schemes = new Set([...concepts, ...templates, ...patterns].map(({ inScheme }) => inScheme));
  schemes.delete(undefined);
  const [scheme = versions[0]?.id] = schemes;
  if (schemes.size > 1 || scheme === undefined || !versions.some(({ id }) => id === scheme))
    throw new XapiError("profile_invalid", { path: "inScheme", rule: "not_one_version" });
  return scheme;
}

function referencesExist(
  templates: ReadonlyMap<string, CompiledTemplate>,
  patterns: ReadonlyMap<string, PatternDocument>,
): void {
  for (const { id, objectRefs = [], contextRefs = [] } of templates.values())
    for (const ref of [...objectRefs, ...contextRefs])
      if (!templates.has(ref)) throw new XapiError("profile_invalid", { path: id, rule: "template_unknown" });
  for (const pattern of patterns.values())
    for (const part of partsOf(pattern))
      if (!templates.has(part) && !patterns.has(part))
        throw new XapiError("profile_invalid", { path: pattern.id, rule: "pattern_part_unknown" });
}

function containsNotItself(
  patterns: ReadonlyMap<string, PatternDocument>,
  id: string,
  above: readonly string[],
): void {
  if (above.includes(id))
    throw new XapiError("profile_invalid", { path: id, rule: "pattern_contains_itself" });
  const pattern = patterns.get(id);
  if (pattern) for (const part of partsOf(pattern)) containsNotItself(patterns, part, [...above, id]);
}

function compileExtension(concept: ConceptDocument): [string, CompiledExtension][] {
  const { id, type, inlineSchema } = concept;
  if (type !== "ContextExtension" && type !== "ResultExtension" && type !== "ActivityExtension") return [];
  if (concept.schema !== undefined)
    throw new XapiError("profile_invalid", { path: id, rule: "schema_not_inline" });
  const follows = inlineSchema === undefined ? undefined : compileSchema(parseSchema(inlineSchema, id), id);
  return [[id, { type, follows }]];
}

function parseSchema(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new XapiError("profile_invalid", { path, rule: "schema_not_json" }, { cause });
  }
}

function indexByVerb(templates: readonly CompiledTemplate[]): Profile["templatesFor"] {
  const verbs = new Set(templates.map(({ verb }) => verb));
  const anyVerb = templates.filter(({ verb }) => verb === undefined);
  const byVerb = new Map<unknown, readonly CompiledTemplate[]>();
  for (const wanted of verbs)
    byVerb.set(
      wanted,
      templates.filter(({ verb }) => verb === wanted || verb === undefined),
    );
  return (verb) => byVerb.get(verb) ?? anyVerb;
}
