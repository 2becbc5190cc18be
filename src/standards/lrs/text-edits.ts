import { scanObjects } from "./json-text.js";

/** What becomes of a property's value, as JSON text; `undefined` leaves the property out. */
export type Edit = (value: string) => string | undefined;

/**
 * A JSON object's text with some of its values changed. What no edit names stays as it came, character for character,
 * so numbers and escapes do. A text that is no object comes back as it is.
 */
export function editObject(text: string, edits: Readonly<Record<string, Edit>>): string {
  const [span] = scanObjects(text);
  if (span === undefined || !text.trimStart().startsWith("{")) return text;
  const members = span.members.flatMap(({ name, start, end }) => {
    const value = text.slice(start, end);
    const edit = Object.hasOwn(edits, name) ? edits[name] : undefined;
    const edited = edit === undefined ? value : edit(value);
    return edited === undefined ? [] : [`${JSON.stringify(name)}:${edited}`];
  });
  return `{${members.join(",")}}`;
}

/** The text of one property's value of a JSON object's text. */
export function valueIn(text: string, name: string): string | undefined {
  const member = scanObjects(text)[0]?.members.find((one) => one.name === name);
  return member && text.slice(member.start, member.end);
}

/** A JSON list's text with each object in it changed; a single object is taken for a list of one. */
export function editList(text: string, edit: (item: string) => string): string {
  const items = scanObjects(text).map(({ start, end }) => edit(text.slice(start, end)));
  return `[${items.join(",")}]`;
}

const kinds = ["parent", "grouping", "category", "other"];
const asList: Edit = (value) => (value.trimStart().startsWith("{") ? `[${value}]` : value);
const asLists = (value: string): string =>
  editObject(value, Object.fromEntries(kinds.map((kind) => [kind, asList])));

/**
 * A context's text with each of its contextActivities as a list, as an LRS has to return them (Data 2.4.6.2); every
 * other character as it came.
 */
export function listContextActivities(context: string): string {
  return editObject(context, { contextActivities: asLists });
}

/** The same within a sub-statement. */
export function listInnerContextActivities(subStatement: string): string {
  return editObject(subStatement, { context: listContextActivities });
}
