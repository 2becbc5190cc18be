import { createRequire } from "node:module";
import type jsonldTypes from "jsonld";
import type rdfCanonize from "rdf-canonize";
import type { Quad } from "rdf-canonize";
import { createContextResolver } from "./context-resolver.js";
import type { ContextBundle } from "./contexts.js";
import { VcError } from "./errors.js";
import type { Json, JsonObject } from "./json.js";
import { createReadPlain } from "./plain-rdf.js";

const require = createRequire(import.meta.url);
const maxQuads = 2_000;
const expansionMs = 3_000;
/** A certificate takes less than one; only a dataset made to be slow takes more than a few. */
const canonicalisationMs = 700;

/** What @types/jsonld leaves out. */
interface ContextProcessor {
  processContext(active: object | null, context: Json, options: object): Promise<object>;
}

/** Gives a JSON-LD document as canonical N-Quads. */
export type Canonize = (document: JsonObject) => Promise<string>;

/**
 * Canonical N-Quads (RDFC-1.0) of a JSON-LD document whose contexts are bundled. jsonld's safe mode is on: what would be
 * lost (a term of no context, a relative IRI) is refused. At most 2,000 quads, rdf-canonize's least work limit, 3 s for expansion and 0.7 s for
 * canonicalisation.
 * @throws VcError `vc_document_refused`
 */
export function createCanonize(bundle: ContextBundle): Canonize {
  // jsonld takes a third of a second to load, which every start of the tool would pay.
  const jsonld = late(() => require("jsonld") as typeof jsonldTypes);
  const rdf = late(() => require("rdf-canonize") as typeof rdfCanonize);
  const contextResolver = createContextResolver(bundle);
  const options = { safe: true, base: null, rdfDirection: "i18n-datatype", documentLoader: refuse };
  const readPlain = createReadPlain((active, context) =>
    (jsonld() as unknown as ContextProcessor).processContext(active, context, {
      ...options,
      contextResolver,
    }),
  );

  const expand = async (document: JsonObject): Promise<readonly Quad[]> => {
    const signal = createDeadline(expansionMs);
    const resolve: typeof contextResolver.resolve = (request) => {
      if (signal.aborted) throw new VcError("vc_document_refused", { reason: "time" });
      return contextResolver.resolve(request);
    };
    const toRdf = { ...options, contextResolver: { resolve } } as unknown as jsonldTypes.Options.ToRdf;
    return (await jsonld().toRDF(document, toRdf)) as readonly Quad[];
  };
  return async (document) => {
    const dataset = await refusing(
      "json_ld",
      async () => (await readPlain(document)) ?? (await expand(document)),
    );
    if (dataset.length > maxQuads)
      throw new VcError("vc_document_refused", { reason: "quads", most: maxQuads });
    const signal = createDeadline(canonicalisationMs);
    const how = { algorithm: "RDFC-1.0", maxWorkFactor: 1, signal } as const;
    return await refusing("work", () => rdf().canonize(dataset, how));
  };
}

/** Whatever fails in it is no fault of ours, but of the document. */
async function refusing<T>(reason: "json_ld" | "work", make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (cause) {
    if (cause instanceof VcError) throw cause;
    throw new VcError("vc_document_refused", { reason }, { cause });
  }
}

function refuse(): never {
  throw new VcError("vc_context_unknown", { path: "" });
}

/** An abort signal that tells the time when it is looked at: no timer has to get its turn. */
function createDeadline(ms: number): AbortSignal {
  const end = performance.now() + ms;
  const signal = {
    reason: "time",
    get aborted() {
      return performance.now() > end;
    },
  };
  return signal as unknown as AbortSignal;
}

function late<T>(load: () => T): () => T {
  let loaded: T | undefined;
  return () => (loaded ??= load());
}
