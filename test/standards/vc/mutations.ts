import fc from "fast-check";
import type { Json, JsonObject } from "../../../src/standards/vc/index.js";

/** Where a value stands in a document: member names and places in arrays. */
export type Path = readonly (string | number)[];

/** A document as something that can be changed. */
export type Draft = Json[] | { [member: string]: Json };

export interface Place {
  readonly path: Path;
  readonly value: Json;
}

/** Every value in a document but the document itself, in order. */
export function placesIn(value: Json, path: Path = []): Place[] {
  const here = path.length === 0 ? [] : [{ path, value }];
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    return [...here, ...items.flatMap((item, place) => placesIn(item, [...path, place]))];
  }
  if (typeof value !== "object" || value === null) return here;
  return [...here, ...Object.entries(value).flatMap(([name, member]) => placesIn(member, [...path, name]))];
}

export interface Mutation {
  readonly kind: string;
  readonly document: JsonObject;
}

type Change = (holder: Draft, at: string | number, value: Json, draw: (most: number) => number) => boolean;

const own = (holder: Draft, at: string | number, value: Json): true => {
  (holder as Record<string | number, Json>)[at] = value;
  return true;
};
const rotated = (list: readonly Json[], by: number): Json[] => [...list.slice(by), ...list.slice(0, by)];

/** What is done to one value, by its kind; false when that kind does not fit the value. */
const changes: Readonly<Record<string, Change>> = {
  "change a text": (holder, at, value, draw) =>
    typeof value === "string" && own(holder, at, alter(value, draw(value.length))),
  "change a value's kind": (holder, at, value) => own(holder, at, value === 7 ? "7" : 7),
  "make it null": (holder, at) => own(holder, at, null),
  "drop a member": (holder, at) => !Array.isArray(holder) && Reflect.deleteProperty(holder, at),
  "drop an item": (holder, at) => Array.isArray(holder) && holder.splice(at as number, 1).length === 1,
  "add an unknown member": (_, __, value) => isDraftObject(value) && own(value, "unheardOf", "x"),
  "add a known member": (_, __, value) =>
    isDraftObject(value) && !("description" in value) && own(value, "description", "added"),
  "add a null member": (_, __, value) =>
    isDraftObject(value) && !("description" in value) && own(value, "description", null),
  "add an empty list": (_, __, value) =>
    isDraftObject(value) && !("description" in value) && own(value, "description", []),
  "move items about": (holder, at, value, draw) => {
    if (!Array.isArray(value) || value.length < 2) return false;
    const moved = rotated(value as readonly Json[], 1 + draw(value.length - 1));
    return JSON.stringify(moved) !== JSON.stringify(value) && own(holder, at, moved);
  },
  "move into a list": (holder, at, value) => own(holder, at, [value]),
  "move out of a list": (holder, at, value) =>
    Array.isArray(value) && value.length === 1 && own(holder, at, (value as readonly Json[])[0] ?? null),
  "move a member up": (holder, _at, value, draw) => {
    if (!isDraftObject(value) || Array.isArray(holder)) return false;
    const names = Object.keys(value).filter((name) => !(name in holder));
    const name = names[draw(names.length)];
    if (name === undefined) return false;
    own(holder, name, value[name] ?? null);
    return Reflect.deleteProperty(value, name);
  },
  "duplicate an item": (holder, at, value) =>
    Array.isArray(holder) && holder.splice(at as number, 0, structuredClone(value)).length === 0,
};

export const kinds = Object.keys(changes);

function isDraftObject(value: Json): value is { [member: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The text with one character replaced, or with one more. */
function alter(text: string, place: number): string {
  const after = text.charAt(place) === "a" ? "b" : "a";
  return `${text.slice(0, place)}${after}${text.slice(place + 1)}`;
}

/** The mutation of one kind at one place; undefined when it does not fit there. */
export function mutate(
  document: JsonObject,
  kind: string,
  path: Path,
  draw: (most: number) => number,
): Mutation | undefined {
  const draft = structuredClone<Record<string, Json>>(document);
  let holder: Draft = draft;
  for (const step of path.slice(0, -1)) holder = (holder as Record<string | number, Json>)[step] as Draft;
  const at = path.at(-1)!;
  const value = (holder as Record<string | number, Json>)[at]!;
  return changes[kind]!(holder, at, value, draw) ? { kind, document: draft } : undefined;
}

/** Any mutation of a document that fits. */
export function mutationsOf(document: JsonObject, places = placesIn(document)): fc.Arbitrary<Mutation> {
  return fc
    .record({
      kind: fc.constantFrom(...kinds),
      place: fc.nat(places.length - 1),
      draw: fc.nat(),
    })
    .map(({ kind, place, draw }) =>
      mutate(document, kind, places[place]!.path, (most) => (most > 0 ? draw % most : 0)),
    )
    .filter((mutation) => mutation !== undefined);
}
