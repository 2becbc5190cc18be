import type { ContextBundle } from "./contexts.js";
import { VcError } from "./errors.js";
import { isJsonObject, type Json, type JsonObject } from "./json.js";

/**
 * jsonld's active context, as far as this file touches it: jsonld calls the two functions as methods, so that they can
 * be replaced from outside on each context.
 */
interface ActiveContext {
  previousContext?: ActiveContext;
  clone: (this: ActiveContext) => ActiveContext;
  revertToPreviousContext: (this: ActiveContext) => ActiveContext;
}

interface Processed {
  readonly context: ActiveContext;
  readonly events: readonly unknown[];
}

interface ResolvedContext {
  readonly document: JsonObject | null;
  getProcessed(active: ActiveContext): Processed | undefined;
  setProcessed(active: ActiveContext, processed: Processed): void;
}

/** What jsonld's option `contextResolver` must be. */
export interface ContextResolver {
  resolve(request: { context: Json }): Promise<ResolvedContext[]>;
}

const maxProcessed = 400;

/**
 * A resolver that lives as long as the process, in place of the one that jsonld makes for each call. jsonld keeps what
 * processing a context gave under the *identity* of the active context before it, but clones that context wherever a
 * type-scoped context ends or begins, so it misses nearly always (its issue 414) and processes each scoped context anew
 * for each object. Here a clone that nobody has changed counts as the context that it was cloned from.
 */
export function createContextResolver(bundle: ContextBundle): ContextResolver {
  let memory = createMemory();
  const resolveOne = (context: Json): ResolvedContext => {
    if (context === null)
      return { document: null, getProcessed: () => undefined, setProcessed: () => undefined };
    if (isJsonObject(context)) return memory.resolved(context);
    const document = typeof context === "string" ? bundle.get(context)?.["@context"] : undefined;
    if (!isJsonObject(document)) throw new VcError("vc_context_unknown", { path: "" });
    return memory.resolved(document);
  };
  return {
    resolve: ({ context }) => {
      if (memory.isFull()) memory = createMemory();
      const inner = isWrapped(context) ? (context["@context"] ?? null) : context;
      const list = Array.isArray(inner) ? (inner as readonly Json[]) : [inner];
      return Promise.resolve(list.map(resolveOne));
    },
  };
}

function isWrapped(context: Json): context is JsonObject {
  return typeof context === "object" && context !== null && "@context" in context;
}

interface Memory {
  resolved(document: JsonObject): ResolvedContext;
  isFull(): boolean;
}

function createMemory(): Memory {
  const byIdentity = new WeakMap<JsonObject, ResolvedContext>();
  const byText = new Map<string, ResolvedContext>();
  const lineage = createLineage();
  let processedCount = 0;

  const make = (document: JsonObject): ResolvedContext => {
    const after = new WeakMap<ActiveContext, Processed>();
    const afterReturning = new WeakMap<ActiveContext, Processed>();
    const place = (active: ActiveContext): [WeakMap<ActiveContext, Processed>, ActiveContext] => {
      const origin = lineage.unchangedCloneOf(active);
      return origin ? [afterReturning, origin] : [after, active];
    };
    return {
      document,
      getProcessed: (active) => {
        const [map, key] = place(active);
        return map.get(key);
      },
      setProcessed: (active, processed) => {
        const [map, key] = place(active);
        lineage.settle(processed.context);
        map.set(key, processed);
        processedCount += 1;
      },
    };
  };
  return {
    isFull: () => processedCount > maxProcessed,
    resolved: (document) => {
      const known = byIdentity.get(document);
      if (known) return known;
      // jsonld clones the definitions that hold scoped contexts, so equal ones come as many objects.
      const text = JSON.stringify(document);
      const resolved = byText.get(text) ?? make(document);
      byText.set(text, resolved);
      byIdentity.set(document, resolved);
      return resolved;
    },
  };
}

interface Lineage {
  /** The settled context that this one was cloned from for a type-scoped context that is about to begin. */
  unchangedCloneOf(active: ActiveContext): ActiveContext | undefined;
  /** Says that a context is complete: nobody changes it any more. */
  settle(context: ActiveContext): void;
}

function createLineage(): Lineage {
  const settled = new WeakSet<ActiveContext>();
  const origins = new WeakMap<ActiveContext, ActiveContext>();
  let cloneOfJsonld: ActiveContext["clone"] | undefined;

  // jsonld gives a clone the same two functions.
  function clone(this: ActiveContext): ActiveContext {
    const child = cloneOfJsonld?.call(this) ?? this;
    if (settled.has(this)) origins.set(child, this);
    return child;
  }
  function revertToPreviousContext(this: ActiveContext): ActiveContext {
    return this.previousContext ?? this;
  }
  return {
    unchangedCloneOf: (active) => {
      const origin = origins.get(active);
      return origin !== undefined && origin === active.previousContext ? origin : undefined;
    },
    settle: (context) => {
      origins.delete(context);
      settled.add(context);
      const before = context.previousContext && origins.get(context.previousContext);
      if (before) context.previousContext = before;
      context.revertToPreviousContext = revertToPreviousContext;
      if (context.clone === clone) return;
      cloneOfJsonld = context.clone;
      context.clone = clone;
    },
  };
}
