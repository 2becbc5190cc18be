import { expect } from "chai";
import { bundledContexts, createDataIntegrity, type JsonObject } from "../../../src/standards/vc/index.js";
import { makeIssuer, sampleCertificate } from "../../kit/stock-vc.js";
import { sealAfter } from "./seal-after.js";

describe("a proof that follows another one", () => {
  const issuer = makeIssuer();
  const integrity = createDataIntegrity(bundledContexts);
  const at = Date.parse("2027-06-01T00:00:00Z");
  const verdicts = async (document: JsonObject): Promise<string[]> => {
    const keyOf = (): Promise<Uint8Array> => Promise.resolve(issuer.publicKey);
    const all = await integrity.verifyProofs(document, keyOf, { purpose: "assertionMethod", at });
    return all.map(({ verdict, reason }) => reason ?? verdict);
  };
  const first = sealAfter(sampleCertificate(), issuer.key, { id: "urn:uuid:first" });
  const second = sealAfter(first, issuer.key, { id: "urn:uuid:second", previousProof: "urn:uuid:first" });

  it("holds with it", async () => {
    expect(await verdicts(second)).to.deep.equal(["valid", "valid"]);
  });

  it("holds no more when the one before it was taken away", async () => {
    const [, last] = second.proof as readonly JsonObject[];
    expect(await verdicts({ ...second, proof: [last ?? {}] })).to.deep.equal(["signature_wrong"]);
  });

  it("holds no more when the one before it is another one, also over several steps", async () => {
    const third = sealAfter(second, issuer.key, { previousProof: ["urn:uuid:second"] });
    expect(await verdicts(third)).to.deep.equal(["valid", "valid", "valid"]);
    const [one, ...rest] = third.proof as readonly JsonObject[];
    const other = sealAfter(sampleCertificate(), issuer.key, { id: "urn:uuid:first", nonce: "another" });
    const [replaced] = other.proof as readonly JsonObject[];
    expect(await verdicts({ ...third, proof: [replaced ?? {}, ...rest] })).to.deep.equal([
      ...["valid", "signature_wrong", "previous_missing"],
    ]);
    const spoilt = { ...one, created: "2027-01-01T00:00:00Z" };
    expect((await verdicts({ ...third, proof: [spoilt, ...rest] }))[0]).to.equal("signature_wrong");
  });

  it("is not understood where only plain assertions are", async () => {
    const all = await integrity.verifyProofs(second, () => Promise.resolve(issuer.publicKey));
    expect(all.map(({ reason }) => reason)).to.deep.equal(["option_unsupported", "option_unsupported"]);
  });

  it("counts no longer than it says", async () => {
    const ends = sealAfter(sampleCertificate(), issuer.key, { expires: "2027-06-01T00:00:00Z" });
    const keyOf = (): Promise<Uint8Array> => Promise.resolve(issuer.publicKey);
    const whenAsked = async (moment: number): Promise<string | undefined> => {
      const expected = { purpose: "assertionMethod", at: moment } as const;
      return (await integrity.verifyProofs(ends, keyOf, expected))[0]?.reason;
    };
    expect([await whenAsked(at - 1), await whenAsked(at)]).to.deep.equal([undefined, "proof_expired"]);
  });
});
