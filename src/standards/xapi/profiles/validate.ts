import { at, isObject, own, type JsonObject } from "../statements/findings.js";
import type { Profile, CompiledExtension } from "./profile.js";
import { listOf, traitsOf, type CompiledTemplate } from "./templates.js";
import type { RulePart } from "./rules.js";

interface ProfileFinding {
  /** The template whose rule is broken; absent for a breach of the profile as a whole. */
  readonly template?: string;
  readonly path: string;
  readonly rule:
    | RulePart
    | "object_statement_ref"
    | "context_statement_ref"
    | "extension_unknown"
    | "extension_misplaced"
    | "extension_schema";
}

export interface ProfileVerdict {
  /** `unmatched`: no template has anything to say about this statement. */
  readonly outcome: "success" | "invalid" | "unmatched";
  /** The ids of the templates that matched and whose rules are followed, in the profile's order. */
  readonly templates: readonly string[];
  readonly findings: readonly ProfileFinding[];
}

/** Finds a statement by its id, if it is at hand; one that is not is not judged (Part Three §2.1). */
export type FindStatement = (id: string) => unknown;

const nothingAtHand: FindStatement = () => undefined;

/** How many references from statement to statement are followed; a chain may lead back to its beginning. */
const maximumReferences = 8;

/**
 * Judges a valid statement by a profile: `validates` of Profiles 1.0 Part Three §2.1, which asks that *every* template
 * whose determining properties match is followed; and Part Two §7.2, extensions in their places and by their schemas.
 */
export function validateAgainstProfile(
  profile: Profile,
  statement: unknown,
  find: FindStatement = nothingAtHand,
): ProfileVerdict {
  return judge({ profile, find }, statement, maximumReferences);
}

interface Judgement {
  readonly profile: Profile;
  readonly find: FindStatement;
}

function judge(context: Judgement, statement: unknown, depth: number): ProfileVerdict {
  const evened = withActivityLists(statement);
  const traits = traitsOf(evened);
  const matching = context.profile.templatesFor(traits.verb).filter((template) => template.matches(traits));
  const perTemplate = matching.map((template) => [
    ...brokenReferences(context, template, evened, depth),
    ...brokenRules(template, evened),
  ]);
  const findings = [...perTemplate.flat(), ...brokenExtensions(context.profile, evened)];
  const templates = matching
    .filter((_template, index) => perTemplate[index]?.length === 0)
    .map(({ id }) => id);
  if (findings.length > 0) return { outcome: "invalid", templates, findings };
  return { outcome: templates.length > 0 ? "success" : "unmatched", templates, findings };
}

function brokenRules(template: CompiledTemplate, statement: unknown): ProfileFinding[] {
  return template.rules.flatMap((rule) => {
    const part = rule.broken(statement);
    return part === undefined ? [] : [{ template: template.id, path: rule.location, rule: part }];
  });
}

function brokenReferences(
  context: Judgement,
  template: CompiledTemplate,
  statement: unknown,
  depth: number,
): ProfileFinding[] {
  const places = [
    ["$.object", own(statement, "object"), template.objectRefs, "object_statement_ref"],
    [
      "$.context.statement",
      own(own(statement, "context"), "statement"),
      template.contextRefs,
      "context_statement_ref",
    ],
  ] as const;
  return places.flatMap(([path, ref, wanted, rule]) =>
    wanted === undefined || refersTo(context, ref, wanted, depth)
      ? []
      : [{ template: template.id, path, rule }],
  );
}

function refersTo(context: Judgement, ref: unknown, wanted: readonly string[], depth: number): boolean {
  const id = own(ref, "id");
  if (own(ref, "objectType") !== "StatementRef" || typeof id !== "string") return false;
  const other = depth > 0 ? context.find(id) : undefined;
  if (other === undefined) return true;
  const { outcome, templates } = judge(context, other, depth - 1);
  return outcome === "success" && templates.some((template) => wanted.includes(template));
}

/** Every place that can hold extensions, the sub-statement's included. */
function brokenExtensions(profile: Profile, statement: unknown): ProfileFinding[] {
  const inner = own(statement, "object");
  const whole = [{ path: "$", value: statement }];
  if (own(inner, "objectType") === "SubStatement") whole.push({ path: "$.object", value: inner });
  return whole.flatMap(({ path, value }) => [
    ...inPlace(profile, "ContextExtension", `${path}.context`, own(value, "context")),
    ...inPlace(profile, "ResultExtension", `${path}.result`, own(value, "result")),
    ...activitiesOf(path, value).flatMap((activity) =>
      inPlace(profile, "ActivityExtension", `${activity.path}.definition`, own(activity.value, "definition")),
    ),
  ]);
}

function activitiesOf(path: string, statement: unknown): { path: string; value: unknown }[] {
  const context = own(own(statement, "context"), "contextActivities");
  const around = ["parent", "grouping", "category", "other"].flatMap((name) =>
    listOf(own(context, name)).map((value, index) => ({
      path: `${path}.context.contextActivities.${name}[${index}]`,
      value,
    })),
  );
  return [{ path: `${path}.object`, value: own(statement, "object") }, ...around];
}

function inPlace(
  profile: Profile,
  type: CompiledExtension["type"],
  path: string,
  holder: unknown,
): ProfileFinding[] {
  const extensions = own(holder, "extensions");
  if (!isObject(extensions)) return [];
  return Object.entries(extensions).flatMap(([key, value]): ProfileFinding[] => {
    const place = at(`${path}.extensions`, key);
    const known = profile.extensions.get(key);
    if (known === undefined)
      return key.startsWith(`${profile.id}/`) ? [{ path: place, rule: "extension_unknown" }] : [];
    if (known.type !== type) return [{ path: place, rule: "extension_misplaced" }];
    return known.follows?.(value) === false ? [{ path: place, rule: "extension_schema" }] : [];
  });
}

/** A context activity that stands alone is a list of one (Data 2.4.6.2); the paths of profiles expect the list. */
function withActivityLists(statement: unknown): unknown {
  const context = own(statement, "context");
  const activities = own(context, "contextActivities");
  if (!isObject(activities) || Object.values(activities).every(Array.isArray)) return statement;
  const lists = Object.fromEntries(Object.entries(activities).map(([name, value]) => [name, listOf(value)]));
  return { ...(statement as JsonObject), context: { ...(context as JsonObject), contextActivities: lists } };
}
