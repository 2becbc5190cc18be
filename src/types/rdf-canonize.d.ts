/** What we use of rdf-canonize 5, which has no types of its own. */
declare module "rdf-canonize" {
  interface Term {
    readonly termType: "NamedNode" | "BlankNode" | "Literal" | "DefaultGraph";
    readonly value: string;
    readonly datatype?: { readonly termType: "NamedNode"; readonly value: string };
    readonly language?: string;
  }
  interface Quad {
    readonly subject: Term;
    readonly predicate: Term;
    readonly object: Term;
    readonly graph: Term;
  }
  interface CanonizeOptions {
    readonly algorithm: "RDFC-1.0";
    /** How often the deep comparison may run, as a power of the number of look-alike blank nodes. */
    readonly maxWorkFactor?: number;
    readonly signal?: AbortSignal;
  }
  function canonize(dataset: readonly Quad[], options: CanonizeOptions): Promise<string>;
}
