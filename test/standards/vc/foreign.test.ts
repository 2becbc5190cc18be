import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { base58 } from "@scure/base";
import { expect } from "chai";
import {
  bundledContexts,
  contexts,
  didJwkDocument,
  didKeyBytes,
  foreignContexts,
  isJsonObject,
  listedKeys,
  publicJwk,
  VcError,
  verifyProofs,
  type Json,
  type JsonObject,
} from "../../../src/standards/vc/index.js";
import {
  aForeignKey,
  foreignProof,
  selfNamed,
  type ForeignKey,
  type ForeignSuite,
} from "../../kit/foreign-software.js";

const v1 = [
  foreignContexts.credentialsV1,
  contexts.openBadges,
  foreignContexts.dataIntegrityV2,
  foreignContexts.ed25519Signature2020,
];
const v2 = [contexts.credentialsV2, contexts.openBadges, foreignContexts.ed25519Signature2020];

function aBadge(issuer: string, context: readonly string[]): JsonObject {
  const begins = context === v1 ? "issuanceDate" : "validFrom";
  return {
    "@context": context,
    id: "urn:uuid:6f0f3c4e-5a07-4a0b-9b06-0f8a2f3c9a01",
    type: ["VerifiableCredential", "OpenBadgeCredential"],
    issuer: { id: issuer, type: ["Profile"], name: "Far Academy" },
    [begins]: "2026-03-14T00:00:00Z",
    credentialSubject: {
      type: ["AchievementSubject"],
      achievement: {
        ...{ id: "https://far.example/a", type: ["Achievement"], name: "Custody", description: "A course." },
        criteria: { narrative: "Two weeks." },
      },
    },
  };
}

const suites = {
  Ed25519Signature2020: "Ed25519",
  "eddsa-rdfc-2022": "Ed25519",
  "eddsa-jcs-2022": "Ed25519",
  "ecdsa-rdfc-2019": "P-256",
  "ecdsa-jcs-2019": "P-256",
} as const;

describe("a proof of another issuer's software", () => {
  const verdictsOn = (document: JsonObject, key: Uint8Array) =>
    verifyProofs(document, () => Promise.resolve(key));
  for (const [name, kind] of Object.entries(suites)) {
    const suite = name as ForeignSuite;
    const signed = async (context: readonly string[], key: ForeignKey): Promise<JsonObject> => {
      const { did, method } = selfNamed(key);
      const badge = aBadge(did, context);
      return { ...badge, proof: await foreignProof(badge, suite, key, { verificationMethod: method }) };
    };
    it(`by ${suite} is valid under both data models, and not with another key or another text`, async () => {
      const key = aForeignKey(kind);
      const bytes = didKeyBytes(selfNamed(key).did);
      for (const context of [v1, v2]) {
        const document = await signed(context, key);
        const found = await verdictsOn(document, bytes);
        expect(found, String(context === v1)).to.have.length(1);
        expect(found[0]).to.include({ verdict: "valid", cryptosuite: suite });
        for (const other of ["Ed25519", "P-256"] as const) {
          const [wrong] = await verdictsOn(document, didKeyBytes(selfNamed(aForeignKey(other)).did));
          expect(wrong).to.include({ verdict: "invalid", reason: "signature_wrong" });
        }
        const proof = document.proof as JsonObject;
        for (const changed of [
          { ...document, id: "urn:uuid:6f0f3c4e-5a07-4a0b-9b06-0f8a2f3c9a02" },
          { ...document, proof: { ...proof, created: "2026-11-20T09:00:01Z" } },
        ]) {
          const [verdict] = await verdictsOn(changed, bytes);
          expect(verdict).to.include({ verdict: "invalid", reason: "signature_wrong" });
        }
      }
    });
  }

  it("by Ed25519Signature2020 means nothing without the suite's terms, or with others beside them", async () => {
    const key = aForeignKey();
    const { did, method } = selfNamed(key);
    const badge = aBadge(did, v2);
    const proof = await foreignProof(badge, "Ed25519Signature2020", key, { verificationMethod: method });
    const odd = [
      { ...badge, "@context": [contexts.credentialsV2, contexts.openBadges], proof },
      { ...badge, proof: { ...proof, cryptosuite: "eddsa-rdfc-2022" } },
      { ...badge, proof: { ...proof, "@context": v2 } },
      { ...badge, proof: { ...proof, expires: "2030-01-01T00:00:00Z" } },
    ];
    for (const document of odd) {
      const [verdict] = await verdictsOn(document, didKeyBytes(did));
      expect(verdict).to.include({ verdict: "unknown", reason: "option_unsupported" });
    }
  });

  it("of P-384, which the suites of P-256 have too, is unknown", async () => {
    const key = aForeignKey("P-256");
    const { did, method } = selfNamed(key);
    const badge = aBadge(did, v2);
    const proof = await foreignProof(badge, "ecdsa-rdfc-2019", key, { verificationMethod: method });
    const longer = { ...proof, proofValue: `z${base58.encode(Buffer.alloc(96, 7))}` };
    const [verdict] = await verdictsOn({ ...badge, proof: longer }, didKeyBytes(did));
    expect(verdict).to.include({ verdict: "unknown", reason: "cryptosuite_unknown" });
  });

  it("of a kind that is not known here is unknown, by its name", async () => {
    const key = aForeignKey();
    const { did, method } = selfNamed(key);
    const badge = aBadge(did, v2);
    for (const [type, cryptosuite, name] of [
      ["DataIntegrityProof", "ecdsa-sd-2023", "ecdsa-sd-2023"],
      ["DataIntegrityProof", "bbs-2023", "bbs-2023"],
      ["DataIntegrityProof", "constructor", "constructor"],
      ["RsaSignature2018", undefined, "RsaSignature2018"],
      ["JsonWebSignature2020", undefined, "JsonWebSignature2020"],
    ] as const) {
      const suite = cryptosuite === undefined ? {} : { cryptosuite };
      const proof = { type, ...suite, verificationMethod: method, proofPurpose: "assertionMethod" };
      const [verdict] = await verdictsOn({ ...badge, proof }, didKeyBytes(did));
      expect(verdict).to.include({
        verdict: "unknown",
        reason: "cryptosuite_unknown",
        cryptosuite: name,
      });
    }
  });
});

