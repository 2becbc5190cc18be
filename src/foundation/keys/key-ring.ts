import { createPrivateKey, sign } from "node:crypto";
import { importJWK, type CryptoKey, type JWK } from "jose";
import { installation, type Clock, type Tenant } from "../kernel/index.js";
import { makeKey, publicMembers, type KeyAlgorithm } from "./key-making.js";
import type { KeyStore, StoredKey } from "./key-store.js";
import { keyContext, publishedAt, signingAt } from "./generations.js";
import { KeysError, type Sealer } from "./sealing.js";

export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
}

/** The keys of one purpose: the newest whose time has come signs; the next one and the last ones are published too. */
export interface KeyRing {
  /** The key to sign with; the first call makes it. @throws KeysError `key_set_retired`, `sealed_unreadable` */
  signingKey(): Promise<SigningKey>;
  /** All public keys as a JWK set (RFC 7517 §5), each with `kid`, `alg` and `use`: Moodle needs `alg`. */
  jwks(): Promise<{ keys: JWK[] }>;
}

/** Signs bytes; the secret itself stays behind it. */
export interface Signer {
  readonly kid: string;
  /** The 32 bytes of the public half (RFC 8032 §5.1.5). */
  readonly publicKey: Uint8Array;
  /** An Ed25519 signature: 64 bytes (RFC 8032 §5.1.6). */
  sign(bytes: Uint8Array): Uint8Array;
}

/** The public half of one generation. */
export interface PublishedKey {
  readonly kid: string;
  /** The 32 bytes of the public half. */
  readonly publicKey: Uint8Array;
  readonly createdAt: number;
  /** From then on it signs nothing; what it signed before still holds. */
  readonly retiredAt?: number;
}

/** An academy's Ed25519 keys of one purpose, for Data Integrity proofs. */
export interface ProofKeyRing {
  /** The key to sign with; the first call makes it. @throws KeysError `key_set_retired`, `sealed_unreadable` */
  signer(): Promise<Signer>;
  /**
   * Of all keys that are not retired, oldest first, also those that wait for their day: for what two keys sign beside each
   * other while one follows the other.
   * @throws KeysError as `signer`
   */
  signers(): Promise<Signer[]>;
  /** Of all generations, oldest first, the retired ones too; the first call makes the first key. */
  publicKeys(): Promise<PublishedKey[]>;
}

/** An academy's RS256 keys of one purpose, for tokens that are checked long after they were signed. */
export interface TokenKeyRing {
  /** The key to sign with; the first call makes it. @throws KeysError `key_set_retired`, `sealed_unreadable` */
  signingKey(): Promise<SigningKey>;
  /** The public half of a key that is not retired: for a token nobody can tell when it was signed. */
  publicKey(kid: string): Promise<JWK | undefined>;
}

export interface KeyRingDeps {
  readonly store: KeyStore;
  readonly sealer: Sealer;
  readonly clock: Clock;
}

/** A ring of the installation's RS256 keys (what LTI 1.3 asks for, IMS Security Framework 1.0 §5.1.1). */
export function createKeyRing(keySet: string, deps: KeyRingDeps): KeyRing;
/** A ring of a tenant's Ed25519 keys. */
export function createKeyRing(
  keySet: string,
  deps: KeyRingDeps,
  of: { readonly tenant: Tenant; readonly alg: "EdDSA" },
): ProofKeyRing;
/** A ring of a tenant's RS256 keys. */
export function createKeyRing(
  keySet: string,
  deps: KeyRingDeps,
  of: { readonly tenant: Tenant; readonly alg: "RS256" },
): TokenKeyRing;
export function createKeyRing(
  keySet: string,
  deps: KeyRingDeps,
  of?: { readonly tenant: Tenant; readonly alg: KeyAlgorithm },
): KeyRing | ProofKeyRing | TokenKeyRing {
  if (!of) return joseRing(openKeySet(keySet, deps, forLti));
  const keys = openKeySet(keySet, deps, of);
  return of.alg === "EdDSA" ? proofRing(keys) : tokenRing(keys);
}

const forLti = { tenant: installation, alg: "RS256" } as const;

const joseKey = async ({ kid, alg }: StoredKey, jwk: JWK): Promise<SigningKey> => ({
  kid,
  alg,
  privateKey: (await importJWK(jwk, alg)) as CryptoKey,
});

