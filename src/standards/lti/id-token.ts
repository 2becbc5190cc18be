import { isRecord, type Claims } from "./claims.js";
import { LtiError } from "./errors.js";

/** The only signature algorithm that an id_token may have (IMS Security Framework 1.0 §5.1.1). */
const idTokenAlgorithm = "RS256";

export const maxIdTokenLength = 32 * 1024;

/** An id_token taken apart. Nothing in it is to be believed before its signature is verified. */
export interface IdToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Claims;
  /** The bytes that the signature is over (RFC 7515 §5.2). */
  readonly signed: Buffer;
  readonly signature: Buffer;
}

const compact = /^([\w-]+)\.([\w-]+)\.([\w-]*)$/;

/**
 * The compact form (RFC 7515 §7.1) of a token with an object of claims (RFC 7519 §7.2).
 * @throws LtiError `id_token_malformed`
 */
export function parseIdToken(text: string): IdToken {
  const [, header = "", claims = "", signature = ""] = compact.exec(text) ?? [];
  return {
    header: objectIn(header),
    claims: objectIn(claims),
    signed: Buffer.from(`${header}.${claims}`, "latin1"),
    signature: Buffer.from(signature, "base64url"),
  };
}

function objectIn(part: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    if (isRecord(value)) return value;
  } catch (cause) {
    throw new LtiError("id_token_malformed", {}, { cause });
  }
  throw new LtiError("id_token_malformed");
}

/**
 * The header must say RS256 and name a key; what else it says is never followed (`jku`, `x5u`, `jwk`), and what it
 * calls critical we don't know (RFC 7515 §4.1.11).
 * @throws LtiError `algorithm_refused`, `id_token_malformed`
 */
export function checkAlgorithm({ header }: IdToken): void {
  if (header["alg"] !== idTokenAlgorithm) throw new LtiError("algorithm_refused");
  if (header["crit"] !== undefined) throw new LtiError("id_token_malformed");
}

/** IMS Security Framework 1.0 §5.1.2 asks for a `kid`. @throws LtiError `kid_missing` */
export function checkKeyNamed({ header }: IdToken): void {
  if (typeof header["kid"] !== "string" || header["kid"] === "") throw new LtiError("kid_missing");
}