describe("keys of other issuers", () => {
  it("of P-256 are read as Multikey, as JWK, as did:key and as did:jwk, and written as JWK again", () => {
    for (const kind of ["Ed25519", "P-256"] as const) {
      for (let times = 0; times < 20; times += 1) {
        const key = aForeignKey(kind);
        const jwk = key.jwk as JsonObject;
        const bytes = didKeyBytes(selfNamed(key).did);
        expect(bytes).to.have.length(kind === "P-256" ? 33 : 32);
        expect(publicJwk(bytes)).to.deep.equal(Object.fromEntries(Object.entries(jwk)));
        const did = "did:web:a.example";
        const methods = {
          "#multi": { type: "Multikey", publicKeyMultibase: key.multikey },
          "#jwk": { type: "JsonWebKey", publicKeyJwk: jwk },
          "#jwk2020": { type: "JsonWebKey2020", publicKeyJwk: jwk },
        };
        const verificationMethod = Object.entries(methods).map(([id, method]) => ({
          ...{ id, controller: did },
          ...method,
        }));
        const document = { id: did, verificationMethod, assertionMethod: Object.keys(methods) };
        const listed = listedKeys(document, did);
        expect([...listed.keys()]).to.deep.equal(Object.keys(methods).map((id) => `${did}${id}`));
        for (const { publicKey } of listed.values())
          expect(Buffer.from(publicKey)).to.deep.equal(Buffer.from(bytes));
        const named = `did:jwk:${Buffer.from(JSON.stringify(jwk)).toString("base64url")}`;
        const own = listedKeys(didJwkDocument(named), named).get(`${named}#0`);
        expect(Buffer.from(own!.publicKey)).to.deep.equal(Buffer.from(bytes));
        expect(own).to.include({ asserts: true, authenticates: true });
      }
    }
  });

  it("that are none, or for encryption, sign nothing", () => {
    const { jwk } = aForeignKey("P-256");
    const jwkDid = (one: object): string =>
      `did:jwk:${Buffer.from(JSON.stringify(one)).toString("base64url")}`;
    const odd = [
      { ...jwk, y: jwk.x },
      { ...jwk, crv: "P-384" },
      { ...jwk, x: "AA" },
      { kty: "oct", k: "AA" },
      { kty: "RSA", n: "AA", e: "AQAB" },
    ];
    for (const one of odd) {
      const did = jwkDid(one);
      expect([...listedKeys(didJwkDocument(did), did)], JSON.stringify(one)).to.deep.equal([]);
    }
    const sealed = jwkDid({ ...jwk, use: "enc" });
    expect(listedKeys(didJwkDocument(sealed), sealed).get(`${sealed}#0`)).to.include({ asserts: false });
    for (const did of [
      "did:jwk:",
      "did:jwk:!",
      "did:jwk:e30.",
      `did:jwk:${"A".repeat(5000)}`,
      "did:jwk:AAAA",
    ]) {
      expect(() => didJwkDocument(did), did.slice(0, 40)).to.throw(VcError);
    }
    for (const did of ["did:key:zDn", "did:key:z6Mk", `did:key:zDn${"1".repeat(46)}`, "did:key:zUC7"]) {
      expect(() => didKeyBytes(did), did).to.throw(VcError);
    }
  });
});