function tokenRing(keys: KeySet): TokenKeyRing {
  return {
    signingKey: signingWith(keys, opening(keys, joseKey)),
    publicKey: async (wanted) => {
      const found = (await keys.stored()).find(
        ({ kid, retiredAt }) => kid === wanted && retiredAt === undefined,
      );
      return found && { ...publicMembers(found.publicJwk), kid: found.kid, alg: found.alg, use: "sig" };
    },
  };
}

function joseRing(keys: KeySet): KeyRing {
  return {
    signingKey: signingWith(keys, opening(keys, joseKey)),
    jwks: async () => ({
      keys: publishedAt(await keys.stored(), keys.now()).map(({ publicJwk, kid, alg }) => ({
        ...publicMembers(publicJwk),
        kid,
        alg,
        use: "sig",
      })),
    }),
  };
}

function proofRing(keys: KeySet): ProofKeyRing {
  const opened = opening<Signer>(keys, ({ kid, publicJwk }, jwk) => {
    const key = createPrivateKey({ key: { ...jwk }, format: "jwk" });
    return Promise.resolve({
      kid,
      publicKey: rawPublicKey(publicJwk),
      sign: (bytes: Uint8Array) => sign(null, bytes, key),
    });
  });
  return {
    signer: signingWith(keys, opened),
    signers: async () => {
      const usable = (await keys.stored()).filter(({ retiredAt }) => retiredAt === undefined);
      if (usable.length === 0) throw new KeysError("key_set_retired", { keySet: keys.name });
      return Promise.all(usable.map(opened));
    },
    publicKeys: async () =>
      (await keys.stored()).map(({ kid, publicJwk, createdAt, retiredAt }) => ({
        ...{ kid, publicKey: rawPublicKey(publicJwk), createdAt },
        ...(retiredAt === undefined ? {} : { retiredAt }),
      })),
  };
}

/** RFC 8037 §2: `x` is the public key's bytes in base64url. */
function rawPublicKey({ x }: StoredKey["publicJwk"]): Uint8Array {
  return new Uint8Array(Buffer.from(String(x), "base64url"));
}

interface KeySet {
  readonly name: string;
  /** Of all generations, oldest first; there is one at least. */
  stored(): Promise<StoredKey[]>;
  now(): number;
  /** The private half. @throws KeysError `sealed_unreadable` */
  unseal(key: StoredKey): JWK;
}

function openKeySet(
  name: string,
  { store, sealer, clock }: KeyRingDeps,
  { tenant, alg }: { readonly tenant: Tenant; readonly alg: KeyAlgorithm },
): KeySet {
  return {
    name,
    stored: async () => {
      const keys = await store.keysOf(tenant, name);
      if (keys.length > 0) return keys;
      // Two processes may get here at once: generation 1 can be taken once, and both then read the one that won.
      const { kid, publicJwk, privateJwk } = await makeKey(alg);
      const { academyId, jurisdictionId } = tenant;
      const sealedPrivateJwk = sealer.seal(JSON.stringify(privateJwk), keyContext(name, kid));
      const kept = { academyId, jurisdictionId, keySet: name, generation: 1, createdAt: clock.now() };
      await store.addKey({ ...kept, kid, alg, publicJwk: { ...publicJwk }, sealedPrivateJwk });
      return store.keysOf(tenant, name);
    },
    unseal: ({ kid, sealedPrivateJwk }) =>
      JSON.parse(sealer.open(sealedPrivateJwk, keyContext(name, kid))) as JWK,
    now: () => clock.now(),
  };
}

type Opening<T> = (key: StoredKey) => Promise<T>;

/** Opens each key once. */
function opening<T>(keys: KeySet, open: (key: StoredKey, jwk: JWK) => Promise<T>): Opening<T> {
  const opened = new Map<string, T>();
  return async (key) => {
    const known = opened.get(key.kid) ?? (await open(key, keys.unseal(key)));
    opened.set(key.kid, known);
    return known;
  };
}

/** Answers with the key that signs now. */
function signingWith<T>(keys: KeySet, opened: Opening<T>): () => Promise<T> {
  return async () => {
    const current = signingAt(await keys.stored(), keys.now());
    if (!current) throw new KeysError("key_set_retired", { keySet: keys.name });
    return opened(current);
  };
}
