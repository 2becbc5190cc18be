import type { ContextBundle } from "./contexts.js";
import { VcError } from "./errors.js";
import { defaultMaxDepth, type Json, type JsonObject } from "./json.js";

/** Objects, arrays and plain values together: more than any credential has, few enough for what takes their square. */
const maxValues = 4_000;

/**
 * What holds before a document is canonicalised: its depth and size are bounded, and every `@context` in it, however
 * deep, names bundled contexts only.
 * @throws VcError `vc_json_too_deep`, `vc_json_malformed`, `vc_document_refused`, `vc_context_unknown`
 */
export function checkDocument(document: JsonObject, bundle: ContextBundle): void {
  let left = maxValues;
  const walk = (value: Json, depth: number, path: string): void => {
    left -= 1;
    if (left < 0) throw new VcError("vc_document_refused", { reason: "values", most: maxValues });
    if (typeof value !== "object" || value === null) return;
    if (depth >= defaultMaxDepth) throw new VcError("vc_json_too_deep", { maxDepth: defaultMaxDepth });
    if (Array.isArray(value)) {
      for (const item of value as readonly Json[]) walk(item, depth + 1, path);
      return;
    }
    for (const [name, member] of Object.entries(value)) {
      if (name === "__proto__") throw new VcError("vc_json_malformed", { path });
      if (name === "@context") checkContext(member, bundle, path);
      walk(member, depth + 1, `${path}/${name}`);
    }
  };
  walk(document, 0, "");
}

function checkContext(value: Json, bundle: ContextBundle, path: string): void {
  const named = Array.isArray(value) ? (value as readonly Json[]) : [value];
  const known = named.every((url) => typeof url === "string" && bundle.has(url));
  if (!known || named.length > bundle.size) {
    throw new VcError("vc_context_unknown", { path: `${path}/@context`.slice(0, 200) });
  }
}
