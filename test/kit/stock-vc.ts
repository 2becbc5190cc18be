import { from } from "@digitalbazaar/ed25519-multikey";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import { createSignCryptosuite, createVerifyCryptosuite } from "@digitalbazaar/eddsa-jcs-2022-cryptosuite";
import { cryptosuite as rdfc } from "@digitalbazaar/eddsa-rdfc-2022-cryptosuite";
import { issue, verifyCredential, type DocumentLoader } from "@digitalbazaar/vc";
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { base58 } from "@scure/base";
import {
  bundledContexts,
  didDocument,
  didWeb,
  ed25519,
  type JsonObject,
  type ProofKey,
} from "../../src/standards/vc/index.js";

/** A certificate as Tessera's are, about 4 KB, not secured yet. */
export function sampleCertificate(): JsonObject {
  return JSON.parse(readFileSync(new URL("certificate.json", import.meta.url), "utf8")) as JsonObject;
}

/** An issuer with one key, and what its did.json says. */
export interface TestIssuer {
  readonly did: string;
  readonly key: ProofKey;
  readonly publicKey: Uint8Array;
  readonly seed: Uint8Array;
  readonly didDocument: JsonObject;
}

export function makeIssuer(): TestIssuer {
  const did = didWeb("https://tessera.example", "academies", "xa");
  const jwk = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  const publicKey = ed25519.publicKeyOfJwk({ ...jwk });
  const id = `${did}#key-1`;
  return {
    did,
    key: ed25519.proofKeyFrom({ ...jwk }, id),
    publicKey,
    seed: Buffer.from(jwk.d ?? "", "base64url"),
    didDocument: didDocument({ did, keys: [{ id, publicKey }] }),
  };
}

export type StockSuite = "rdfc" | "jcs";

/** Digital Bazaar's verifier, offline: it knows our bundled contexts and one static DID document. */
export interface StockVc {
  /** With all suites given, whichever proofs there are. */
  verifies(credential: object, suites?: readonly StockSuite[]): Promise<boolean>;
  issue(credential: object, suite: StockSuite): Promise<object>;
}

/** `now` stands in for the clock of both. */
export async function stockVc(issuer: TestIssuer, now: Date): Promise<StockVc> {
  const documentLoader = loaderOf(issuer);
  const key = await from({
    "@context": "https://w3id.org/security/multikey/v1",
    id: issuer.key.verificationMethod,
    type: "Multikey",
    controller: issuer.did,
    publicKeyMultibase: ed25519.publicKeyToMultikey(issuer.publicKey),
    secretKeyMultibase: `z${base58.encode(Buffer.concat([Uint8Array.of(0x80, 0x26), issuer.seed]))}`,
  });
  const verifying = {
    rdfc: new DataIntegrityProof({ cryptosuite: rdfc }),
    jcs: new DataIntegrityProof({ cryptosuite: createVerifyCryptosuite() }),
  };
  const signing = {
    rdfc: new DataIntegrityProof({ cryptosuite: rdfc, signer: key.signer(), date: now }),
    jcs: new DataIntegrityProof({ cryptosuite: createSignCryptosuite(), signer: key.signer(), date: now }),
  };
  return {
    verifies: async (credential, suites = ["rdfc", "jcs"]) => {
      const result = await verifyCredential({
        // It adds a member to what it is given.
        credential: { ...credential },
        suite: suites.map((name) => verifying[name]),
        documentLoader,
        checkStatus: () => Promise.resolve({ verified: true }),
        now,
      });
      return result.verified;
    },
    issue: (credential, suite) =>
      issue({ credential: { ...credential }, suite: signing[suite], documentLoader, now }),
  };
}

/** As `stockVc`, for an issuer that has published this DID document: by its first key, the oldest. */
export async function stockVerifier(
  didDocument: JsonObject,
  now: number,
): Promise<Pick<StockVc, "verifies">> {
  const [method] = didDocument.verificationMethod as readonly Readonly<Record<string, string>>[];
  const { id = "", publicKeyMultibase = "" } = method ?? {};
  const publicKey = ed25519.multikeyToPublicKey(publicKeyMultibase);
  const key: ProofKey = { verificationMethod: id, sign: () => new Uint8Array(64) };
  const did = id.slice(0, id.indexOf("#"));
  return stockVc({ did, didDocument, publicKey, seed: Buffer.alloc(32), key }, new Date(now));
}

function loaderOf({ did, didDocument: document, key }: TestIssuer): DocumentLoader {
  const methods = document.verificationMethod as readonly JsonObject[];
  const known = new Map<string, JsonObject>([
    ...bundledContexts,
    [did, document],
    [key.verificationMethod, { "@context": "https://w3id.org/security/multikey/v1", ...methods[0] }],
  ]);
  return (url) => {
    const found = known.get(url);
    return found
      ? Promise.resolve({ documentUrl: url, document: found, tag: "static" })
      : Promise.reject(new Error(`nobody knows ${url}`));
  };
}
