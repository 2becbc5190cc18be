import { expect } from "chai";
import fc from "fast-check";
import { createRequire } from "node:module";
import type { Quad } from "rdf-canonize";
import { bundledContexts } from "../../../src/standards/vc/contexts.js";
import { contexts, foreignContexts, type Json, type JsonObject } from "../../../src/standards/vc/index.js";
import { createReadPlain } from "../../../src/standards/vc/plain-rdf.js";
import { plainOptionsText } from "../../../src/standards/vc/proof-options.js";
import { createCanonize } from "../../../src/standards/vc/rdf.js";
import { sampleCertificate } from "../../kit/stock-vc.js";
import { mutationsOf } from "./mutations.js";

interface JsonLd {
  toRDF(document: object, options: object): Promise<Quad[]>;
  processContext(active: object | null, context: Json, options: object): Promise<object>;
}
const require = createRequire(import.meta.url);
const jsonld = require("jsonld") as JsonLd;
const rdf = require("rdf-canonize") as {
  canonize(dataset: readonly Quad[], options: object): Promise<string>;
};

/** jsonld alone, as the stock cryptosuite calls it: nothing of ours between but the documents. */
const options = {
  safe: true,
  base: null,
  rdfDirection: "i18n-datatype",
  documentLoader: (url: string) =>
    Promise.resolve({ documentUrl: url, document: structuredClone(bundledContexts.get(url)), tag: "static" }),
};
const algorithm = "RDFC-1.0";
async function byJsonld(document: JsonObject): Promise<string> {
  return rdf.canonize(await jsonld.toRDF(structuredClone(document), options), { algorithm });
}
const canonize = createCanonize(bundledContexts);
const readPlain = createReadPlain((active, context) => jsonld.processContext(active, context, options));

/** The canonical text, or the word for "refused". */
async function outcome(
  way: (document: JsonObject) => Promise<string>,
  document: JsonObject,
): Promise<string> {
  try {
    return await way(document);
  } catch {
    return "refused";
  }
}

const words = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom(
    "ünïcödé",
    'a "quoted" \\ word',
    "line\nbreak",
    "\u007f\u0001",
    "@type",
    "_:b0",
    "",
    "e\u0301 🜚",
  ),
);
const iris = fc.oneof(
  fc.uuid().map((id) => `urn:uuid:${id}`),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc.constantFrom(
    "did:web:a.example:academies:xa",
    "https://a.example/x",
    "relative/path",
    "_:b1",
    "name:x",
    "id:1",
    "https://a.example/with space",
    "https://a.example/{x}",
    "https://a.example/é",
    "no iri",
    "@id",
    "a:",
  ),
);
const names = [
  ...new Set(
    [...bundledContexts.values()].flatMap((document) => {
      const terms = document["@context"] as JsonObject;
      const inner = Object.values(terms).flatMap((term) =>
        typeof term === "object" && term !== null && "@context" in term
          ? Object.keys(term["@context"] ?? {})
          : [],
      );
      return [...Object.keys(terms), ...inner];
    }),
  ),
].filter((name) => !name.startsWith("@"));
const typeNames = names.filter((name) => /^[A-Z1]/.test(name));
const values = fc.oneof(
  { weight: 4, arbitrary: words },
  { weight: 3, arbitrary: iris },
  {
    weight: 1,
    arbitrary: fc.oneof(fc.boolean(), fc.integer(), fc.double({ noNaN: true }), fc.constant(null)),
  },
);
const { node } = fc.letrec<{ node: JsonObject; value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    values,
    tie("node"),
    fc.array(fc.oneof(values, tie("node")), { maxLength: 4 }),
  ),
  node: fc
    .tuple(
      fc.option(iris, { nil: undefined }),
      fc.array(fc.constantFrom(...typeNames), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names, ...names, "@value", "@id", "unheardOf"), tie("value"), {
        maxKeys: 4,
      }),
    )
    .map(([id, types, members]) => ({
      ...members,
      ...(types.length > 0 ? { type: types } : {}),
      ...(id === undefined ? {} : { id }),
    })),
}));
/** As other issuers put them together: one data model, one Open Badges, and what else their proofs need. */
const foreign = fc
  .tuple(
    fc.constantFrom(contexts.credentialsV2, foreignContexts.credentialsV1),
    fc.constantFrom(
      ...[contexts.openBadges, foreignContexts.openBadges300, foreignContexts.openBadges301],
      foreignContexts.openBadges302,
    ),
    fc.subarray([
      ...[foreignContexts.ed25519Signature2020, foreignContexts.dataIntegrityV2],
      ...[foreignContexts.statusList2021, foreignContexts.bitstringStatusList],
    ]),
  )
  .map(([model, badges, others]): string[] => [model, badges, ...others]);
