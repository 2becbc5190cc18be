import { XapiError } from "../errors.js";
import { isObject } from "../statements/findings.js";

/** A compiled JSONPath: every value that it selects in a document, in document order. */
export type JsonPath = (root: unknown) => unknown[];

type Step = (values: readonly unknown[]) => unknown[];

const token =
  /\.\.(?:([A-Za-z_$@][\w$@-]*)|(\*)|(?=\[))|\.(?:([A-Za-z_$@][\w$@-]*)|(\*))|\[\s*(\*|(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|-?\d+)(?:\s*,\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|-?\d+))*)\s*\]/y;

/**
 * Compiles the JSONPath subset of the Profiles specification (Part Two §8.1): names, indices, wildcards, unions,
 * descendants, and `|` between whole paths. Filters, scripts and slices are refused with `profile_invalid`.
 */
export function compileJsonPath(source: string): JsonPath {
  const paths = splitPaths(source).map((path) => compileOne(path.trim()));
  return (root) => paths.flatMap((path) => path(root));
}

/** Splits at the bars that stand outside of quotes. */
function splitPaths(source: string): string[] {
  return source.match(/(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^|])+/g) ?? [""];
}

function compileOne(path: string): JsonPath {
  if (!path.startsWith("$")) throw new XapiError("profile_invalid", { rule: "json_path", path });
  const steps: Step[] = [];
  let position = 1;
  while (position < path.length) {
    token.lastIndex = position;
    const match = token.exec(path);
    if (!match) throw new XapiError("profile_invalid", { rule: "json_path", path });
    steps.push(...stepsOf(match));
    position = token.lastIndex;
  }
  return (root) => steps.reduce<unknown[]>((values, step) => step(values), [root]);
}

function stepsOf(match: RegExpExecArray): Step[] {
  const [whole, deepName, deepWildcard, name, wildcard, bracket] = match;
  const steps: Step[] = whole.startsWith("..") ? [descend] : [];
  const key = deepName ?? name;
  if (key !== undefined) steps.push(child([key]));
  else if (deepWildcard !== undefined || wildcard !== undefined || bracket === "*") steps.push(everyChild);
  else if (bracket !== undefined) steps.push(child(keysOf(bracket)));
  return steps;
}

function keysOf(bracket: string): (string | number)[] {
  const parts = bracket.match(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|-?\d+/g) ?? [];
  return parts.map((part) => (/^['"]/.test(part) ? part.slice(1, -1).replace(/\\(.)/g, "$1") : Number(part)));
}

function child(keys: readonly (string | number)[]): Step {
  return (values) => values.flatMap((value) => keys.flatMap((key) => childOf(value, key)));
}

function childOf(value: unknown, key: string | number): unknown[] {
  if (Array.isArray(value)) {
    const index = typeof key === "number" && key < 0 ? value.length + key : key;
    return typeof index === "number" && index >= 0 && index < value.length ? [value[index] as unknown] : [];
  }
  const name = String(key);
  return isObject(value) && Object.hasOwn(value, name) ? [value[name]] : [];
}

const everyChild: Step = (values) => values.flatMap(childrenOf);

/** Each value and all that is within it. */
const descend: Step = (values) => values.flatMap((value) => [value, ...descend(childrenOf(value))]);

function childrenOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  return isObject(value) ? Object.values(value) : [];
}
