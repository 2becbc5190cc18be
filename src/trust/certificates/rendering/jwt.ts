import { CompactSign } from "jose";
import type { SigningKey } from "../../../foundation/keys/index.js";
import { parseJson } from "../../../standards/vc/index.js";

/**
 * A certificate as a token, exactly as OB 3.0 §8.2 has it: the payload is the credential itself, its embedded proofs
 * included (§8.2.3), and the claims that repeat its members; the header has nothing but `alg`, `kid` and `typ`.
 * @param credential the signed JSON
 * @param kid the URL of the key's JWK (§8.6)
 */
export async function vcJwt(credential: string, key: SigningKey, kid: string): Promise<string> {
  const document = parseJson(credential) as unknown as Claimed;
  const payload = {
    ...document,
    iss: document.issuer.id,
    jti: document.id,
    nbf: numericDate(document.validFrom),
    sub: document.credentialSubject.id,
    exp: numericDate(document.validUntil),
  };
  return new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader({ alg: "RS256", kid, typ: "JWT" })
    .sign(key.privateKey);
}

/** What the claims repeat of one of our own certificates. */
interface Claimed {
  readonly id: string;
  readonly issuer: { readonly id: string };
  readonly credentialSubject: { readonly id: string };
  readonly validFrom: string;
  readonly validUntil: string;
}

/** RFC 7519 §2. */
const numericDate = (date: string): number => Date.parse(date) / 1000;
