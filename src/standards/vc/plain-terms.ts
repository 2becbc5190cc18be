import type { Term as RdfTerm } from "rdf-canonize";
import type { Json } from "./json.js";

export type NamedNode = NonNullable<RdfTerm["datatype"]>;

export interface Property {
  readonly kind: "property";
  readonly predicate: NamedNode;
  /** How plain values are read: as IRIs, or as literals of this datatype or of their own. */
  readonly values: "iri" | { readonly datatype: NamedNode | undefined };
  readonly isList: boolean;
}

/** What a member's name means in one place of a document, when it means something plain. */
export type Term = { readonly kind: "id" | "type" } | Property;

/** One active context of jsonld, read once. */
export interface Scope {
  /** As jsonld made it. */
  readonly active: object;
  /** The scope that counts again one level down, where a type's scope ends. */
  readonly outer: Scope | undefined;
  /** Undefined for what is not plain. */
  readonly terms: ReadonlyMap<string, Term | undefined>;
  /** The IRIs of terms that may stand as a node's type. */
  readonly typeIris: ReadonlyMap<string, string>;
  /** The contexts that types bring with them. */
  readonly typeContexts: ReadonlyMap<string, Json>;
  /** Names that stand for the beginning of an IRI. */
  readonly prefixes: ReadonlySet<string>;
  /** Scopes within this one by the types that lead to them; undefined where jsonld has to see to it. */
  readonly inner: Map<string, Scope | undefined>;
}

const plainIri = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|^`\\\p{Cc}]+$/u;
const xsdDouble = "http://www.w3.org/2001/XMLSchema#double";

/** An absolute IRI that is written as one: no blank node, nothing to escape, no prefix of the scope. */
export function isPlainIri(text: string, { prefixes }: Scope): boolean {
  return plainIri.test(text) && !prefixes.has(text.slice(0, text.indexOf(":")));
}

/** Reads jsonld's active context; undefined when it has settings for the whole document that are not plain. */
export function readScope(active: object, outer: Scope | undefined): Scope | undefined {
  const { mappings } = active as { mappings?: unknown };
  const settings = ["@vocab", "@base", "@language", "@direction"];
  if (!(mappings instanceof Map) || settings.some((name) => name in active)) return undefined;
  const definitions = [...(mappings as Map<string, Readonly<Record<string, unknown>> | null>)];
  const scope = {
    active,
    outer,
    terms: new Map<string, Term | undefined>(),
    typeIris: new Map<string, string>(),
    typeContexts: new Map<string, Json>(),
    prefixes: new Set<string>(),
    inner: new Map<string, Scope | undefined>(),
  };
  for (const [name, definition] of definitions) {
    const iri = definition?.["@id"];
    scope.terms.set(name, definition === null ? undefined : readTerm(definition));
    if (definition?._prefix === true) scope.prefixes.add(name);
    if (typeof iri === "string" && plainIri.test(iri)) scope.typeIris.set(name, iri);
    if (definition !== null && "@context" in definition) {
      scope.typeContexts.set(name, definition["@context"] as Json);
    }
  }
  return scope;
}

function readTerm(definition: Readonly<Record<string, unknown>>): Term | undefined {
  const { "@id": iri, "@type": type, "@container": container = [], reverse } = definition;
  if (iri === "@id" || iri === "@type") return { kind: iri === "@id" ? "id" : "type" };
  const notPlain = ["@context", "@language", "@direction", "@index", "@nest"].some(
    (name) => name in definition,
  );
  const containers = container as readonly string[];
  if (typeof iri !== "string" || !plainIri.test(iri) || reverse !== false || notPlain) return undefined;
  if (containers.some((name) => name !== "@set" && name !== "@list")) return undefined;
  const values = readValues(type);
  return values && { kind: "property", predicate: named(iri), values, isList: containers.includes("@list") };
}

function readValues(type: unknown): Property["values"] | undefined {
  if (type === undefined) return { datatype: undefined };
  if (type === "@id") return "iri";
  const isDatatype = typeof type === "string" && plainIri.test(type) && type !== xsdDouble;
  return isDatatype ? { datatype: named(type) } : undefined;
}

export function named(value: string): NamedNode {
  return { termType: "NamedNode", value };
}
