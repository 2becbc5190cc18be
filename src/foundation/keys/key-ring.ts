import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type CryptoKey,
  type JWK,
} from "jose";
import { installation, type Clock } from "../kernel/index.js";
import type { KeyStore, StoredKey } from "./key-store.js";
import { KeysError, type Sealer } from "./sealing.js";

export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
}

/** The installation's keys of one purpose: the newest signs, all are published. */
export interface KeyRing {
  /** The key to sign with; the first call makes it. @throws KeysError `key_set_retired`, `sealed_unreadable` */
  signingKey(): Promise<SigningKey>;
  /** All public keys as a JWK set (RFC 7517 §5), each with `kid`, `alg` and `use`: Moodle needs `alg`. */
  jwks(): Promise<{ keys: JWK[] }>;
}

export interface KeyRingDeps {
  readonly store: KeyStore;
  readonly sealer: Sealer;
  readonly clock: Clock;
}

/** A ring of RS256 keys (the algorithm that LTI 1.3 asks for, IMS Security Framework 1.0 §5.1.1). */
export function createKeyRing(keySet: string, { store, sealer, clock }: KeyRingDeps): KeyRing {
  const context = (kid: string): string => `key ${keySet} ${kid}`;
  const opened = new Map<string, SigningKey>();

  const open = async (key: StoredKey): Promise<SigningKey> => {
    const jwk = JSON.parse(sealer.open(key.sealedPrivateJwk, context(key.kid))) as JWK;
    return { kid: key.kid, alg: key.alg, privateKey: (await importJWK(jwk, key.alg)) as CryptoKey };
  };
  const storedKeys = async (): Promise<StoredKey[]> => {
    const keys = await store.keysOf(installation, keySet);
    if (keys.length > 0) return keys;
    // Two processes may get here at once: generation 1 can be taken once, and both then read the one that won.
    await store.addKey(await makeKey(keySet, 1, { sealer, clock, context }));
    return store.keysOf(installation, keySet);
  };
  return {
    signingKey: async () => {
      const newest = (await storedKeys()).filter(({ retiredAt }) => retiredAt === undefined).at(-1);
      if (!newest) throw new KeysError("key_set_retired", { keySet });
      const known = opened.get(newest.kid) ?? (await open(newest));
      opened.set(newest.kid, known);
      return known;
    },
    jwks: async () => ({
      keys: (await storedKeys()).map(({ publicJwk: { kty, n, e }, kid, alg }) => ({
        ...({ kty, n, e } as JWK),
        kid,
        alg,
        use: "sig",
      })),
    }),
  };
}

async function makeKey(
  keySet: string,
  generation: number,
  deps: { sealer: Sealer; clock: Clock; context: (kid: string) => string },
): Promise<StoredKey> {
  const alg = "RS256";
  const pair = await generateKeyPair(alg, { modulusLength: 2048, extractable: true });
  const publicJwk = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  const privateJwk = JSON.stringify(await exportJWK(pair.privateKey));
  return {
    ...installation,
    kid,
    keySet,
    generation,
    alg,
    publicJwk: { ...publicJwk },
    sealedPrivateJwk: deps.sealer.seal(privateJwk, deps.context(kid)),
    createdAt: deps.clock.now(),
  };
}
