import { decodeJwt, decodeProtectedHeader, type ProtectedHeaderParameters } from "jose";
import type { Claims } from "./claims.js";
import { LtiError } from "./errors.js";
import { idTokenAlgorithm } from "./platform-keys.js";

export const maxIdTokenLength = 32 * 1024;

/** An id_token taken apart. Nothing in it is to be believed before its signature is verified. */
export interface IdToken {
  readonly text: string;
  readonly header: ProtectedHeaderParameters;
  readonly claims: Claims;
}

/** @throws LtiError `id_token_malformed` when it is no compact JWS with an object of claims. */
export function parseIdToken(text: string): IdToken {
  try {
    return { text, header: decodeProtectedHeader(text), claims: decodeJwt(text) };
  } catch (cause) {
    throw new LtiError("id_token_malformed", {}, { cause });
  }
}

/**
 * The header must say RS256 and name a key; what else it says is never followed (`jku`, `x5u`, `jwk`), and what it
 * calls critical we don't know (RFC 7515 §4.1.11).
 * @throws LtiError `algorithm_refused`, `id_token_malformed`
 */
export function checkAlgorithm({ header }: IdToken): void {
  if (header.alg !== idTokenAlgorithm) throw new LtiError("algorithm_refused");
  if (header.crit !== undefined) throw new LtiError("id_token_malformed");
}

/** IMS Security Framework 1.0 §5.1.2 asks for a `kid`. @throws LtiError `kid_missing` */
export function checkKeyNamed({ header }: IdToken): void {
  if (typeof header.kid !== "string" || header.kid === "") throw new LtiError("kid_missing");
}
