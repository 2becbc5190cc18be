import type { ContextBundle } from "./contexts.js";
import { VcError } from "./errors.js";
import { defaultMaxDepth, isJsonObject, type Json, type JsonObject } from "./json.js";

/** Objects, arrays and plain values together: more than any credential has, few enough for what takes their square. */
const maxValues = 4_000;

/**
 * What holds before a document is canonicalised: its depth and size are bounded, and every `@context` in it, however
 * deep, names bundled contexts only; with `inline`, contexts that are written into the document too.
 * @throws VcError `vc_json_too_deep`, `vc_json_malformed`, `vc_document_refused`, `vc_context_unknown`
 */
export function checkDocument(document: JsonObject, bundle: ContextBundle, inline = false): void {
  new Walker(bundle, inline).walk(document, 0);
}

class Walker {
  private left = maxValues;
  private readonly path: string[] = [];

  constructor(
    private readonly bundle: ContextBundle,
    private readonly inline: boolean,
  ) {}

  walk(value: Json, depth: number): void {
    this.left -= 1;
    if (this.left < 0) throw new VcError("vc_document_refused", { reason: "values", most: maxValues });
    if (typeof value !== "object" || value === null) return;
    if (depth >= defaultMaxDepth) throw new VcError("vc_json_too_deep", { maxDepth: defaultMaxDepth });
    if (!Array.isArray(value)) {
      this.members(value as JsonObject, depth);
      return;
    }
    for (const item of value as readonly Json[]) this.walk(item, depth + 1);
  }

  private members(object: JsonObject, depth: number): void {
    for (const name of Object.keys(object)) {
      const member = object[name] as Json;
      if (name === "__proto__") throw new VcError("vc_json_malformed", { path: pathText(this.path) });
      if (name === "@context") this.checkContext(member);
      this.path.push(name);
      this.walk(member, depth + 1);
      this.path.pop();
    }
  }

  private checkContext(value: Json): void {
    const named = Array.isArray(value) ? (value as readonly Json[]) : [value];
    const known = named.every((one) =>
      typeof one === "string" ? this.bundle.has(one) : this.inline && isJsonObject(one),
    );
    if (!known || named.length > this.bundle.size) {
      throw new VcError("vc_context_unknown", { path: `${pathText(this.path)}/@context`.slice(0, 200) });
    }
  }
}

function pathText(names: readonly string[]): string {
  return names.map((name) => `/${name}`).join("");
}
