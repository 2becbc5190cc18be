import { validateStatement, type Statement, type XapiVersion } from "../xapi/index.js";
import { LrsError } from "./errors.js";
import { boundJson } from "./json-bounds.js";
import { scanObjects, type ObjectSpan } from "./json-text.js";

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
  const parsed = parseJson(text);
  const values: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  if (values.length > mostStatements) throw new LrsError("lrs_batch_too_large", { most: mostStatements });
  const spans = scanObjects(text);
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
  boundJson(text);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new LrsError("lrs_json_malformed", {}, { cause });
  }
}

/** JSON texts by property name. */
export type Assigned = Readonly<Record<string, string>>;

/**
 * The received text with properties of the LRS put in: each in place of the value that was there, or at the end. Every
 * other character stays as it came, so numbers, escapes and order do.
 */
export function withProperties({ text, span }: Received, assigned: Assigned): string {
  const left = new Map(Object.entries(assigned));
  let out = "";
  let from = span.start;
  for (const { name, start, end } of span.members) {
    const value = left.get(name);
    if (value === undefined) continue;
    out += text.slice(from, start) + value;
    from = end;
    left.delete(name);
  }
  out += text.slice(from, span.end - 1).trimEnd();
  for (const [name, value] of left) out += `,${JSON.stringify(name)}:${value}`;
  return `${out}}`;
}
