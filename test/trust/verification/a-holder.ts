import { createHash, createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import {
  canonicalJson,
  contexts,
  ed25519,
  type Json,
  type JsonObject,
} from "../../../src/standards/vc/index.js";

const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

function base58(bytes: Uint8Array): string {
  let [number, text] = [BigInt(`0x${Buffer.from(bytes).toString("hex")}`), ""];
  for (; number > 0n; number /= 58n) text = alphabet[Number(number % 58n)]! + text;
  return `z${text}`;
}

/**
 * A holder with a wallet, who signs what the standard says (vc-di-eddsa §3.3), by hand.
 * @param named a DID elsewhere, whose document lists the key as `#key`; without it the DID is the key
 */
export function aHolder(named?: string) {
  const { privateKey } = generateKeyPairSync("ed25519");
  const jwk = { ...privateKey.export({ format: "jwk" }) } as Record<string, unknown>;
  const multikey = ed25519.publicKeyToMultikey(ed25519.publicKeyOfJwk(jwk));
  const did = named ?? `did:key:${multikey}`;
  const method = `${did}#${named === undefined ? multikey : "key"}`;
  const sha = (value: Json): Buffer => createHash("sha256").update(canonicalJson(value)).digest();
  const key = createPrivateKey({ key: jwk, format: "jwk" });
  return {
    did,
    /** The key as a DID document lists it. */
    method: { id: method, type: "Multikey", controller: did, publicKeyMultibase: multikey },
    present: (certificate: JsonObject, made: JsonObject, more: JsonObject = {}): string => {
      const document: JsonObject = {
        "@context": [contexts.credentialsV2],
        type: ["VerifiablePresentation"],
        holder: did,
        verifiableCredential: [certificate],
        ...more,
      };
      const options: JsonObject = {
        ...{ type: "DataIntegrityProof", cryptosuite: "eddsa-jcs-2022", proofPurpose: "authentication" },
        ...{ created: "2026-11-21T12:00:00Z", verificationMethod: method },
        "@context": [contexts.credentialsV2],
        ...made,
      };
      const value = base58(sign(null, Buffer.concat([sha(options), sha(document)]), key));
      return JSON.stringify({ ...document, proof: { ...options, proofValue: value } });
    },
  };
}
