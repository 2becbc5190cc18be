import { createPublicKey, verify, type KeyObject } from "node:crypto";
import { isRecord } from "./claims.js";

/** One platform's public keys that an id_token may be signed by, ready to verify with. */
export interface KeySet {
  /**
   * Whether the signature over these bytes (RSASSA-PKCS1-v1_5 with SHA-256, RFC 7518 §3.3) is by the key of this name.
   * No signature is by a key that is not sound, and none by a name that two keys have.
   */
  verify(kid: string, signed: Buffer, signature: Buffer): "verified" | "not verified" | "no such key";
}

/** RFC 7518 §3.3 asks for 2048 bits at least; a far longer key would only cost us time. */
const bits = { least: 2048, most: 8192 };

/**
 * The RSA signing keys of a set (RFC 7517): what is meant for another use or algorithm, or is no such key, is left out,
 * as RFC 7517 §5 has it. Verifying takes place at once: to hand so small a piece of work to another thread costs more.
 */
export function createKeySet(jwks: readonly unknown[]): KeySet {
  const keys = new Map<string, KeyObject | "unusable">();
  for (const jwk of jwks) {
    if (!isRecord(jwk) || !signsIdTokens(jwk) || typeof jwk["kid"] !== "string") continue;
    const { kid } = jwk;
    keys.set(kid, keys.has(kid) ? "unusable" : rsaKey(jwk));
  }
  return {
    verify: (kid, signed, signature) => {
      const key = keys.get(kid);
      if (key === undefined) return "no such key";
      if (key === "unusable") return "not verified";
      return verify("RSA-SHA256", signed, key, signature) ? "verified" : "not verified";
    },
  };
}

function signsIdTokens({ kty, use, alg, key_ops: operations }: Readonly<Record<string, unknown>>): boolean {
  return (
    kty === "RSA" &&
    (alg === undefined || alg === "RS256") &&
    (use === undefined || use === "sig") &&
    (operations === undefined || (Array.isArray(operations) && operations.includes("verify")))
  );
}

/** A key whose private half is published is nobody's own. */
function rsaKey({ n, e, d }: Readonly<Record<string, unknown>>): KeyObject | "unusable" {
  if (typeof n !== "string" || typeof e !== "string" || d !== undefined) return "unusable";
  try {
    const key = createPublicKey({ key: { kty: "RSA", n, e }, format: "jwk" });
    const { modulusLength = 0, publicExponent = 1n } = key.asymmetricKeyDetails ?? {};
    const isSound = modulusLength >= bits.least && modulusLength <= bits.most && publicExponent > 1n;
    return isSound ? key : "unusable";
  } catch {
    return "unusable";
  }
}
