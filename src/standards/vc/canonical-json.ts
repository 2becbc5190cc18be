import canonicalize from "canonicalize";
import { VcError } from "./errors.js";
import type { Json } from "./json.js";

/**
 * The JSON Canonicalization Scheme (RFC 8785).
 * @throws VcError `vc_json_malformed` for what is no I-JSON: a number that is not finite, a lone surrogate
 */
export function canonicalJson(value: Json): string {
  try {
    const text = canonicalize(value);
    if (text !== undefined) return text;
  } catch (cause) {
    throw new VcError("vc_json_malformed", {}, { cause });
  }
  throw new VcError("vc_json_malformed");
}
