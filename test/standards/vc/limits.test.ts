import { expect } from "chai";
import {
  contexts,
  sealJson,
  secure,
  VcError,
  verifyProofs,
  type Json,
  type JsonObject,
} from "../../../src/standards/vc/index.js";
import { makeIssuer, sampleCertificate } from "../../kit/stock-vc.js";

const issuer = makeIssuer();
const at = Date.UTC(2027, 2, 14);
const publicKeyOf = (): Promise<Uint8Array> => Promise.resolve(issuer.publicKey);
const context = Object.values(contexts);

/** The error's code, and how long it took; "done" when there was none. */
async function outcome(act: () => Promise<unknown>): Promise<{ code: string; reason: unknown; ms: number }> {
  const started = performance.now();
  try {
    await act();
    return { code: "done", reason: undefined, ms: performance.now() - started };
  } catch (error) {
    const known = error instanceof VcError;
    const ms = performance.now() - started;
    return { code: known ? error.code : String(error), reason: known ? error.data.reason : "", ms };
  }
}
const securing = (document: JsonObject) => outcome(() => secure(document, issuer.key, at));
const badge = (members: JsonObject): JsonObject => ({
  "@context": context,
  type: ["VerifiableCredential", "OpenBadgeCredential"],
  ...members,
});
const times = <T>(count: number, make: (place: number) => T): T[] =>
  Array.from({ length: count }, (_, place) => make(place));

describe("a hostile document", function () {
  before(async () => {
    // jsonld is loaded with the first one.
    await securing(badge({ description: "warm" }));
    await securing(badge({ unheardOf: "x" }));
  });

  /** Blank nodes that all point to all others: telling them apart takes their permutations. */
  const clique = (size: number): Json[] =>
    times(size, (one) => ({
      id: `_:n${one}`,
      endorsement: times(size, (other) => ({ id: `_:n${other}` })).filter((_, other) => other !== one),
    }));
  /** Two rings of look-alikes, which no first look tells from one. */
  const rings = (size: number): Json[] =>
    times(2 * size, (place) => {
      const ring = place < size ? 0 : size;
      return { id: `_:n${place}`, endorsement: [{ id: `_:n${ring + ((place + 1 - ring) % size)}` }] };
    });

  it("of a dataset that poisons canonicalisation is refused in less than a second", async () => {
    const poisons: Record<string, JsonObject> = {
      "a clique of 9": badge({ endorsement: clique(9) }),
      "a clique of 30": badge({ endorsement: clique(30) }),
      rings: badge({ endorsement: rings(60) }),
      "cliques side by side": badge({
        endorsement: times(6, (n) =>
          clique(7).map((node) => JSON.parse(JSON.stringify(node).replaceAll("_:n", `_:n${n}x`)) as Json),
        ).flat(),
      }),
    };
    for (const [name, document] of Object.entries(poisons)) {
      const { code, ms } = await securing(document);
      expect(code, name).to.equal("vc_document_refused");
      expect(ms, name).to.be.lessThan(1_000);
    }
  });

  it("has to get past a signature before it is canonicalised", async () => {
    const { proof: own, ...document } = sealJson(badge({ endorsement: clique(9) }), issuer.key, at);
    const jcs = own as JsonObject;
    const rdfc = { ...jcs, cryptosuite: "eddsa-rdfc-2022" };
    const plainRdfc = Object.fromEntries(Object.entries(rdfc).filter(([name]) => name !== "@context"));
    const forged = { ...jcs, proofValue: jcs.proofValue === "z" ? "z1" : `z${"3".repeat(87)}` };
    const verdicts = await verifyProofs({ ...document, proof: [plainRdfc, forged] }, publicKeyOf);
    expect(verdicts.map(({ verdict, reason }) => [verdict, reason])[0]).to.deep.equal([
      "unknown",
      "not_tried",
    ]);
    const signed = { ...document, proof: [plainRdfc, jcs] } as JsonObject;
    expect((await outcome(() => verifyProofs(signed, publicKeyOf))).code).to.equal("vc_document_refused");
  });

  it("is bounded in depth, values, quads and bytes", async () => {
    const nested = (levels: number): Json => (levels === 0 ? "x" : { endorsement: nested(levels - 1) });
    const deep = await securing(badge({ endorsement: nested(40) }));
    expect(deep.code).to.equal("vc_json_too_deep");
    const wide = await securing(badge({ evidence: times(4_100, (n) => `urn:x:${n}`) }));
    expect([wide.code, wide.reason]).to.deep.equal(["vc_document_refused", "values"]);
    const many = await securing(badge({ evidence: times(3_000, (n) => `urn:x:${n}`) }));
    expect([many.code, many.reason]).to.deep.equal(["vc_document_refused", "quads"]);
    const long = await securing(badge({ description: "x".repeat(600_000) }));
    expect(long.code).to.equal("vc_json_too_large");
    for (const { ms } of [deep, wide, many, long]) expect(ms).to.be.lessThan(1_000);
    expect((await securing(badge({ description: "x".repeat(400_000) }))).code).to.equal("done");
    expect((await securing(badge({ evidence: times(1_500, (n) => `urn:x:${n}`) }))).code).to.equal("done");
  });

  it("whose every object takes another scope costs no more than the time it is given", async () => {
    const types = [
      "Address",
      "Alignment",
      "Criteria",
      "Evidence",
      "Image",
      "Related",
      "IdentityObject",
      "Profile",
    ];
    const objects = times(255, (n) => ({
      type: types.filter((_, bit) => ((n + 1) >> bit) & 1),
      // A null makes jsonld read the document.
      name: [`${n}`, null],
    }));
    const { code, ms } = await securing(badge({ evidence: objects }));
    expect(code).to.equal("done");
    expect(ms).to.be.lessThan(4_000);
    // And the next honest one is as before.
    expect((await securing(sampleCertificate())).code).to.equal("done");
  });

  it("names no context but the bundled ones, at any depth", async () => {
    const inline = { name: "https://schema.org/name" };
    for (const odd of [inline, "https://evil.example/v1", null, 7, [inline], [[context[0]!]], [null], {}]) {
      const documents = [
        { ...badge({}), "@context": odd },
        badge({ credentialSubject: { "@context": odd, id: "urn:x:1" } }),
        badge({ credentialSubject: [{ achievement: [{ "@context": odd }] }] }),
        { ...badge({}), "@context": [...context, odd] },
      ] as JsonObject[];
      for (const document of documents) {
        const { code } = await securing(document);
        expect(code, JSON.stringify(document["@context"])).to.equal("vc_context_unknown");
        const proofed = { ...document, proof: { type: "DataIntegrityProof" } };
        expect((await outcome(() => verifyProofs(proofed, publicKeyOf))).code).to.equal("vc_context_unknown");
      }
    }
    expect((await securing(badge({ evidence: { "@context": context[1]!, id: "urn:x:1" } }))).code).to.equal(
      "done",
    );
  });

  it("with terms of no context, relative names or a second proof is not signed", async () => {
    const losses: JsonObject[] = [
      badge({ unheardOf: "x" }),
      badge({ id: "relative" }),
      badge({ type: ["VerifiableCredential", "UnheardOfCredential"] }),
      badge({ credentialSubject: "no IRI" }),
      badge({ credentialSubject: { "@id": "relative", name: "x" } }),
    ];
    for (const document of losses) {
      const { code, reason } = await securing(document);
      expect([code, reason], JSON.stringify(document)).to.deep.equal(["vc_document_refused", "json_ld"]);
    }
    const secured = await secure(sampleCertificate(), issuer.key, at);
    expect(await securing(secured)).to.include({ code: "vc_document_refused", reason: "has_proof" });
    expect(() => sealJson(secured, issuer.key, at)).to.throw(VcError);
  });

  it("whose proof is none, or of too many, is refused; one without has no verdicts", async () => {
    const proofs: Json[] = [
      "x",
      null,
      7,
      [],
      ["x"],
      [[{}]],
      times(9, () => ({ type: "DataIntegrityProof" })),
    ];
    for (const proof of proofs) {
      const { code } = await outcome(() => verifyProofs({ ...sampleCertificate(), proof }, publicKeyOf));
      expect(code, JSON.stringify(proof)).to.equal("vc_proof_malformed");
    }
    expect(await verifyProofs(sampleCertificate(), publicKeyOf)).to.deep.equal([]);
  });
});

