export { digestMultibase } from "./base.js";
export { canonicalJson } from "./canonical-json.js";
export { contexts } from "./contexts.js";
export { assertionKeys, didDocument, didKeyPublicKey, didWeb, didWebUrl, type DidKey } from "./did.js";
export { ed25519, type ProofKey } from "./ed25519.js";
export { VcError } from "./errors.js";
export { isJsonObject, parseJson, type Json, type JsonLimits, type JsonObject } from "./json.js";
export { encodeStatusList, leastStatusListLength, statusBit } from "./status-list.js";
