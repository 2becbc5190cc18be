import { decodeProtectedHeader, errors, importJWK, jwtVerify, type JWTPayload } from "jose";
import type { Clock } from "../../../foundation/kernel/index.js";
import { holderKey } from "./holder-keys.js";
import type { Nonces } from "./nonces.js";

/** OpenID4VCI 1.0 §8.3.1.2. */
export type ProofFault = "invalid_proof" | "invalid_nonce";

export interface ProofCheck {
  /** The Credential Issuer Identifier. */
  readonly audience: string;
  readonly nonces: Nonces;
  readonly clock: Clock;
}

const algorithms = ["ES256", "ES384", "EdDSA"];
const mostCharacters = 8192;

/**
 * Checks a key proof of the type `jwt` (OpenID4VCI 1.0 appendices F.1 and F.4): its type, its algorithm, the key in its
 * header, the signature, for whom and when it was made; then it takes its nonce. `undefined` when all of it holds.
 */
export async function proofFault(proof: unknown, check: ProofCheck): Promise<ProofFault | undefined> {
  if (typeof proof !== "string" || proof.length > mostCharacters) return "invalid_proof";
  const claims = await claimsOf(proof, check);
  if (typeof claims?.["nonce"] !== "string") return "invalid_proof";
  return (await check.nonces.take(claims["nonce"])) ? undefined : "invalid_nonce";
}

async function claimsOf(proof: string, { audience, clock }: ProofCheck): Promise<JWTPayload | undefined> {
  try {
    const header = decodeProtectedHeader(proof);
    const jwk = holderKey(header);
    if (!jwk || !algorithms.includes(header.alg ?? "")) return undefined;
    const { payload } = await jwtVerify(proof, await importJWK(jwk, header.alg), {
      ...{ algorithms, audience, typ: "openid4vci-proof+jwt" },
      currentDate: new Date(clock.now()),
      // The nonce says how old it can be at most; this bears clocks that differ (§13.8).
      ...{ maxTokenAge: "5 minutes", clockTolerance: "5 minutes" },
    });
    return payload;
  } catch (error) {
    // Whatever is wrong with a stranger's key or signature, jose and the key's import say so by these.
    if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof DOMException)
      return undefined;
    throw error;
  }
}
