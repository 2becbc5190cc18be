/** What is wrong at one place of a value. `path` is a JSONPath from the statement (`$.actor.mbox`). */
export interface Finding {
  readonly path: string;
  readonly rule: Rule;
}

/** The stable names of the structural rules; the catalogues have no words for them, they are for developers. */
export type Rule =
  | "not_an_object"
  | "not_an_array"
  | "empty_list"
  | "not_a_string"
  | "not_a_number"
  | "not_a_boolean"
  | "not_a_whole_number"
  | "null_value"
  | "property_unknown"
  | "property_missing"
  | "value_unknown"
  | "iri_malformed"
  | "uuid_malformed"
  | "timestamp_malformed"
  | "duration_malformed"
  | "language_malformed"
  | "version_unsupported"
  | "mbox_malformed"
  | "sha1_malformed"
  | "sha2_malformed"
  | "media_type_malformed"
  | "out_of_range"
  | "identifier_missing"
  | "identifiers_many"
  | "members_missing"
  | "group_not_identified"
  | "authority_group_malformed"
  | "duplicate_component"
  | "interaction_type_missing"
  | "sub_statement_nested"
  | "object_not_an_activity"
  | "voiding_object_malformed";

export type Report = (path: string, rule: Rule) => void;

/** Looks at one value and reports what it finds; it never throws, whatever the value is. */
export type Check = (value: unknown, path: string, report: Report) => void;

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The own property, never one that the object inherits: a body may have any name as a key. */
export function own(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/;

export function at(path: string, name: string): string {
  return plainName.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;
}