const documents = fc
  .tuple(
    fc.oneof(
      { weight: 3, arbitrary: fc.shuffledSubarray<string>(Object.values(contexts), { minLength: 1 }) },
      { weight: 2, arbitrary: foreign },
    ),
    node,
  )
  .map(([context, members]): JsonObject => ({ "@context": context, ...members }));

describe("canonical N-Quads", function () {
  this.timeout(300_000);

  it("of certificates are jsonld's own, however a certificate is changed", async () => {
    let plain = 0;
    let refused = 0;
    const certificate = sampleCertificate();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          mutationsOf(certificate).map(({ document }) => document),
          mutationsOf(certificate).chain(({ document }) => mutationsOf(document).map((two) => two.document)),
        ),
        async (document) => {
          const expected = await outcome(byJsonld, document);
          if (await readPlain(document).catch(() => undefined)) plain += 1;
          if (expected === "refused") refused += 1;
          expect(await outcome(canonize, document)).to.equal(expected);
        },
      ),
      { numRuns: 1_500 },
    );
    // Both ways were taken often, and jsonld's refusals are ours.
    expect(plain).to.be.greaterThan(400);
    expect(refused).to.be.greaterThan(75);
  });

  it("of any document of the bundled contexts' terms are jsonld's own", async () => {
    let plain = 0;
    await fc.assert(
      fc.asyncProperty(documents, async (document) => {
        const expected = await outcome(byJsonld, document);
        const quads = await readPlain(document);
        if (quads) {
          plain += 1;
          expect(await rdf.canonize(quads, { algorithm })).to.equal(expected);
        }
        expect(await outcome(canonize, document)).to.equal(expected);
      }),
      { numRuns: 4_000 },
    );
    expect(plain).to.be.greaterThan(60);
  });

  it("of a certificate are read at once, without jsonld", async () => {
    const document = sampleCertificate();
    const quads = await readPlain(document);
    expect(quads).to.have.length.greaterThan(80);
    expect(await rdf.canonize(quads ?? [], { algorithm })).to.equal(await byJsonld(document));
  });

  it("of a proof's options are what jsonld makes of them", async () => {
    const method = fc.constantFrom(
      "did:web:a.example:academies:xa#key-1",
      "did:key:z6Mk#z6Mk",
      "did:web:localhost%3A3000#k",
      "https://a.example/key",
      "key-1",
      'did:web:a"b#c',
    );
    const created = fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
    let plain = 0;
    await fc.assert(
      fc.asyncProperty(method, created, async (verificationMethod, at) => {
        const own: JsonObject = {
          type: "DataIntegrityProof",
          cryptosuite: "eddsa-rdfc-2022",
          created: at,
          verificationMethod,
          proofPurpose: "assertionMethod",
        };
        const context = Object.values(contexts);
        const text = plainOptionsText(own, context);
        if (text === undefined) return;
        plain += 1;
        expect(text).to.equal(await byJsonld({ ...own, "@context": context }));
      }),
      { numRuns: 100 },
    );
    expect(plain).to.be.greaterThan(20);
  });
});
