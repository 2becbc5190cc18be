import { isObject, own } from "../statements/findings.js";
import type { TemplateDocument } from "./document.js";
import { compileRule, type CompiledRule } from "./rules.js";

export interface CompiledTemplate {
  readonly id: string;
  readonly verb: string | undefined;
  readonly rules: readonly CompiledRule[];
  readonly objectRefs: readonly string[] | undefined;
  readonly contextRefs: readonly string[] | undefined;
  /** Whether every determining property is met (the verb included). */
  matches(traits: Traits): boolean;
}

/** What determining properties ask about, read from a statement once. */
export interface Traits {
  readonly verb: unknown;
  readonly objectType: unknown;
  readonly grouping: ReadonlySet<unknown>;
  readonly parent: ReadonlySet<unknown>;
  readonly other: ReadonlySet<unknown>;
  readonly category: ReadonlySet<unknown>;
  readonly usages: ReadonlySet<unknown>;
}

export function traitsOf(statement: unknown): Traits {
  const activities = own(own(statement, "context"), "contextActivities");
  const types = (name: string): Set<unknown> =>
    new Set(listOf(own(activities, name)).map((activity) => own(own(activity, "definition"), "type")));
  return {
    verb: own(own(statement, "verb"), "id"),
    objectType: own(own(own(statement, "object"), "definition"), "type"),
    grouping: types("grouping"),
    parent: types("parent"),
    other: types("other"),
    category: types("category"),
    usages: new Set(listOf(own(statement, "attachments")).map((attachment) => own(attachment, "usageType"))),
  };
}

/** Compiles a template, so that matching reads no path again. */
export function compileTemplate(template: TemplateDocument): CompiledTemplate {
  const sets: readonly [keyof Omit<Traits, "verb" | "objectType">, readonly string[] | undefined][] = [
    ["grouping", template.contextGroupingActivityType],
    ["parent", template.contextParentActivityType],
    ["other", template.contextOtherActivityType],
    ["category", template.contextCategoryActivityType],
    ["usages", template.attachmentUsageType],
  ];
  return {
    id: template.id,
    verb: template.verb,
    rules: (template.rules ?? []).map(compileRule),
    objectRefs: template.objectStatementRefTemplate,
    contextRefs: template.contextStatementRefTemplate,
    matches: (traits) =>
      (template.verb === undefined || template.verb === traits.verb) &&
      (template.objectActivityType === undefined || template.objectActivityType === traits.objectType) &&
      sets.every(([name, wanted]) => wanted === undefined || wanted.every((type) => traits[name].has(type))),
  };
}

export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? [value] : [];
}
