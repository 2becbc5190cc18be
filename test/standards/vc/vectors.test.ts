import { expect } from "chai";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { base58 } from "@scure/base";
import { bundledContexts } from "../../../src/standards/vc/contexts.js";
import { createDataIntegrity } from "../../../src/standards/vc/data-integrity.js";
import {
  canonicalJson,
  contexts,
  ed25519,
  parseJson,
  type JsonObject,
} from "../../../src/standards/vc/index.js";
import { plainOptionsText } from "../../../src/standards/vc/proof-options.js";
import { createCanonize } from "../../../src/standards/vc/rdf.js";

const file = (name: string): string => readFileSync(new URL(`vectors/${name}`, import.meta.url), "utf8");
const json = (name: string): JsonObject => parseJson(file(name));
const hex = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The vectors name two contexts that no certificate may name. */
const bundle = new Map([
  ...bundledContexts,
  ["https://www.w3.org/ns/credentials/examples/v2", json("examples-v2.json")] as const,
  ["https://w3id.org/citizenship/v4rc1", json("citizenship-v4rc1.json")] as const,
]);
const canonize = createCanonize(bundle);
const integrity = createDataIntegrity(bundle);

const { publicKeyMultibase, privateKeyMultibase } = json("keyPair.json") as Record<string, string>;
const publicKey = ed25519.multikeyToPublicKey(publicKeyMultibase!);
const method = `did:key:${publicKeyMultibase!}#${publicKeyMultibase!}`;
const created = Date.UTC(2023, 1, 24, 23, 36, 38);
const keyOf = (asked: string): Promise<Uint8Array | undefined> =>
  Promise.resolve(asked === method ? publicKey : undefined);

/** The vectors' private key is a multibase of 0x1300 (as a varint) and the 32-byte seed. */
function vectorKey() {
  const d = Buffer.from(base58.decode(privateKeyMultibase!.slice(1)).slice(2)).toString("base64url");
  const x = Buffer.from(publicKey).toString("base64url");
  return ed25519.proofKeyFrom({ kty: "OKP", crv: "Ed25519", d, x }, method);
}

describe("the W3C's test vectors of the EdDSA cryptosuites", () => {
  for (const [folder, unsigned] of [
    ["eddsa-rdfc-2022", "unsigned.json"],
    ["eddsa-rdfc-2022/employ", "employmentAuth.json"],
  ] as const) {
    it(`${folder}: canonical texts, hashes and proof value are the standard's`, async () => {
      const document = json(unsigned);
      const documentText = await canonize(document);
      const { "@context": context, ...options } = json(`${folder}/proofConfigDataInt.json`);
      expect(documentText).to.equal(file(`${folder}/canonDocDataInt.txt`));
      expect(hex(documentText)).to.equal(file(`${folder}/docHashDataInt.txt`));
      const optionsText = file(`${folder}/proofCanonDataInt.txt`);
      expect(await canonize({ ...options, "@context": context! })).to.equal(optionsText);
      expect(plainOptionsText(options, context!)).to.equal(optionsText);
      expect(hex(optionsText)).to.equal(file(`${folder}/proofHashDataInt.txt`));
      expect(hex(optionsText) + hex(documentText)).to.equal(file(`${folder}/combinedHashDataInt.txt`));

      const secured = await integrity.secure(document, vectorKey(), created);
      const [proof] = secured.proof as JsonObject[];
      expect(proof).to.deep.equal(json(`${folder}/signedDataInt.json`).proof);
      expect(proof!.proofValue).to.equal(file(`${folder}/sigBTC58DataInt.txt`));
      const bytes = base58.decode((proof!.proofValue as string).slice(1));
      expect(Buffer.from(bytes).toString("hex")).to.equal(file(`${folder}/sigHexDataInt.txt`));
      expect(await integrity.verifyProofs(json(`${folder}/signedDataInt.json`), keyOf)).to.deep.equal([
        {
          cryptosuite: "eddsa-rdfc-2022",
          verificationMethod: method,
          created: "2023-02-24T23:36:38Z",
          verdict: "valid",
        },
      ]);
    });
  }

  it("eddsa-jcs-2022: canonical texts, hashes and proof value are the standard's", async () => {
    const folder = "eddsa-jcs-2022";
    const documentText = canonicalJson(json("unsigned.json"));
    const optionsText = canonicalJson(json(`${folder}/proofConfigJCS.json`));
    expect(documentText).to.equal(file(`${folder}/canonDocJCS.txt`));
    expect(optionsText).to.equal(file(`${folder}/proofCanonJCS.txt`));
    expect(hex(documentText)).to.equal(file(`${folder}/docHashJCS.txt`));
    expect(hex(optionsText)).to.equal(file(`${folder}/proofHashJCS.txt`));
    expect(hex(optionsText) + hex(documentText)).to.equal(file(`${folder}/combinedHashJCS.txt`));

    const signed = json(`${folder}/signedJCS.json`);
    expect(integrity.sealJson(json("unsigned.json"), vectorKey(), created)).to.deep.equal(signed);
    const { proofValue } = signed.proof as JsonObject;
    expect(proofValue).to.equal(file(`${folder}/sigBTC58JCS.txt`));
    const [verdict] = await integrity.verifyProofs(signed, keyOf);
    expect(verdict).to.include({ cryptosuite: folder, verdict: "valid" });
  });

  it("do not verify with another key, nor after a change", async () => {
    for (const name of ["eddsa-rdfc-2022/signedDataInt.json", "eddsa-jcs-2022/signedJCS.json"]) {
      const other = new Uint8Array(publicKey);
      other[5] = (other[5] ?? 0) ^ 1;
      const signed = json(name);
      const [wrongKey] = await integrity.verifyProofs(signed, () => Promise.resolve(other));
      expect(wrongKey).to.include({ verdict: "invalid", reason: "signature_wrong" });
      const [changed] = await integrity.verifyProofs({ ...signed, name: "Another" }, keyOf);
      expect(changed).to.include({ verdict: "invalid", reason: "signature_wrong" });
    }
  });
});

describe("the bundled contexts", () => {
  it("are the published ones, byte for byte", () => {
    const sums = {
      // Printed in Verifiable Credentials Data Model 2.0, appendix B.1.
      "credentials-v2.json": "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
      "open-badges-3.0.3.json": "ef2fa9c7846dce233cc166b43639027278be4ee44f00bb1d45c75de2dd0cd761",
      "open-badges-extensions.json": "2d013f981d1f4516081a6a04e55468ba2b071d4153b794f19a79715c45a89a5e",
      // Ours, which never changes under its URL.
      "police-recognition-v1.json": "ba1aef8927a1a796f128ed1d23b98237c9e2564f719c881e65f37e433854bbe8",
    };
    for (const [name, sum] of Object.entries(sums)) {
      const url = new URL(`../../../src/standards/vc/contexts/${name}`, import.meta.url);
      expect(createHash("sha256").update(readFileSync(url)).digest("hex"), name).to.equal(sum);
    }
    expect([...bundledContexts.keys()].slice(0, 4)).to.deep.equal(Object.values(contexts));
  });

  it("have no term of the second Open Badges context that circulates", () => {
    expect(JSON.stringify(bundledContexts.get(contexts.openBadges))).not.to.match(/endorsementJwt|jti/);
  });
});
