import type { Quad } from "rdf-canonize";
import type { Json, JsonObject } from "./json.js";
import { PlainReader } from "./plain-reader.js";
import { readScope, type Scope } from "./plain-terms.js";

/** jsonld's own context processing; with two nulls it gives its initial context. */
export type ProcessContext = (active: object | null, context: Json) => Promise<object>;

/** The quads of a plain JSON-LD document; undefined for every other, which jsonld has to expand. */
export type ReadPlain = (document: JsonObject) => Promise<Quad[] | undefined>;

const maxScopes = 256;
const maxNewScopes = 40;

/**
 * Expansion and RDF conversion (JSON-LD 1.1 API §5.1, §8.1) for documents that use terms of their contexts for
 * absolute IRIs, texts, whole numbers, objects and arrays of these, as certificates do. What each term means is taken
 * from jsonld's own processing of the contexts, kept between documents. Whatever is not plain (a keyword, an unknown
 * term, an inner context, a relative IRI, null, an empty object, a value twice) is left to jsonld, whose word on it
 * counts; a property test holds the two equal.
 */
export function createReadPlain(process: ProcessContext): ReadPlain {
  let roots = new Map<string, Scope | undefined>();
  let scopeCount = 0;

  const make = async (outer: Scope | undefined, start: object | null, list: readonly Json[]) => {
    if (list.includes(null)) return undefined;
    scopeCount += 1;
    try {
      let active = start ?? (await process(null, null));
      for (const context of list) active = await process(active, context);
      return readScope(active, outer);
    } catch {
      // jsonld will say in its own words what is wrong.
      return undefined;
    }
  };
  return async (document) => {
    if (scopeCount > maxScopes) {
      roots = new Map();
      scopeCount = 0;
    }
    const { "@context": context, ...node } = document;
    if (!Array.isArray(context) || !context.every((one) => typeof one === "string")) return undefined;
    const key = JSON.stringify(context);
    if (!roots.has(key)) roots.set(key, await make(undefined, null, context));
    const root = roots.get(key);
    for (let round = 0; root && round <= maxNewScopes; round += 1) {
      const reader = new PlainReader();
      const top = reader.node(node, root);
      if (top && reader.quads.length > 0) return reader.quads;
      // A scope that nobody asked for before is made, and the document read again from its beginning.
      if (!reader.missing) return undefined;
      const { scope, types } = reader.missing;
      const list = types.map((type) => scope.typeContexts.get(type) ?? null);
      scope.inner.set(types.join("\n"), await make(scope, scope.active, list));
    }
    return undefined;
  };
}
