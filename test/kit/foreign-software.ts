import { createHash, generateKeyPairSync, sign, type JsonWebKey, type KeyObject } from "node:crypto";
import { createRequire } from "node:module";
import { base58 } from "@scure/base";
import { bundledContexts, canonicalJson, type JsonObject } from "../../src/standards/vc/index.js";

// Other issuers' software: stock jsonld and node's own cryptography, put together by the standards and not by our code.

const require = createRequire(import.meta.url);
const jsonld = require("jsonld") as { canonize(document: object, options: object): Promise<string> };

/** As the stock suites call it. */
const options = {
  ...{ algorithm: "RDFC-1.0", format: "application/n-quads", safe: true, base: null },
  rdfDirection: "i18n-datatype",
  documentLoader: (url: string) => {
    const document = bundledContexts.get(url);
    if (!document) throw new Error(`nobody knows ${url}`);
    return Promise.resolve({ documentUrl: url, document: structuredClone(document), tag: "static" });
  },
};
const canonical = (document: JsonObject): Promise<string> =>
  jsonld.canonize(structuredClone(document), options);
const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();

export type ForeignSuite =
  "Ed25519Signature2020" | "eddsa-rdfc-2022" | "eddsa-jcs-2022" | "ecdsa-rdfc-2019" | "ecdsa-jcs-2019";

export interface ForeignKey {
  readonly privateKey: KeyObject;
  readonly jwk: JsonWebKey;
  readonly multikey: string;
}

export function aForeignKey(kind: "Ed25519" | "P-256" = "Ed25519"): ForeignKey {
  const { privateKey, publicKey } =
    kind === "Ed25519" ? generateKeyPairSync("ed25519") : generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = publicKey.export({ format: "jwk" });
  const [x, y] = [jwk.x, jwk.y].map((one) => Buffer.from(one ?? "", "base64url"));
  const compressed = [Buffer.of(0x80, 0x24, 2 + ((y?.at(-1) ?? 0) & 1)), x!];
  const bytes = Buffer.concat(kind === "Ed25519" ? [Buffer.of(0xed, 0x01), x!] : compressed);
  return { privateKey, jwk, multikey: `z${base58.encode(bytes)}` };
}

/** A DID that is its own key, with the name of its method. */
export function selfNamed(key: ForeignKey): { did: string; method: string } {
  return { did: `did:key:${key.multikey}`, method: `did:key:${key.multikey}#${key.multikey}` };
}

/** Such a proof of a document that has none, to stand in its `proof`. */
export async function foreignProof(
  document: JsonObject,
  suite: ForeignSuite,
  key: ForeignKey,
  more: JsonObject & { verificationMethod: string },
): Promise<JsonObject> {
  const kind =
    suite === "Ed25519Signature2020" ? { type: suite } : { type: "DataIntegrityProof", cryptosuite: suite };
  const proof: JsonObject = {
    ...kind,
    created: "2026-11-20T09:00:00Z",
    proofPurpose: "assertionMethod",
    ...more,
  };
  const context = document["@context"]!;
  const isJcs = suite.includes("-jcs-");
  const full: JsonObject = { ...proof, "@context": context };
  const texts = isJcs
    ? [canonicalJson(full), canonicalJson(document)]
    : [await canonical(full), await canonical(document)];
  const bytes = Buffer.concat(texts.map(sha256));
  const signature = suite.startsWith("ecdsa")
    ? sign("sha256", bytes, { key: key.privateKey, dsaEncoding: "ieee-p1363" })
    : sign(null, bytes, key.privateKey);
  return { ...(isJcs ? full : proof), proofValue: `z${base58.encode(signature)}` };
}
