import { createPublicKey, ECDH, verify, type KeyObject } from "node:crypto";
import { fromBase58 } from "./base.js";
import { VcError } from "./errors.js";

/** 0x1200 as a varint: the multicodec of a P-256 public key. */
const multicodec = Uint8Array.of(0x80, 0x24);
const curve = "prime256v1";

/** The point of a Multikey, compressed, 33 bytes. @throws VcError `vc_key_malformed` when it is none of P-256's curve */
function multikeyToPublicKey(multikey: string): Uint8Array {
  const bytes = fromBase58(multikey, 35);
  if (!bytes || bytes[0] !== multicodec[0] || bytes[1] !== multicodec[1])
    throw new VcError("vc_key_malformed");
  return converted(bytes.slice(2), "compressed");
}

/** The compressed point of a public EC JWK (RFC 7518 §6.2). @throws VcError `vc_key_malformed` */
function publicKeyOfJwk(jwk: Readonly<Record<string, unknown>>): Uint8Array {
  const { kty, crv, x, y } = jwk;
  const [left, right] = [x, y].map((one) => Buffer.from(typeof one === "string" ? one : "", "base64url"));
  if (kty !== "EC" || crv !== "P-256" || left?.length !== 32 || right?.length !== 32)
    throw new VcError("vc_key_malformed");
  return converted(Buffer.concat([Uint8Array.of(4), left, right]), "compressed");
}

/** A compressed point as a JWK. @throws VcError `vc_key_malformed` when it is no point of the curve */
function jwkOf(publicKey: Uint8Array): { kty: "EC"; crv: "P-256"; x: string; y: string } {
  const point = converted(publicKey, "uncompressed");
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((one) => one.toString("base64url"));
  return { kty: "EC", crv: "P-256", x: x ?? "", y: y ?? "" };
}

/** Whether it is a signature (ECDSA with SHA-256, r then s, 64 bytes) of the bytes. */
function verifies(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 33 || signature.length !== 64) return false;
  const key = keyObject(publicKey);
  return key !== undefined && verify("sha256", bytes, { key, dsaEncoding: "ieee-p1363" }, signature);
}

function keyObject(publicKey: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwkOf(publicKey), format: "jwk" });
  } catch {
    // No point of the curve, which no signature is by.
    return undefined;
  }
}

function converted(point: Uint8Array, form: "compressed" | "uncompressed"): Buffer {
  try {
    return ECDH.convertKey(point, curve, undefined, undefined, form) as Buffer;
  } catch (cause) {
    throw new VcError("vc_key_malformed", {}, { cause });
  }
}

export const p256 = { multikeyToPublicKey, publicKeyOfJwk, jwkOf, verify: verifies };
