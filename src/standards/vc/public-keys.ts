import { ed25519 } from "./ed25519.js";
import { VcError } from "./errors.js";
import type { JsonObject } from "./json.js";
import { p256 } from "./p256.js";

// A public key is its raw bytes: 32 of Ed25519, or the 33 of a compressed point of P-256. Their length tells them apart.

/** A public key as a JWK. @throws VcError `vc_key_malformed` */
export function publicJwk(publicKey: Uint8Array): JsonObject {
  if (publicKey.length === 33) return p256.jwkOf(publicKey);
  return { kty: "OKP", crv: "Ed25519", x: Buffer.from(publicKey).toString("base64url") };
}

/** @throws VcError `vc_key_malformed` when it is of neither kind */
export function keyOfMultikey(multikey: string): Uint8Array {
  // The beginning of base58 tells the multicodec.
  return multikey.startsWith("zDn")
    ? p256.multikeyToPublicKey(multikey)
    : ed25519.multikeyToPublicKey(multikey);
}

/** @throws VcError `vc_key_malformed` when it is of neither kind */
export function keyOfJwk(jwk: JsonObject): Uint8Array {
  return jwk.kty === "EC" ? p256.publicKeyOfJwk(jwk) : ed25519.publicKeyOfJwk(jwk);
}

/** Whether it is a signature of the bytes by a key of the kind that the suite has. */
export function signatureHolds(
  kind: "Ed25519" | "P-256",
  publicKey: Uint8Array,
  { bytes, signature }: { readonly bytes: Uint8Array; readonly signature: Uint8Array },
): boolean {
  const { verify } = kind === "P-256" ? p256 : ed25519;
  return verify(publicKey, bytes, signature);
}

/** Whatever `make` gives, or nothing where that key is malformed or of a kind that is not known here. */
export function knownKey(make: () => Uint8Array): Uint8Array | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof VcError) return undefined;
    throw error;
  }
}
