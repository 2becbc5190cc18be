import { generateKeyPair as generate } from "node:crypto";
import { promisify } from "node:util";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from "jose";

export type KeyAlgorithm = "RS256" | "EdDSA";

interface NewKey {
  /** The public half's thumbprint (RFC 7638). */
  readonly kid: string;
  readonly publicJwk: JWK;
  readonly privateJwk: JWK;
}

export async function makeKey(alg: KeyAlgorithm): Promise<NewKey> {
  const { publicJwk, privateJwk } = await makers[alg]();
  return { kid: await calculateJwkThumbprint(publicJwk), publicJwk, privateJwk };
}

/** A public RSA key's members (RFC 7518 §6.3.1): whatever else is stored beside them is published by no way. */
export function publicMembers({ kty, n, e }: Readonly<Record<string, unknown>>): JWK {
  return { kty, n, e } as JWK;
}

const makers: Readonly<Record<KeyAlgorithm, () => Promise<Omit<NewKey, "kid">>>> = {
  RS256: async () => {
    const pair = await generateKeyPair("RS256", { modulusLength: 2048, extractable: true });
    return { publicJwk: await exportJWK(pair.publicKey), privateJwk: await exportJWK(pair.privateKey) };
  },
  EdDSA: async () => {
    // Not by jose: WebCrypto's Ed25519 warns on Node 20 that it is experimental.
    const pair = await promisify(generate)("ed25519");
    return {
      publicJwk: pair.publicKey.export({ format: "jwk" }),
      privateJwk: pair.privateKey.export({ format: "jwk" }),
    };
  },
};
