import { validateStatement, type Statement, type XapiVersion } from "../xapi/index.js";
import { LrsError } from "./errors.js";
import { deepest, outlineJson, type ObjectSpan } from "./json-bounds.js";
import { scanObjects } from "./json-text.js";

/** A statement as it came: its meaning, its text, and where its properties stand in the text. */
export interface Received {
  readonly statement: Statement;
  readonly text: string;
  readonly span: ObjectSpan;
}

/** One request is worked through in one go, and others wait for it. */
const mostStatements = 1000;

/**
 * Reads one statement or a list of them from JSON text. Throws `lrs_json_…` for what is no acceptable JSON,
 * `lrs_batch_too_large`, and `lrs_statement_malformed` with the path of the first breach of that version's rules.
 */
export function readStatements(text: string, version: XapiVersion): Received[] {
  const { spans, names } = outlineJson(text);
  const parsed = parsedJson(text);
  const values: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  if (values.length > mostStatements) throw new LrsError("lrs_batch_too_large", { most: mostStatements });
  // A parser keeps one of two equal names: only then is there anything to look for.
  if (countNames(parsed) !== names) scanObjects(text);
  return values.map((value, index) => {
    const [finding] = validateStatement(value, version);
    const span = spans[index];
    if (finding !== undefined || span === undefined) {
      const place = Array.isArray(parsed) ? { index } : {};
      throw new LrsError("lrs_statement_malformed", { path: finding?.path, rule: finding?.rule, ...place });
    }
    return { statement: value as Statement, text, span };
  });
}

/** Throws `lrs_json_malformed`, `lrs_json_too_deep`, `lrs_json_too_large`. */
export function parseJson(text: string): unknown {
  outlineJson(text);
  return parsedJson(text);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new LrsError("lrs_json_malformed", {}, { cause });
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

/** How many names of properties there are in a value, however deep. Throws `lrs_json_too_deep`. */
function countNames(value: unknown, depth = 0): number {
  if (depth > deepest) throw new LrsError("lrs_json_too_deep", { deepest });
  if (typeof value !== "object" || value === null) return 0;
  let names = 0;
  if (Array.isArray(value)) {
    for (const item of value) names += countNames(item, depth + 1);
    return names;
  }
  // Nothing is inherited: a parser made it. A list of its values would be made for each object.
  for (const name in value) names += 1 + countNames((value as JsonObject)[name], depth + 1);
  return names;
}

/** JSON texts by property name. */
export type Assigned = ReadonlyMap<string, string>;

/**
 * The received text with properties of the LRS put in: each in place of the value that was there, or at the end. Every
 * other character stays as it came, so numbers, escapes and order do. The names are those of the standard, and need no
 * escape.
 */
export function withProperties({ text, span }: Received, assigned: Assigned): string {
  const placed = new Set<string>();
  let out = "";
  let from = span.start;
  for (const { name, start, end } of span.members) {
    const value = assigned.get(name);
    if (value === undefined) continue;
    out += text.slice(from, start) + value;
    from = end;
    placed.add(name);
  }
  out += text.slice(from, span.end - 1).trimEnd();
  for (const [name, value] of assigned) if (!placed.has(name)) out += `,"${name}":${value}`;
  return `${out}}`;
}
