export {
  createKeyRing,
  type KeyRing,
  type KeyRingDeps,
  type ProofKeyRing,
  type PublishedKey,
  type Signer,
  type SigningKey,
} from "./key-ring.js";
export { type KeyStore, type StoredKey } from "./key-store.js";
export { createSealer, deriveKey, KeysError, type Sealer } from "./sealing.js";
