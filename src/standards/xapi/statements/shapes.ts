import { at, isObject, type Check, type JsonObject, type Report, type Rule } from "./findings.js";

/** A string that satisfies a test; the empty string is a string like any other. */
export function text(rule?: Rule, test?: (value: string) => boolean): Check {
  return (value, path, report) => {
    if (typeof value !== "string") report(path, value === null ? "null_value" : "not_a_string");
    else if (rule !== undefined && test !== undefined && !test(value)) report(path, rule);
  };
}

/** One of the listed strings, in exactly this case. */
export function oneOf(...values: readonly string[]): Check {
  return text("value_unknown", (value) => values.includes(value));
}

export const boolean: Check = (value, path, report) => {
  if (typeof value !== "boolean") report(path, value === null ? "null_value" : "not_a_boolean");
};

export const number: Check = (value, path, report) => {
  if (typeof value !== "number") report(path, value === null ? "null_value" : "not_a_number");
};

export const wholeNumber: Check = (value, path, report) => {
  number(value, path, report);
  if (typeof value === "number" && (!Number.isInteger(value) || value < 0))
    report(path, "not_a_whole_number");
};

export function list(item: Check): Check {
  return (value, path, report) => {
    if (!Array.isArray(value)) report(path, value === null ? "null_value" : "not_an_array");
    else value.forEach((member, index) => item(member, `${path}[${index}]`, report));
  };
}

export interface Shape {
  readonly required?: Readonly<Record<string, Check>>;
  readonly optional?: Readonly<Record<string, Check>>;
  /** Looks at the object as a whole, once it is known to be one. */
  readonly also?: (value: JsonObject, path: string, report: Report) => void;
}

/** An object with these properties and no others (Data 2.2): names compare exactly, so a wrong case is unknown. */
export function object(shape: Shape): Check {
  const checks = new Map(
    Object.entries({ ...shape.required, ...shape.optional }).map(
      // The step of a path is made here, once, and not for each statement that nothing is wrong with.
      ([name, check]) => [name, { check, step: at("", name) }] as const,
    ),
  );
  const required = Object.keys(shape.required ?? {});
  return (value, path, report) => {
    if (!isObject(value)) {
      report(path, value === null ? "null_value" : "not_an_object");
      return;
    }
    for (const name of required) if (!Object.hasOwn(value, name)) report(at(path, name), "property_missing");
    for (const name of Object.keys(value)) {
      const known = checks.get(name);
      if (known === undefined) report(at(path, name), "property_unknown");
      else known.check(value[name], path + known.step, report);
    }
    shape.also?.(value, path, report);
  };
}

/** An object with any keys that satisfy `key`, each with a value that satisfies `value`. */
export function mapOf(key: (name: string) => boolean, rule: Rule, value?: Check): Check {
  return (map, path, report) => {
    if (!isObject(map)) {
      report(path, map === null ? "null_value" : "not_an_object");
      return;
    }
    for (const name of Object.keys(map)) {
      if (!key(name)) report(at(path, name), rule);
      value?.(map[name], at(path, name), report);
    }
  };
}
