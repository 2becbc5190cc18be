import { base58 } from "@scure/base";
import { hash } from "node:crypto";
import { canonicalJson, type JsonObject, type ProofKey } from "../../../src/standards/vc/index.js";

/** Adds an eddsa-jcs-2022 proof with these members to a document, by the letter of Data Integrity 1.0 §4.3. */
export function sealAfter(document: JsonObject, key: ProofKey, members: JsonObject): JsonObject {
  const { proof, ...unsecured } = document;
  const proofs = proof === undefined ? [] : (proof as readonly JsonObject[]);
  const previous = [members.previousProof ?? []].flat();
  const covered = proofs.filter(({ id = null }) => previous.includes(id));
  const options = {
    ...{ type: "DataIntegrityProof", cryptosuite: "eddsa-jcs-2022", proofPurpose: "assertionMethod" },
    ...{ verificationMethod: key.verificationMethod, "@context": document["@context"] ?? null, ...members },
  };
  const input = covered.length === 0 ? unsecured : { ...unsecured, proof: covered };
  const hashed = [options, input].map((part) => hash("sha256", canonicalJson(part), "buffer"));
  const proofValue = `z${base58.encode(key.sign(Buffer.concat(hashed)))}`;
  return { ...unsecured, proof: [...proofs, { ...options, proofValue }] };
}
