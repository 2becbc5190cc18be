import type { Tenant } from "../kernel/index.js";

/** One key of a key set. The private half is sealed (see `sealing.ts`); the public half is a JWK. */
export interface StoredKey extends Tenant {
  readonly kid: string;
  /** Which key set it belongs to, such as `lti`. */
  readonly keySet: string;
  /** 1 for the first key of its set, then 2, …: two processes can't both make the next one. */
  readonly generation: number;
  readonly alg: string;
  readonly publicJwk: Readonly<Record<string, unknown>>;
  readonly sealedPrivateJwk: string;
  readonly createdAt: number;
  /** It is published before it signs; absent: it signs from the beginning. */
  readonly signsFrom?: number;
  /** From then on it signs nothing; it stays published for a while, or for good where what it signed lasts. */
  readonly retiredAt?: number;
}

export interface KeyStore {
  /** `taken` when the set has a key of that generation already: read the keys again. */
  addKey(key: StoredKey): Promise<"added" | "taken">;
  /** From `at` on it signs nothing; `false` when it was retired before, or is not there. */
  retireKey(kid: string, at: number): Promise<boolean>;
  /** By generation, oldest first. */
  keysOf(tenant: Tenant, keySet: string): Promise<StoredKey[]>;
}
