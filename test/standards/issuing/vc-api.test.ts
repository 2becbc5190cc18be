import { expect } from "chai";
import { generateKeyPairSync, hash } from "node:crypto";
import { base58 } from "@scure/base";
import { canonicalJson, ed25519, type JsonObject } from "../../../src/standards/vc/index.js";
import { aTool, type Tool } from "../../kit/tool.js";

describe("the doors for the W3C's test suites", () => {
  let tool: Tool;
  before(async () => {
    tool = await aTool({ settings: { TESSERA_VC_API: "on" } });
  });
  after(() => tool.close());

  const post = async (path: string, body: unknown): Promise<{ status: number; body: JsonObject }> => {
    const response = await fetch(`${tool.origin}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as JsonObject };
  };
  const issue = async (changes: JsonObject = {}, options: JsonObject = {}): Promise<JsonObject> => {
    const answered = await post("/credentials/issue", { credential: { ...plain, ...changes }, options });
    expect(answered.status, JSON.stringify(answered.body)).to.equal(201);
    return answered.body.verifiableCredential as JsonObject;
  };

  it("issue a credential under a key of their own, which they verify again", async () => {
    const credential = await issue();
    expect(credential.issuer).to.match(/^did:key:z6Mk/);
    const suites = (credential.proof as readonly JsonObject[]).map(({ cryptosuite }) => cryptosuite);
    expect(suites).to.deep.equal(["eddsa-rdfc-2022", "eddsa-jcs-2022"]);
    const answered = await post("/credentials/verify", { verifiableCredential: credential });
    expect(answered).to.deep.equal({ status: 200, body: { verified: true, warnings: [], errors: [] } });
  });

  it("issue with the one cryptosuite that is asked for", async () => {
    const { proof } = await issue({}, { cryptosuite: "eddsa-jcs-2022" });
    expect((proof as JsonObject).cryptosuite).to.equal("eddsa-jcs-2022");
  });

  it("serve the status list that a credential of theirs names", async () => {
    const { credentialStatus } = await issue();
    const { statusListCredential } = credentialStatus as { statusListCredential: string };
    const list = (await (await fetch(statusListCredential)).json()) as JsonObject;
    expect(list.id).to.equal(statusListCredential);
    expect((await post("/credentials/verify", { verifiableCredential: list })).status).to.equal(200);
  });

  const refused: readonly [string, JsonObject, string][] = [
    [
      "whose first context is another one",
      { "@context": ["https://example.org/"] },
      "vc_api_document_refused",
    ],
    ["that is of no type", { type: ["Something"] }, "vc_api_document_refused"],
    ["whose issuer is no URL", { issuer: "nobody" }, "vc_api_document_refused"],
    ["about nothing", { credentialSubject: {} }, "vc_api_document_refused"],
    ["that ends before it begins", reversed(), "vc_api_document_refused"],
    ["with a term that nothing defines", { undefinedTerm: "x" }, "vc_document_refused"],
    ["that pins a context by another digest", pinned(), "vc_api_not_verified"],
  ];
  for (const [what, changes, code] of refused) {
    it(`don't sign a credential ${what}`, async () => {
      const answered = await post("/credentials/issue", { credential: { ...plain, ...changes } });
      expect([answered.status, answered.body.code]).to.deep.equal([400, code]);
    });
  }

  it("verify no credential that was changed, is someone else's, or is past its end", async () => {
    const issued = await issue();
    const stranger = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
    const another = `did:key:${ed25519.publicKeyToMultikey(ed25519.publicKeyOfJwk({ ...stranger }))}`;
    const over = await issue({ validUntil: "2020-01-01T00:00:00Z" });
    for (const credential of [{ ...issued, id: "urn:uuid:0" }, { ...issued, issuer: another }, over]) {
      const answered = await post("/credentials/verify", { verifiableCredential: credential });
      expect(answered.status).to.equal(400);
    }
  });

  it("take a presentation for what it was made for, and for nothing else", async () => {
    const holder = aHolder();
    const verifiablePresentation = holder.present([await issue()], {
      challenge: "c-1",
      domain: "here.example",
    });
    const verify = (options: JsonObject) =>
      post("/presentations/verify", { verifiablePresentation, options });
    expect((await verify({ challenge: "c-1", domain: "here.example" })).status).to.equal(200);
    for (const options of [{ challenge: "c-2" }, { domain: "there.example" }]) {
      const { status, body } = await verify(options);
      expect(status).to.equal(400);
      expect(JSON.stringify(body)).to.include("proof_for_another");
    }
  });
});

describe("a tool that nobody opened them on", () => {
  it("has no such doors", async () => {
    const tool = await aTool();
    const response = await fetch(`${tool.origin}/credentials/issue`, { method: "POST" });
    await tool.close();
    expect(response.status).to.equal(404);
  });
});

const plain: JsonObject = {
  "@context": ["https://www.w3.org/ns/credentials/v2"],
  type: ["VerifiableCredential"],
  issuer: "did:example:somebody",
  credentialSubject: { id: "did:example:subject" },
};

function reversed(): JsonObject {
  return { validFrom: "2027-01-02T00:00:00Z", validUntil: "2027-01-01T00:00:00Z" };
}

function pinned(): JsonObject {
  const id = "https://www.w3.org/ns/credentials/v2";
  return { relatedResource: [{ id, digestMultibase: "uM4RgWQc3RUDtjJCSgTJtTfvpZ7SPEg_LNO0ESlovQC0" }] };
}

/** Presents by a did:key and an eddsa-jcs-2022 proof, made here by the letter of vc-di-eddsa §3.3. */
function aHolder() {
  const jwk = { ...generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }) };
  const multikey = ed25519.publicKeyToMultikey(ed25519.publicKeyOfJwk(jwk));
  const method = `did:key:${multikey}#${multikey}`;
  const key = ed25519.proofKeyFrom(jwk, method);
  const sha256 = (text: string): Buffer => hash("sha256", text, "buffer");
  return {
    present: (
      verifiableCredential: JsonObject[],
      agreed: { challenge: string; domain: string },
    ): JsonObject => {
      const context = ["https://www.w3.org/ns/credentials/v2"];
      const presentation = {
        ...{ "@context": context, type: ["VerifiablePresentation"], verifiableCredential },
        holder: `did:key:${multikey}`,
      };
      const options = {
        ...{ type: "DataIntegrityProof", cryptosuite: "eddsa-jcs-2022", verificationMethod: method },
        ...{ proofPurpose: "authentication", "@context": context, ...agreed },
      };
      const hashed = Buffer.concat([sha256(canonicalJson(options)), sha256(canonicalJson(presentation))]);
      return { ...presentation, proof: { ...options, proofValue: `z${base58.encode(key.sign(hashed))}` } };
    },
  };
}