interface Meaning {
  readonly name: string;
  readonly iri: string;
}

/** Every term of a context and of those within it, with the IRI that it stands for. */
function meaningsIn(context: Json, around: readonly JsonObject[] = []): Meaning[] {
  if (Array.isArray(context)) return (context as readonly Json[]).flatMap((one) => meaningsIn(one, around));
  if (!isJsonObject(context)) return [];
  const scopes = [context, ...around];
  return Object.entries(context)
    .filter(([name]) => !name.startsWith("@"))
    .flatMap(([name, definition]) => {
      const inner = isJsonObject(definition) ? meaningsIn(definition["@context"] ?? {}, scopes) : [];
      const written = isJsonObject(definition) ? (definition["@id"] ?? name) : definition;
      return [{ name, iri: expanded(typeof written === "string" ? written : name, scopes) }, ...inner];
    });
}

function expanded(written: string, scopes: readonly JsonObject[]): string {
  const [prefix = "", rest = ""] = written.split(/:(?!\/\/)/, 2);
  for (const scope of scopes) {
    const meant = scope[prefix];
    if (written.includes(":") && typeof meant === "string") return `${meant}${rest}`;
  }
  return written;
}

describe("the contexts of other issuers", () => {
  it("are the published ones, byte for byte", () => {
    const sums = {
      "credentials-v1.json": "00d7dd6d3ad8b920e3e550dd3a3d9090bffcac84cdbf943da6924b3e0a5c8bb8",
      "open-badges-3.0.0.json": "9f1c8f9f361ba2994b9b50701f41149919542c50c7b7455b2846d87959295d72",
      "open-badges-3.0.1.json": "af095468326d3449160509b26ca71576e6321d13c85b0369cfe3b654c9a48fba",
      "open-badges-3.0.2.json": "00666ad080ba407687ed1846b7f5e7495f5019042b202a727de47c48a1755c53",
      "ed25519-2020-v1.json": "b9e1ab971fd8bf2c7553e0c4a9438e0b9450afde1ea1ca5b2492368b9f549588",
      "data-integrity-v1.json": "b5d829bd09aa7c42abc6efa0c8ed7635313b5487f37ccfce3ecd149ca9418554",
      "data-integrity-v2.json": "0f77743daf5b4e8fc067fc5ba5b21044283053aa717fc6b0219843bed3b00363",
      "bitstring-status-list-v1.json": "fd08cbf28ddd829ab2f1978c48f43ab07a112c1c90245a0cfac7ba721c65170c",
      "status-list-2021-v1.json": "634d71c159289f068c96012e4511c657fdf82ac4231900081bda3ba24e2e1160",
    };
    for (const [name, sum] of Object.entries(sums)) {
      const url = new URL(`../../../src/standards/vc/contexts/${name}`, import.meta.url);
      expect(createHash("sha256").update(readFileSync(url)).digest("hex"), name).to.equal(sum);
    }
    expect(Object.keys(sums)).to.have.length(Object.keys(foreignContexts).length);
  });

  it("have one name for each thing that a verifier reads, so that nothing of it can go by another", () => {
    const all = [...bundledContexts.values()].flatMap((one) => meaningsIn(one["@context"] ?? {}));
    const read = [
      ...["issuer", "credentialSubject", "credentialStatus", "validFrom", "validUntil", "issuanceDate"],
      ...["expirationDate", "evidence", "relatedResource", "digestMultibase", "name", "description"],
      ...["humanCode", "version", "result", "resultDescription", "achievedLevel", "value", "alignment"],
      ...["targetName", "statusListCredential", "statusListIndex", "statusPurpose", "statusSize"],
      "encodedList",
    ];
    for (const name of read) {
      const iris = new Set(all.filter((one) => one.name === name).map(({ iri }) => iri));
      expect(iris.size, name).to.be.greaterThan(0);
      const names = new Set(all.filter(({ iri }) => iris.has(iri)).map((one) => one.name));
      expect([...names], name).to.deep.equal([name]);
    }
    const keywords = all.filter(({ iri }) => iri.startsWith("@"));
    expect(new Set(keywords.map(({ name, iri }) => `${name} ${iri}`))).to.deep.equal(
      new Set(["id @id", "type @type"]),
    );
  });
});
