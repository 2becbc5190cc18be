export {
  createKeyRing,
  type KeyRing,
  type KeyRingDeps,
  type ProofKeyRing,
  type PublishedKey,
  type Signer,
  type SigningKey,
  type TokenKeyRing,
} from "./key-ring.js";
export { type KeyAlgorithm } from "./key-making.js";
export { type KeyStore, type StoredKey } from "./key-store.js";
export { createKeyRotation, type KeyCare, type KeyRotation, type KeySetName } from "./rotation.js";
export { createSealer, deriveKey, KeysError, type Sealer } from "./sealing.js";
