import { bundledContexts } from "./contexts.js";
import { createDataIntegrity } from "./data-integrity.js";

export { digestMultibase } from "./base.js";
export { canonicalJson } from "./canonical-json.js";
export { bundledContexts, contexts, foreignContexts, type ContextBundle } from "./contexts.js";
export { credentialFault, presentationFault, type RuleFault } from "./credential-rules.js";
export {
  createDataIntegrity,
  type DataIntegrity,
  type ProofVerdict,
  type PublicKeyOf,
} from "./data-integrity.js";
export {
  assertionKeys,
  didDocument,
  didJwkDocument,
  didKeyBytes,
  didKeyPublicKey,
  didWeb,
  didWebUrl,
  listedKeys,
  type DidKey,
  type ListedKey,
} from "./did.js";
export { ed25519, type ProofKey } from "./ed25519.js";
export { VcError } from "./errors.js";
export type { ProofExpectation, ProofReason } from "./proof-shape.js";
export { isJsonObject, parseJson, type Json, type JsonLimits, type JsonObject } from "./json.js";
export { publicJwk } from "./public-keys.js";
export { encodeStatusList, leastStatusListLength, statusBit } from "./status-list.js";

/** Proofs over documents that name the bundled contexts only. */
export const { secure, sealJson, verifyProofs } = createDataIntegrity(bundledContexts);
