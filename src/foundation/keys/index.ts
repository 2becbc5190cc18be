export { type KeyStore, type StoredKey } from "./key-store.js";
