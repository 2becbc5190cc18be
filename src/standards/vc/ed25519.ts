import {
  createPrivateKey,
  createPublicKey,
  sign,
  verify,
  type JsonWebKey,
  type KeyObject,
} from "node:crypto";
import { fromBase58, toBase58 } from "./base.js";
import { VcError } from "./errors.js";

/** What signs: a verification method's id and its Ed25519 key. */
export interface ProofKey {
  /** A DID URL, such as `did:web:example.org#key-1`. */
  readonly verificationMethod: string;
  /** An Ed25519 signature (RFC 8032), 64 bytes. */
  sign(bytes: Uint8Array): Uint8Array;
}

/** 0xed as a varint: the multicodec of an Ed25519 public key. */
const multicodec = Uint8Array.of(0xed, 0x01);
const opened = new Map<string, KeyObject>();
const maxOpened = 64;

/** 32 raw bytes as a Multikey (Controlled Identifiers 1.0 §2.2.2). */
function publicKeyToMultikey(publicKey: Uint8Array): string {
  if (publicKey.length !== 32) throw new VcError("vc_key_malformed");
  return toBase58(Buffer.concat([multicodec, publicKey]));
}

/** The 32 raw bytes of a Multikey. @throws VcError `vc_key_malformed` when it is not one of an Ed25519 public key */
function multikeyToPublicKey(multikey: string): Uint8Array {
  const bytes = fromBase58(multikey, 34);
  if (!bytes || bytes[0] !== multicodec[0] || bytes[1] !== multicodec[1])
    throw new VcError("vc_key_malformed");
  return bytes.slice(2);
}

/** @throws VcError `vc_key_malformed` when the JWK (RFC 8037) is no private Ed25519 key */
function proofKeyFrom(privateJwk: Readonly<Record<string, unknown>>, verificationMethod: string): ProofKey {
  const key = open(() => createPrivateKey({ key: privateJwk as JsonWebKey, format: "jwk" }));
  return { verificationMethod, sign: (bytes) => sign(null, bytes, key) };
}

/** The 32 raw bytes of a public or private Ed25519 JWK. @throws VcError `vc_key_malformed` */
function publicKeyOfJwk(jwk: Readonly<Record<string, unknown>>): Uint8Array {
  const { kty, crv, x } = jwk;
  const bytes = Buffer.from(typeof x === "string" ? x : "", "base64url");
  if (kty !== "OKP" || crv !== "Ed25519" || bytes.length !== 32) throw new VcError("vc_key_malformed");
  return new Uint8Array(bytes);
}

/** Whether it is a signature of the bytes; a key or signature of a wrong length is none. */
function verifies(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  return verify(null, bytes, keyObject(publicKey), signature);
}

function keyObject(publicKey: Uint8Array): KeyObject {
  const x = Buffer.from(publicKey).toString("base64url");
  const known = opened.get(x);
  if (known) return known;
  const key = open(() => createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" }));
  if (opened.size >= maxOpened) opened.clear();
  opened.set(x, key);
  return key;
}

function open(make: () => KeyObject): KeyObject {
  try {
    const key = make();
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch (cause) {
    throw new VcError("vc_key_malformed", {}, { cause });
  }
  throw new VcError("vc_key_malformed");
}

export const ed25519 = {
  publicKeyToMultikey,
  multikeyToPublicKey,
  publicKeyOfJwk,
  proofKeyFrom,
  verify: verifies,
};
