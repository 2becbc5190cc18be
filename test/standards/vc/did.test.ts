import { expect } from "chai";
import { createHash, generateKeyPairSync } from "node:crypto";
import {
  assertionKeys,
  didDocument,
  didKeyPublicKey,
  didWeb,
  didWebUrl,
  digestMultibase,
  ed25519,
  VcError,
  type JsonObject,
} from "../../../src/standards/vc/index.js";

const codeOf = (act: () => unknown): string => {
  try {
    act();
    return "none";
  } catch (error) {
    return error instanceof VcError ? error.code : "another error";
  }
};
const newKey = (): { jwk: Record<string, unknown>; publicKey: Uint8Array } => {
  const jwk = { ...generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }) };
  return { jwk, publicKey: ed25519.publicKeyOfJwk(jwk) };
};

describe("Ed25519 keys", () => {
  it("go to a Multikey and back; the W3C's key is read", () => {
    const { publicKey } = newKey();
    expect(ed25519.multikeyToPublicKey(ed25519.publicKeyToMultikey(publicKey))).to.deep.equal(publicKey);
    const known = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";
    expect(ed25519.publicKeyToMultikey(ed25519.multikeyToPublicKey(known))).to.equal(known);
    expect(didKeyPublicKey(`did:key:${known}`)).to.deep.equal(ed25519.multikeyToPublicKey(known));
  });

  it("sign and verify; a changed byte, another key or a wrong length does not", () => {
    const { jwk, publicKey } = newKey();
    const bytes = Buffer.from("what is signed");
    const signature = ed25519.proofKeyFrom(jwk, "did:web:a.example#k").sign(bytes);
    expect(signature).to.have.length(64);
    expect(ed25519.verify(publicKey, bytes, signature)).to.equal(true);
    expect(ed25519.verify(publicKey, Buffer.from("another"), signature)).to.equal(false);
    expect(ed25519.verify(newKey().publicKey, bytes, signature)).to.equal(false);
    expect(ed25519.verify(publicKey, bytes, signature.slice(1))).to.equal(false);
    expect(ed25519.verify(publicKey.slice(1), bytes, signature)).to.equal(false);
  });

  it("of another kind are refused", () => {
    const p256 = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    const x25519 = generateKeyPairSync("x25519").privateKey;
    for (const other of [p256, x25519]) {
      const jwk = { ...other.export({ format: "jwk" }) };
      expect(codeOf(() => ed25519.proofKeyFrom(jwk, "did:web:a.example#k"))).to.equal("vc_key_malformed");
      expect(codeOf(() => ed25519.publicKeyOfJwk(jwk))).to.equal("vc_key_malformed");
    }
    const multikeys = [
      "",
      "z",
      "z6Mk",
      "zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169",
      `z${"1".repeat(34)}`,
      `z${"2".repeat(100_000)}`,
      "u7QE0000000000000000000000000000000000000000000",
    ];
    for (const text of multikeys) {
      expect(
        codeOf(() => ed25519.multikeyToPublicKey(text)),
        text.slice(0, 60),
      ).to.equal("vc_key_malformed");
    }
    expect(codeOf(() => ed25519.publicKeyToMultikey(new Uint8Array(31)))).to.equal("vc_key_malformed");
  });
});

describe("did:web", () => {
  it("names an origin and a path, and says where its document stands", () => {
    expect(didWeb("https://a.example", "academies", "xa")).to.equal("did:web:a.example:academies:xa");
    expect(didWeb("http://localhost:3000", "academies", "xa")).to.equal(
      "did:web:localhost%3A3000:academies:xa",
    );
    expect(didWebUrl("did:web:localhost%3A3000:academies:xa")).to.deep.equal({
      host: "localhost:3000",
      url: "https://localhost:3000/academies/xa/did.json",
    });
    expect(didWebUrl("did:web:a.example")).to.deep.equal({
      host: "a.example",
      url: "https://a.example/.well-known/did.json",
    });
  });

  it("that would lead elsewhere than it says is refused", () => {
    const odd = [
      "did:web:",
      "did:web",
      "did:key:z6Mk",
      "did:web:a.example/x",
      "did:web:a.example:..:x",
      "did:web:a.example:.:x",
      "did:web:a.example::x",
      "did:web:a.example:%2e%2e:x",
      "did:web:a.example:x%2Fy",
      "did:web:a.example:x?y",
      "did:web:a.example#k",
      "did:web:user@a.example",
      "did:web:a.example%40b.example",
      "did:web:a.example%2Fx",
      "did:web:a.example%3A99999",
      "did:web:a.example%3Ax",
      "did:web:A.example",
      "did:web:[::1]",
      "did:web:-a.example",
      "did:web:a.example:é",
      `did:web:a.example:${"x".repeat(600)}`,
    ];
    for (const did of odd)
      expect(
        codeOf(() => didWebUrl(did)),
        did,
      ).to.equal("vc_did_malformed");
    expect(codeOf(() => didWeb("no origin", "x"))).to.equal("vc_did_malformed");
    expect(codeOf(() => didWeb("https://a.example", "x/y"))).to.equal("vc_did_malformed");
    for (const did of ["did:key:", "did:key:u123", "did:web:a.example", `did:key:z${"2".repeat(5_000)}`]) {
      expect(
        codeOf(() => didKeyPublicKey(did)),
        did.slice(0, 40),
      ).to.equal("vc_did_malformed");
    }
  });
});

