import { createPublicKey } from "node:crypto";
import { DirectoryError } from "./errors.js";

/** The algorithms that a client's assertions may be signed with, by the type of its key. */
const algorithms: ReadonlyMap<string, readonly string[]> = new Map([
  ["RSA", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]],
  ["P-256", ["ES256"]],
  ["P-384", ["ES384"]],
  ["Ed25519", ["EdDSA"]],
]);

const parts = ["kty", "crv", "n", "e", "x", "y"];

/** RFC 8301 §3.2 and every guide since: a shorter modulus proves nothing. */
const shortestModulus = 2048;

/**
 * The public half of a client's key from the text of a JWK (RFC 7517), with `alg` and nothing that is not needed. A
 * private key is refused: it must not have left its owner.
 * @throws DirectoryError `client_key_refused`
 */
export function readPublicKey(text: string): Readonly<Record<string, string>> {
  const jwk = parsed(text);
  const key = Object.fromEntries(
    parts.flatMap((name) => (typeof jwk[name] === "string" ? [[name, jwk[name]] as const] : [])),
  );
  const allowed = algorithms.get(key["crv"] ?? key["kty"] ?? "") ?? [];
  const alg = jwk["alg"] ?? allowed[0];
  if (Object.hasOwn(jwk, "d") || typeof alg !== "string" || !allowed.includes(alg) || !isSound(key))
    throw new DirectoryError("client_key_refused");
  return { ...key, alg };
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch (cause) {
    throw new DirectoryError("client_key_refused", {}, { cause });
  }
  throw new DirectoryError("client_key_refused");
}

function isSound(key: Readonly<Record<string, string>>): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey({ key, format: "jwk" });
    return asymmetricKeyType !== "rsa" || (asymmetricKeyDetails?.modulusLength ?? 0) >= shortestModulus;
  } catch {
    return false;
  }
}
