import { compactVerify, decodeProtectedHeader, importJWK, type JWK } from "jose";
import { publicJwk, VcError, type JsonObject, type ListedKey } from "../../standards/vc/index.js";
import { no, unknown, yes, type Finding } from "./answers.js";
import { readDocument } from "./document.js";
import { VerificationError } from "./errors.js";
import { documentUrl, keysOf } from "./keys.js";
import { shortDid, shortKey } from "./proofs.js";
import { isoMoment, jsonOf, memberOf, objectsOf, plainText, textOf, textsOf } from "./reading.js";
import type { Lookup } from "./resolver.js";

/** A certificate as a signed token (Open Badges 3.0 §8.2). */
export interface TokenCertificate {
  readonly token: string;
  readonly header: { readonly alg: string; readonly kid?: string; readonly jwk?: JWK };
  readonly claims: JsonObject;
  /** The credential itself, without the token's claims. */
  readonly document: JsonObject;
}

/** Of a token's claims these are no members of the credential; OB 3.0 §8.2.4.1 says what they repeat. */
const claimNames = ["iss", "jti", "nbf", "exp", "sub", "iat", "aud", "nonce", "vc"];
const shape = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/;

export const isToken = (text: string): boolean => shape.test(text);

/** @throws VerificationError `verification_not_json`, `verification_no_certificate` and those of `readDocument` */
export function readToken(token: string): TokenCertificate {
  const header = headerOf(token);
  const claims = readDocument(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
  const nested = memberOf(claims, "vc");
  const [inside] = objectsOf(nested);
  const members = Object.entries(claims).filter(([name]) => !claimNames.includes(name));
  return { token, header, claims, document: inside ? filledIn(inside, claims) : Object.fromEntries(members) };
}

/** Of a credential under `vc`, what only the claims around it say (VC Data Model 1.1 §6.3.1). */
function filledIn(inside: JsonObject, { iss, jti, nbf, exp }: JsonObject): JsonObject {
  const begins = inside.validFrom === undefined && inside.issuanceDate === undefined;
  const ends = inside.validUntil === undefined && inside.expirationDate === undefined;
  return {
    ...(typeof iss === "string" ? { issuer: iss } : {}),
    ...(typeof jti === "string" ? { id: jti } : {}),
    ...(begins && nbf !== undefined ? { issuanceDate: isoOf(nbf) } : {}),
    ...(ends && exp !== undefined ? { expirationDate: isoOf(exp) } : {}),
    ...inside,
  };
}

/** A NumericDate (RFC 7519 §2); what is none stays as it is, and is no date to whoever reads it. */
function isoOf(claim: JsonObject[string]): JsonObject[string] {
  const at = new Date(typeof claim === "number" ? claim * 1000 : Number.NaN);
  return Number.isFinite(at.getTime()) && at.getUTCFullYear() < 10_000 && at.getUTCFullYear() >= 0
    ? at.toISOString()
    : claim;
}

function headerOf(token: string): TokenCertificate["header"] {
  try {
    const { alg, kid, jwk } = decodeProtectedHeader(token);
    const known = typeof alg === "string" ? alg : "none";
    return {
      alg: known,
      ...(typeof kid === "string" ? { kid } : {}),
      ...(jwk === undefined ? {} : { jwk }),
    };
  } catch (cause) {
    throw new VerificationError("verification_not_json", {}, { cause });
  }
}

/** What OB 3.0 §8.2.3 lets issuers sign with, and EdDSA as VC-JOSE-COSE has it. */
const algorithms = ["RS256", "ES256", "EdDSA"];

/** Is it unaltered? The signature is by a key that is the issuer's own, and the claims repeat what the credential says. */
export async function examineToken(
  { token, header, claims, document }: TokenCertificate,
  issuer: string,
  lookup: Lookup,
): Promise<Finding> {
  const { alg } = header;
  if (!algorithms.includes(alg)) return unknown("suiteUnknown", { values: { suite: plainText(alg) ?? "?" } });
  if (!claimsFit(claims, document, issuer)) return no("claimsDiffer");
  const found = await keyOfToken(header, issuer, lookup);
  if ("failure" in found) {
    const values = { issuer: shortDid(issuer), why: found.failure };
    return found.failure === "unbound"
      ? unknown("keyNotBound", { values })
      : unknown("keysNotReached", { values });
  }
  const asOf = found.at;
  if (!(await isSigned(token, found.jwk, alg))) return no("signatureWrong", { asOf });
  return yes("tokenMatches", { values: { key: shortKey(found.name), alg }, asOf });
}

/** A claim repeats what the credential says, where both are there; of two names for one date it may mean either. */
function claimsFit(claims: JsonObject, document: JsonObject, issuer: string): boolean {
  const [subject] = objectsOf(document.credentialSubject);
  const pairs = [
    [claims.iss, [issuer]],
    [claims.jti, [textOf(document.id)]],
    [claims.sub, [textOf(subject?.id)]],
    [wholeSeconds(claims.nbf), [document.validFrom, document.issuanceDate].map(secondsOf)],
    [wholeSeconds(claims.exp), [document.validUntil, document.expirationDate].map(secondsOf)],
  ] as const;
  // OB 3.0 asks for `iss`, VC-JOSE-COSE does not; it is the credential's issuer whose key is looked for.
  return pairs.every(([claim, said]) => claim === undefined || (said as readonly unknown[]).includes(claim));
}

type Claim = JsonObject[string] | undefined;

const wholeSeconds = (claim: Claim): Claim => (typeof claim === "number" ? Math.floor(claim) : claim);

function secondsOf(value: Claim): number | undefined {
  const at = isoMoment(value);
  return typeof at === "number" ? Math.floor(at / 1000) : undefined;
}

type TokenKey =
  | { readonly jwk: JWK; readonly name: string; readonly at?: number }
  | { readonly failure: string; readonly at?: number };

/** A key that the token itself brings, or points to, says nothing until it is the issuer's own. */
async function keyOfToken(
  header: TokenCertificate["header"],
  issuer: string,
  lookup: Lookup,
): Promise<TokenKey> {
  const { kid } = header;
  if (kid !== undefined && isOwnAddress(kid, issuer, lookup)) return fetchKey(kid, lookup);
  if (!issuer.startsWith("did:")) return { failure: "unbound" };
  const found = await keysOf(issuer, lookup);
  if ("failure" in found) return { failure: found.failure };
  const at = found.at === undefined ? {} : { at: found.at };
  const listed = jwkIn(found.document ?? {}, issuer, header);
  if (listed) return { ...listed, ...at };
  const named = kid === undefined ? undefined : multikeyOf(found.keys, kid);
  return named ? { ...named, ...at } : { failure: "unbound" };
}

/** A Multikey in force, as a JWK. */
function multikeyOf(
  keys: ReadonlyMap<string, ListedKey>,
  name: string,
): { jwk: JWK; name: string } | undefined {
  const key = keys.get(name);
  if (!key?.asserts || key.retiredAt !== undefined) return undefined;
  return { jwk: publicJwk(key.publicKey), name };
}

/** The key for assertions that the token means, as the issuer's DID document has it, if it says no end. */
function jwkIn(
  document: JsonObject,
  issuer: string,
  { kid, jwk }: TokenCertificate["header"],
): { jwk: JWK; name: string } | undefined {
  const absolute = (id: string): string => (id.startsWith("#") ? `${issuer}${id}` : id);
  const asserting = textsOf(document.assertionMethod).map(absolute);
  for (const method of objectsOf(document.verificationMethod)) {
    const name = absolute(textOf(method.id) ?? "");
    const [key] = objectsOf(method.publicKeyJwk);
    const isUsable =
      asserting.includes(name) &&
      name.startsWith(`${issuer}#`) &&
      method.revoked === undefined &&
      method.expires === undefined;
    if (!key || !isUsable) continue;
    const isMeant = kid === undefined ? jwk !== undefined && sameKey(key, jwk) : absolute(kid) === name;
    if (isMeant) return { jwk: key, name };
  }
  return undefined;
}

const publicMembers = ["kty", "n", "e", "crv", "x", "y"] as const;

function sameKey(one: JsonObject, other: JWK): boolean {
  return publicMembers.every((name) => one[name] === other[name]);
}

/** An address below the issuer's own: of a did:web beside its document, of a URL at its origin. */
function isOwnAddress(kid: string, issuer: string, lookup: Lookup): boolean {
  if (!URL.canParse(kid) || !/^https?:/.test(kid)) return false;
  try {
    if (issuer.startsWith("did:web:")) {
      const folder = new URL(".", documentUrl(issuer, lookup)).href.replace(/\.well-known\/$/, "");
      // As it will be asked for: dots in a path lead elsewhere.
      return new URL(kid).href.startsWith(folder);
    }
  } catch (error) {
    if (error instanceof VcError) return false;
    throw error;
  }
  return URL.canParse(issuer) && new URL(issuer).origin === new URL(kid).origin;
}

async function fetchKey(kid: string, lookup: Lookup): Promise<TokenKey> {
  const fetched = await lookup.text(kid);
  if ("failure" in fetched) return fetched;
  const found = jsonOf(fetched.text);
  const keys = found?.keys === undefined ? objectsOf(found) : objectsOf(found.keys);
  const named = keys.find((key) => key.kid === kid) ?? (keys.length === 1 ? keys[0] : undefined);
  return named ? { jwk: named, name: kid, at: fetched.at } : { failure: "malformed", at: fetched.at };
}

async function isSigned(token: string, jwk: JWK, alg: string): Promise<boolean> {
  try {
    const { kty, n, e, crv, x, y } = jwk;
    const members = Object.entries({ kty, n, e, crv, x, y }).filter(([, value]) => value !== undefined);
    const key = await importJWK(Object.fromEntries(members) as JWK, alg);
    await compactVerify(token, key, { algorithms: [alg] });
    return true;
  } catch {
    // A key of another kind, a weak one, or a signature that does not fit: each is no match.
    return false;
  }
}
