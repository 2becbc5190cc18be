import { LrsError } from "./errors.js";
import { scanObjects } from "./json-text.js";
import { parseJson } from "./received.js";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Whether a content type is JSON's, whatever its parameters are. */
export function isJson(contentType: string): boolean {
  return /^application\/json\s*(;|$)/i.test(contentType.trim());
}

/**
 * The text of JSON content. Throws `lrs_not_utf8`, and `lrs_json_…` for what is no JSON, is nested too deeply or has a
 * name twice: of the two one would be lost in a merge.
 */
export function jsonOf(content: Buffer): string {
  const text = decoded(content);
  parseJson(text);
  scanObjects(text);
  return text;
}

/**
 * Both objects' properties, the new one's where both have one (Communication 2.2: one level deep). Values stay as they
 * were written, names are never read as anything but names. Throws `lrs_document_not_an_object`.
 */
export function mergeJson(before: string, after: string): string {
  mustBeObject(before);
  mustBeObject(after);
  return mergeObjects(before, after);
}

/** The same of texts that are known to be objects. */
export function mergeObjects(before: string, after: string): string {
  const slices = new Map([...slicesOf(before), ...slicesOf(after)]);
  return `{${[...slices].map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(",")}}`;
}

/** Throws `lrs_document_not_an_object`. */
export function mustBeObject(text: string): void {
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new LrsError("lrs_document_not_an_object");
}

function slicesOf(text: string): (readonly [string, string])[] {
  const [span] = scanObjects(text);
  return (span?.members ?? []).map(({ name, start, end }) => [name, text.slice(start, end)] as const);
}

function decoded(content: Buffer): string {
  try {
    return utf8.decode(content);
  } catch (cause) {
    throw new LrsError("lrs_not_utf8", {}, { cause });
  }
}
