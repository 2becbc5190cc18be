import { VcError } from "./errors.js";
import { isWellFormed, type Json, type JsonObject } from "./json.js";

/**
 * The JSON Canonicalization Scheme (RFC 8785): members sorted by UTF-16 code units, texts and numbers as ECMAScript
 * writes them.
 * @throws VcError `vc_json_malformed` for what is no I-JSON: a number that is not finite, a lone surrogate, no JSON at all
 */
export function canonicalJson(value: Json): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (typeof value === "boolean" || value === null) return String(value);
  if (typeof value !== "object") throw new VcError("vc_json_malformed");
  if (!Array.isArray(value)) return canonicalObject(value as JsonObject);
  return `[${(value as readonly Json[]).map(canonicalJson).join(",")}]`;
}

function canonicalObject(value: JsonObject): string {
  let text = "";
  // Sorting without a comparison function is by UTF-16 code units.
  for (const name of Object.keys(value).sort()) {
    text += `${text === "" ? "" : ","}${quoted(name)}:${canonicalJson(value[name] as Json)}`;
  }
  return `{${text}}`;
}

// eslint-disable-next-line no-control-regex -- RFC 8785 §3.2.2.2 names them
const notPlain = /["\\\u0000-\u001f\ud800-\udfff]/;

function quoted(text: string): string {
  if (!notPlain.test(text)) return `"${text}"`;
  if (!isWellFormed(text)) throw new VcError("vc_json_malformed");
  return JSON.stringify(text);
}
