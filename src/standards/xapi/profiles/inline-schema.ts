import { XapiError } from "../errors.js";
import { canonicalJson } from "../statements/canonical-json.js";
import { isObject, own, type JsonObject } from "../statements/findings.js";
import { isIri } from "../statements/values.js";

/** Whether a value follows the schema. */
export type SchemaCheck = (value: unknown) => boolean;

/** What one keyword asks of a value; a keyword about another type than the value's is always satisfied. */
type Keyword = (argument: never, schema: JsonObject, path: string) => SchemaCheck;

const types: Readonly<Record<string, SchemaCheck>> = {
  array: Array.isArray,
  boolean: (value) => typeof value === "boolean",
  integer: Number.isInteger,
  null: (value) => value === null,
  number: (value) => typeof value === "number",
  object: isObject,
  string: (value) => typeof value === "string",
};

const keywords: Readonly<Record<string, Keyword>> = {
  $schema: () => always,
  title: () => always,
  description: () => always,
  type: (name: unknown, _schema, path) => {
    const check = typeof name === "string" && Object.hasOwn(types, name) ? types[name] : undefined;
    return check ?? refuse(path, "schema_type");
  },
  enum: (values: unknown, _schema, path) => {
    if (!Array.isArray(values)) return refuse(path, "schema_enum");
    const allowed = new Set(values.map(canonicalJson));
    return (value) => allowed.has(canonicalJson(value));
  },
  pattern: (source: unknown, _schema, path) => {
    if (typeof source !== "string") return refuse(path, "schema_pattern");
    const expression = compileExpression(source, path);
    return (value) => typeof value !== "string" || expression.test(value);
  },
  format: (name: unknown, _schema, path) =>
    name === "uri" ? (value) => typeof value !== "string" || isIri(value) : refuse(path, "schema_format"),
  minimum: (least: unknown, _schema, path) => {
    if (typeof least !== "number") return refuse(path, "schema_minimum");
    return (value) => typeof value !== "number" || value >= least;
  },
  maximum: (most: unknown, _schema, path) => {
    if (typeof most !== "number") return refuse(path, "schema_maximum");
    return (value) => typeof value !== "number" || value <= most;
  },
  minItems: (count: unknown, _schema, path) => {
    if (typeof count !== "number") return refuse(path, "schema_min_items");
    return (value) => !Array.isArray(value) || value.length >= count;
  },
  uniqueItems: (wanted: unknown) => (value) =>
    wanted !== true || !Array.isArray(value) || new Set(value.map(canonicalJson)).size === value.length,
  items: (schema: unknown, _schema, path) => {
    const item = compileSchema(schema, `${path}.items`);
    return (value) => !Array.isArray(value) || value.every(item);
  },
  minProperties: (count: unknown, _schema, path) => {
    if (typeof count !== "number") return refuse(path, "schema_min_properties");
    return (value) => !isObject(value) || Object.keys(value).length >= count;
  },
  required: (names: unknown, _schema, path) => {
    if (!Array.isArray(names)) return refuse(path, "schema_required");
    return (value) => !isObject(value) || names.every((name) => Object.hasOwn(value, String(name)));
  },
  properties: (schemas: unknown, _schema, path) => {
    if (!isObject(schemas)) return refuse(path, "schema_properties");
    const checks = Object.entries(schemas).map(
      ([name, schema]) => [name, compileSchema(schema, `${path}.${name}`)] as const,
    );
    return (value) =>
      !isObject(value) || checks.every(([name, check]) => !Object.hasOwn(value, name) || check(value[name]));
  },
  additionalProperties: (allowed: unknown, schema, path) => {
    if (typeof allowed !== "boolean") return refuse(path, "schema_additional_properties");
    const known = new Set(Object.keys(own(schema, "properties") ?? {}));
    return (value) => allowed || !isObject(value) || Object.keys(value).every((name) => known.has(name));
  },
};

/**
 * Compiles the part of JSON Schema Draft-07 that our profile speaks. A keyword that it does not know is refused with
 * `profile_invalid`, so that nothing in a schema is silently not checked. `path` is for the error.
 */
export function compileSchema(schema: unknown, path: string): SchemaCheck {
  if (!isObject(schema)) return refuse(path, "schema_not_an_object");
  const checks = Object.entries(schema).map(([name, argument]) => {
    const keyword = Object.hasOwn(keywords, name) ? keywords[name] : undefined;
    if (keyword === undefined) return refuse(`${path}.${name}`, "schema_keyword_unknown");
    return keyword(argument as never, schema, path);
  });
  return (value) => checks.every((check) => check(value));
}

const always: SchemaCheck = () => true;

function compileExpression(source: string, path: string): RegExp {
  try {
    return new RegExp(source, "u");
  } catch (cause) {
    throw new XapiError("profile_invalid", { rule: "schema_pattern", path }, { cause });
  }
}

function refuse(path: string, rule: string): never {
  throw new XapiError("profile_invalid", { rule, path });
}