describe("a verdict", () => {
  it("is unknown where nothing is known: another suite, no key, an option that is not understood", async () => {
    const { proof, ...document } = await secure(sampleCertificate(), issuer.key, at);
    const [rdfc] = proof as readonly [JsonObject];
    const verdictOn = async (one: JsonObject, keys = publicKeyOf as () => Promise<Uint8Array | undefined>) =>
      (await verifyProofs({ ...document, proof: one }, keys)).map(({ verdict, reason }) => [
        verdict,
        reason,
      ])[0];
    expect(await verdictOn(rdfc)).to.deep.equal(["valid", undefined]);
    expect(await verdictOn(rdfc, () => Promise.resolve(undefined))).to.deep.equal(["unknown", "key_unknown"]);
    expect(await verdictOn({ ...rdfc, cryptosuite: "bbs-2023" })).to.deep.equal([
      "unknown",
      "cryptosuite_unknown",
    ]);
    expect(await verdictOn({ type: "RsaSignature2018", proofValue: "z3" })).to.deep.equal([
      "unknown",
      "cryptosuite_unknown",
    ]);
    expect(await verdictOn({ ...rdfc, expires: "2030-01-01T00:00:00Z" })).to.deep.equal([
      "unknown",
      "option_unsupported",
    ]);
    expect(await verdictOn({ ...rdfc, proofPurpose: "authentication" })).to.deep.equal([
      "invalid",
      "purpose_wrong",
    ]);
  });

  it("on a sealed plain document asks for no context and no JSON-LD", async () => {
    const sealed = sealJson({ count: 3, leaves: [{ salt: "a" }] }, issuer.key, at);
    const [verdict] = await verifyProofs(sealed, publicKeyOf);
    expect(verdict).to.deep.equal({
      cryptosuite: "eddsa-jcs-2022",
      verificationMethod: issuer.key.verificationMethod,
      created: "2027-03-14T00:00:00Z",
      verdict: "valid",
    });
    const [changed] = await verifyProofs({ ...sealed, count: 4 }, publicKeyOf);
    expect(changed).to.include({ verdict: "invalid", reason: "signature_wrong" });
  });
});