describe("a DID document", () => {
  const did = "did:web:a.example:academies:xa";
  const one = newKey().publicKey;
  const two = newKey().publicKey;
  const whole = didDocument({
    did,
    keys: [
      { id: `${did}#1`, publicKey: one },
      { id: `${did}#2`, publicKey: two },
    ],
  });
  const [first, second] = whole.verificationMethod as [JsonObject, JsonObject];

  it("gives back the keys that it was made of", () => {
    expect([...assertionKeys(whole, did)]).to.deep.equal([
      [`${did}#1`, one],
      [`${did}#2`, two],
    ]);
    expect(
      codeOf(() => didDocument({ did, keys: [{ id: "did:web:b.example#1", publicKey: one }] })),
    ).to.equal("vc_did_malformed");
  });

  it("gives only keys that may assert, are its own and are current", () => {
    const idsOf = (document: JsonObject): string[] => [...assertionKeys(document, did).keys()];
    expect(idsOf({ ...whole, assertionMethod: [`${did}#2`] })).to.deep.equal([`${did}#2`]);
    expect(idsOf({ ...whole, assertionMethod: "#2" })).to.deep.equal([`${did}#2`]);
    expect(idsOf({ ...whole, assertionMethod: [] })).to.deep.equal([]);
    expect(idsOf({ id: did, authentication: [first] })).to.deep.equal([]);
    expect(idsOf({ id: did, assertionMethod: [first] })).to.deep.equal([`${did}#1`]);
    expect(idsOf({ ...whole, assertionMethod: ["did:web:b.example#1", `${did}#3`, 7, null] })).to.deep.equal(
      [],
    );
    const foreign = { ...first, controller: "did:web:b.example" };
    const named = { ...first, id: "did:web:b.example#1" };
    const odd = [
      foreign,
      named,
      { ...first, type: "JsonWebKey" },
      {
        ...first,
        publicKeyMultibase: "z82Lm1MpAkeJcix9K8TMiLd5NMAhnwkjjCBeWHXyu3U4oT2MVJJKXkcVBgjGhnLBn2Kaau9",
      },
      { ...first, revoked: "2027-01-01T00:00:00Z" },
      { ...first, expires: "2037-01-01T00:00:00Z" },
    ];
    for (const method of odd) {
      const document = {
        id: did,
        verificationMethod: [method, second],
        assertionMethod: ["id" in method ? method.id : `${did}#1`, `${did}#2`],
      };
      expect(idsOf(document), JSON.stringify(method)).to.deep.equal([`${did}#2`]);
    }
  });

  it("of another DID, with two keys of one name or with too many is refused", () => {
    expect(codeOf(() => assertionKeys(whole, "did:web:b.example"))).to.equal("vc_did_malformed");
    const twice = { ...whole, verificationMethod: [first, { ...second, id: `${did}#1` }] };
    expect(codeOf(() => assertionKeys(twice, did))).to.equal("vc_did_malformed");
    const many = { ...whole, assertionMethod: Array.from({ length: 101 }, () => "#1") };
    expect(codeOf(() => assertionKeys(many, did))).to.equal("vc_did_malformed");
  });
});

describe("digestMultibase", () => {
  it("is the multihash of SHA2-256 in base64url", () => {
    const text = "ünïcödé";
    const decoded = Buffer.from(digestMultibase(text).slice(1), "base64url");
    expect(digestMultibase(text).charAt(0)).to.equal("u");
    expect([...decoded.subarray(0, 2)]).to.deep.equal([0x12, 0x20]);
    expect(decoded.subarray(2).equals(createHash("sha256").update(text).digest())).to.equal(true);
    expect(digestMultibase(Buffer.from(text))).to.equal(digestMultibase(text));
  });
});
