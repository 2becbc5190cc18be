import type { Quad, Term as RdfTerm } from "rdf-canonize";
import { isJsonObject, type Json, type JsonObject } from "./json.js";
import { isPlainIri, named, type NamedNode, type Property, type Scope } from "./plain-terms.js";

const rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const xsd = "http://www.w3.org/2001/XMLSchema#";
const first = named(`${rdf}first`);
const rest = named(`${rdf}rest`);
const nil = named(`${rdf}nil`);
const rdfType = named(`${rdf}type`);
const defaultGraph: RdfTerm = { termType: "DefaultGraph", value: "" };
const xsdString = named(`${xsd}string`);
const xsdBoolean = named(`${xsd}boolean`);
const xsdInteger = named(`${xsd}integer`);

/** Reads one document once. What gives `undefined` or false is not plain, or `missing` says which scope it takes. */
export class PlainReader {
  readonly quads: Quad[] = [];
  missing: { readonly scope: Scope; readonly types: readonly string[] } | undefined;
  private readonly seen = new Set<string>();
  private blankNodes = 0;

  /** A node object, within the scope that holds around it; gives the node's name. */
  node(element: JsonObject, around: Scope): RdfTerm | undefined {
    const names = Object.keys(element);
    const own = scopeWithin(names, around);
    const types = own && typesOf(names, element, own);
    const scope = types && this.scopeOf(types.list, own);
    if (names.length === 0 || !scope) return undefined;
    const idName = names.find((name) => scope.terms.get(name)?.kind === "id");
    const id = idName === undefined ? this.blank() : iriOf(element[idName], scope);
    if (!id || !this.types(id, types.list, own)) return undefined;
    const plain = names.every(
      (name) => name === idName || name === types.name || this.member(id, name, element[name], scope),
    );
    return plain ? id : undefined;
  }

  private types(subject: RdfTerm, types: readonly string[], own: Scope): boolean {
    return types.every((type) => {
      const iri = own.typeIris.get(type);
      return iri !== undefined && this.add(subject, rdfType, named(iri));
    });
  }

  private member(subject: RdfTerm, name: string, value: Json | undefined, scope: Scope): boolean {
    const property = scope.terms.get(name);
    return (
      property?.kind === "property" && value !== undefined && this.property(subject, property, value, scope)
    );
  }

  private scopeOf(types: readonly string[], own: Scope): Scope | undefined {
    const leading = types.filter((type) => own.typeContexts.has(type)).sort();
    if (leading.length === 0) return own;
    const key = leading.join("\n");
    if (!own.inner.has(key)) this.missing = { scope: own, types: leading };
    return own.inner.get(key);
  }

  private property(subject: RdfTerm, property: Property, value: Json, scope: Scope): boolean {
    const values = Array.isArray(value) ? (value as readonly Json[]) : [value];
    if (property.isList) return this.list(subject, property, values, scope);
    return values.every((one) => {
      const object = isJsonObject(one) ? this.node(one, scope) : plainValue(one, property, scope);
      return object !== undefined && this.add(subject, property.predicate, object);
    });
  }

  private list(subject: RdfTerm, property: Property, values: readonly Json[], scope: Scope): boolean {
    let cell = this.blank();
    if (values.length === 0 || !this.add(subject, property.predicate, cell)) return false;
    return values.every((value, place) => {
      const object = plainValue(value, property, scope);
      const next = place === values.length - 1 ? nil : this.blank();
      const added = object !== undefined && this.add(cell, first, object) && this.add(cell, rest, next);
      cell = next;
      return added;
    });
  }

  /** False for a quad that is there already: jsonld compares values before they are quads, and may keep both. */
  private add(subject: RdfTerm, predicate: RdfTerm, object: RdfTerm): boolean {
    const key = `${subject.termType} ${subject.value}\n${predicate.value}\n${object.termType} ${object.value}\n${object.datatype?.value ?? ""}`;
    if (this.seen.has(key)) return false;
    this.seen.add(key);
    this.quads.push({ subject, predicate, object, graph: defaultGraph });
    return true;
  }

  private blank(): RdfTerm {
    this.blankNodes += 1;
    return { termType: "BlankNode", value: `b${this.blankNodes}` };
  }
}

/** A type's scope ends with its node; a mere reference to a node still stands in it. */
function scopeWithin(names: readonly string[], around: Scope): Scope | undefined {
  if (!around.outer) return around;
  const terms = names.map((name) => around.terms.get(name));
  if (names.length === 1 && terms[0]?.kind === "id") return around;
  // One of these may be a value object's member, for which the scope would not end.
  const unclear = names.length <= 2 && names.some((name, place) => around.terms.has(name) && !terms[place]);
  return unclear ? undefined : around.outer;
}

function typesOf(
  names: readonly string[],
  element: JsonObject,
  own: Scope,
): { name: string | undefined; list: readonly string[] } | undefined {
  const [name, ...more] = names.filter((one) => own.terms.get(one)?.kind === "type");
  if (name === undefined) return { name, list: [] };
  const value = element[name];
  const list = Array.isArray(value) ? (value as readonly Json[]) : [value];
  const fits = more.length === 0 && list.length > 0 && list.every((type) => typeof type === "string");
  return fits ? { name, list } : undefined;
}

function iriOf(value: Json | undefined, scope: Scope): RdfTerm | undefined {
  return typeof value === "string" && isPlainIri(value, scope) ? named(value) : undefined;
}

function plainValue(value: Json, { values }: Property, scope: Scope): RdfTerm | undefined {
  if (values === "iri") return iriOf(value, scope);
  if (typeof value === "string") return literal(value, values.datatype ?? xsdString);
  if (typeof value === "boolean") return literal(String(value), values.datatype ?? xsdBoolean);
  if (typeof value !== "number" || !Number.isSafeInteger(value)) return undefined;
  return literal(value.toFixed(0), values.datatype ?? xsdInteger);
}

function literal(value: string, datatype: NamedNode): RdfTerm {
  return { termType: "Literal", value, datatype };
}
