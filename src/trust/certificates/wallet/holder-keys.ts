import { ECDH } from "node:crypto";
import { base58 } from "@scure/base";
import type { JWK } from "jose";
import { didKeyPublicKey, isJsonObject, parseJson } from "../../../standards/vc/index.js";

/** Members of a private or symmetric JWK (RFC 7518 §6): a key proof's header must not have them. */
const privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/**
 * The public key that the header of a key proof names (OpenID4VCI 1.0 appendix F.1): by `jwk`, or by a `kid` that is a URL
 * of a did:jwk or did:key (Ed25519, P-256), whose keys stand in themselves. `undefined` for anything else.
 */
export function holderKey(header: Readonly<Record<string, unknown>>): JWK | undefined {
  const { jwk, kid, x5c } = header;
  if ([jwk, kid, x5c].filter((one) => one !== undefined).length !== 1) return undefined;
  const key = typeof kid === "string" ? keyOfDid(kid) : jwk;
  if (!isJsonObject(key) || privateMembers.some((member) => Object.hasOwn(key, member))) return undefined;
  return key;
}

function keyOfDid(url: string): unknown {
  const [did = ""] = url.split("#");
  const encoded = /^did:jwk:([\w-]{1,2000})$/.exec(did)?.[1];
  try {
    if (encoded !== undefined) return parseJson(Buffer.from(encoded, "base64url").toString("utf8"));
    if (did.startsWith("did:key:zDn")) return keyOfPoint(base58.decode(did.slice("did:key:z".length, 100)));
    return { kty: "OKP", crv: "Ed25519", x: Buffer.from(didKeyPublicKey(did)).toString("base64url") };
  } catch {
    return undefined;
  }
}

/** A compressed P-256 point behind its multicodec (0x1200 as a varint). */
function keyOfPoint(bytes: Uint8Array): unknown {
  if (bytes[0] !== 0x80 || bytes[1] !== 0x24) return undefined;
  const point = ECDH.convertKey(
    bytes.subarray(2),
    "prime256v1",
    undefined,
    undefined,
    "uncompressed",
  ) as Buffer;
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString("base64url"));
  return { kty: "EC", crv: "P-256", x, y };
}
