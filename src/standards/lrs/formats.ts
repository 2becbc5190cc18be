import { joinDefinitions } from "./definitions.js";
import { matchLanguage } from "./languages.js";
import { editList, editObject, valueIn, type Edit } from "./text-edits.js";

export type StatementFormat = "ids" | "exact" | "canonical";

/** What `canonical` shows. */
interface Canonical {
  /** An Accept-Language header. */
  readonly languages?: string | undefined;
  /** What the record store knows of activities, by their id. */
  readonly definitions?: ReadonlyMap<string, string>;
}

/**
 * A stored statement's text in the format that is asked for (Communication 2.1.3): as it is; with no more of agents,
 * groups, verbs and activities than tells which they are; or with the definitions of activities that all statements give
 * together, and one language of each text that there is, the one that is liked best. What a format has no say in stays
 * as it came.
 */
export function inFormat(text: string, format: StatementFormat, canonical: Canonical = {}): string {
  if (format === "exact") return text;
  return format === "ids" ? identified(text) : editStatement(text, canonicalParts(canonical));
}

/** Shows every activity of a statement, those of its context and its sub-statement too, as it stands in the text. */
export function eachActivity(text: string, visit: (activity: string) => void): void {
  const activity: Edit = (value) => {
    visit(value);
    return value;
  };
  editStatement(text, { actor: same, verb: same, activity, attachment: same });
}

/** What happens to each kind of thing in a statement. */
interface Parts {
  readonly actor: Edit;
  readonly verb: Edit;
  readonly activity: Edit;
  readonly attachment: Edit;
}

const same: Edit = (value) => value;

function editStatement(text: string, parts: Parts): string {
  const { actor, verb, activity } = parts;
  const each =
    (edit: Edit): Edit =>
    (value) =>
      editList(value, (item) => edit(item) ?? item);
  const wrapped = (name: string): Edit => each((value) => editObject(value, { [name]: actor }));
  const activities: Edit = each(activity);
  const context: Edit = (value) =>
    editObject(value, {
      instructor: actor,
      team: actor,
      contextAgents: wrapped("agent"),
      contextGroups: wrapped("group"),
      contextActivities: (lists) =>
        editObject(lists, {
          parent: activities,
          grouping: activities,
          category: activities,
          other: activities,
        }),
    });
  const object: Edit = (value) => {
    const { objectType } = JSON.parse(value) as { readonly objectType?: unknown };
    if (objectType === "SubStatement") return editStatement(value, parts);
    if (objectType === "StatementRef") return value;
    return objectType === "Agent" || objectType === "Group" ? actor(value) : activity(value);
  };
  return editObject(text, {
    ...{ actor, verb, object, context, authority: actor },
    attachments: each(parts.attachment),
  });
}

const identifiers = ["objectType", "mbox", "mbox_sha1sum", "openid", "account"];
/** An anonymous group is known by its members alone. */
const isIdentified = (value: Readonly<Record<string, unknown>>): boolean =>
  identifiers.slice(1).some((name) => Object.hasOwn(value, name));

function onlyIdentifiers(text: string): string {
  const value = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const dropped = ["name", ...(isIdentified(value) ? ["member"] : [])];
  return editObject(text, {
    ...Object.fromEntries(dropped.map((name) => [name, () => undefined])),
    ...(isIdentified(value) ? {} : { member: (members) => editList(members, onlyIdentifiers) }),
  });
}

const identified = (text: string): string =>
  editStatement(text, {
    actor: onlyIdentifiers,
    verb: (value) => editObject(value, { display: () => undefined }),
    activity: (value) => editObject(value, { objectType: () => undefined, definition: () => undefined }),
    attachment: same,
  });

const componentLists = ["choices", "scale", "source", "target", "steps"];

function canonicalParts({ languages, definitions }: Canonical): Parts {
  const one: Edit = (map) => oneLanguage(map, languages);
  const component = (text: string): string => editObject(text, { description: one });
  const components: Edit = (list) => editList(list, component);
  const definition = (text: string): string =>
    editObject(text, {
      name: one,
      description: one,
      ...Object.fromEntries(componentLists.map((name) => [name, components])),
    });
  return {
    actor: same,
    verb: (text) => editObject(text, { display: one }),
    activity: (text) => withDefinition(text, definitions, definition),
    attachment: (text) => editObject(text, { display: one, description: one }),
  };
}

/** What the statement itself says of an activity is the least of what counts: it may be an old one. */
function withDefinition(
  activity: string,
  definitions: ReadonlyMap<string, string> | undefined,
  show: (definition: string) => string,
): string {
  const own = valueIn(activity, "definition");
  const known = definitions?.get(JSON.parse(valueIn(activity, "id") ?? '""') as string);
  const whole = joinDefinitions([known, own].filter((one) => one !== undefined));
  if (whole === undefined) return activity;
  if (own !== undefined) return editObject(activity, { definition: () => show(whole) });
  return `${activity.trimEnd().slice(0, -1)},"definition":${show(whole)}}`;
}

function oneLanguage(map: string, languages: string | undefined): string {
  const tags = Object.keys(JSON.parse(map) as Readonly<Record<string, string>>);
  const chosen = matchLanguage(tags, languages);
  const others = tags.filter((tag) => tag !== chosen);
  return editObject(map, Object.fromEntries(others.map((tag) => [tag, () => undefined])));
}
