import { fromBase58 } from "./base.js";
import { foreignContexts } from "./contexts.js";
import { VcError } from "./errors.js";
import { isJsonObject, type Json, type JsonObject } from "./json.js";

/** A suite: the key that it takes, and how it makes a document's text. All of them hash with SHA-256. */
export interface Suite {
  readonly name: string;
  readonly key: "Ed25519" | "P-256";
  readonly canonical: "rdfc" | "jcs";
}

const dataIntegrity: Readonly<Record<string, Suite>> = {
  "eddsa-rdfc-2022": { name: "eddsa-rdfc-2022", key: "Ed25519", canonical: "rdfc" },
  "eddsa-jcs-2022": { name: "eddsa-jcs-2022", key: "Ed25519", canonical: "jcs" },
};
/**
 * Of other issuers, for assertions alone. With P-256 only: a P-384 key needs another hash. Ed25519Signature2020 is a
 * proof's type and hashes as eddsa-rdfc-2022 does; only its options have other terms.
 */
const foreign: Readonly<Record<string, Suite>> = {
  "ecdsa-rdfc-2019": { name: "ecdsa-rdfc-2019", key: "P-256", canonical: "rdfc" },
  "ecdsa-jcs-2019": { name: "ecdsa-jcs-2019", key: "P-256", canonical: "jcs" },
};
const signature2020: Suite = { name: "Ed25519Signature2020", key: "Ed25519", canonical: "rdfc" };

/**
 * Why a proof is not valid:
 * `proof_malformed` it is no Data Integrity proof of the form that these suites have;
 * `proof_repeated` another proof of the document has the same suite and key;
 * `proof_order` the JCS proof stands before the RDFC proof, as Tessera never writes them;
 * `option_unsupported` a member of the standard's that is not understood here, such as `expires` or `domain`;
 * `cryptosuite_unknown`; `key_unknown`; `purpose_wrong` (not `assertionMethod`);
 * `context_differs` the proof's `@context` is not the document's; `signature_wrong`;
 * `proof_expired`; `proof_for_another` (another challenge or domain than was agreed on);
 * `previous_missing` a proof that it says it follows is not there, or not valid;
 * `not_tried` a JCS proof was not valid, so the costlier RDFC proof was not looked at.
 */
export type ProofReason =
  | "proof_malformed"
  | "proof_repeated"
  | "proof_order"
  | "option_unsupported"
  | "cryptosuite_unknown"
  | "key_unknown"
  | "purpose_wrong"
  | "context_differs"
  | "signature_wrong"
  | "proof_expired"
  | "proof_for_another"
  | "previous_missing"
  | "not_tried";

export interface Flaw {
  readonly verdict: "invalid" | "unknown";
  readonly reason: ProofReason;
}

/** A proof that has the right form; whether its signature fits is not known yet. */
export interface WellFormedProof {
  readonly suite: Suite;
  readonly verificationMethod: string;
  /** The proof without its `proofValue`. */
  readonly options: JsonObject;
  readonly signature: Uint8Array;
}

/** What a verifier that takes part in a protocol asks of a proof; without it only plain assertions are understood. */
export interface ProofExpectation {
  readonly purpose: "assertionMethod" | "authentication";
  /** What it must have been made for, where that was agreed on (Data Integrity 1.0 §2.1). */
  readonly challenge?: string;
  readonly domain?: string;
  /** The moment at which it must not have expired, UTC milliseconds. */
  readonly at: number;
}

const maxProofs = 8;
const ours = [
  "@context",
  "type",
  "cryptosuite",
  "created",
  "verificationMethod",
  "proofPurpose",
  "proofValue",
];
/** Members of Data Integrity 1.0 §2.1 that say more than these two suites need. */
const unsupported = ["id", "expires", "domain", "challenge", "nonce", "previousProof"];
const instant =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/** The proofs of a document, in order; none when it has none. @throws VcError `vc_proof_malformed` */
export function proofsOf(document: JsonObject): readonly JsonObject[] {
  const { proof } = document;
  if (proof === undefined) return [];
  const proofs = Array.isArray(proof) ? (proof as readonly Json[]) : [proof];
  if (proofs.length === 0 || proofs.length > maxProofs || !proofs.every(isJsonObject)) {
    throw new VcError("vc_proof_malformed");
  }
  return proofs;
}

export function withoutProof(document: JsonObject): JsonObject {
  if (document.proof === undefined) return document;
  return Object.fromEntries(Object.entries(document).filter(([name]) => name !== "proof"));
}

/** Looks at the form of a document's proofs, of each and of all together, in the light of its `@context`. */
export function readProofs(
  proofs: readonly JsonObject[],
  context: Json | undefined,
  expected?: ProofExpectation,
): (WellFormedProof | Flaw)[] {
  const read = proofs.map((proof) => readProof(proof, context, expected));
  // Who speaks a protocol takes any proof set that the standard allows.
  if (expected) return read;
  const names = read.map((one) =>
    "verdict" in one ? undefined : `${one.suite.name} ${one.verificationMethod}`,
  );
  const suites = proofs.map(({ cryptosuite }) => cryptosuite);
  const jcs = suites.indexOf("eddsa-jcs-2022");
  const outOfOrder = jcs >= 0 && jcs < suites.lastIndexOf("eddsa-rdfc-2022");
  return read.map((one, place) => {
    if ("verdict" in one) return one;
    if (names.indexOf(names[place]) !== names.lastIndexOf(names[place])) {
      return { verdict: "invalid", reason: "proof_repeated" };
    }
    return outOfOrder ? { verdict: "unknown", reason: "proof_order" } : one;
  });
}

function readProof(
  proof: JsonObject,
  context: Json | undefined,
  expected: ProofExpectation | undefined,
): WellFormedProof | Flaw {
  const { verificationMethod, proofValue, ...rest } = proof;
  const suite = suiteOf(proof, expected !== undefined);
  if (!suite) return { verdict: "unknown", reason: "cryptosuite_unknown" };
  const flaw =
    (suite === signature2020 ? flaw2020(proof, context) : undefined) ??
    memberFlaw(proof, expected) ??
    contextFlaw(suite, proof["@context"], context);
  if (flaw) return flaw;
  const value = typeof proofValue === "string" ? proofValue : "";
  // Of P-384, which the same suites have.
  if (suite.key === "P-256" && fromBase58(value, 96)) {
    return { verdict: "unknown", reason: "cryptosuite_unknown" };
  }
  const signature = fromBase58(value, 64);
  if (typeof verificationMethod !== "string" || !signature) return malformed;
  return { suite, verificationMethod, options: { ...rest, verificationMethod }, signature };
}

function suiteOf({ type, cryptosuite }: JsonObject, inProtocol: boolean): Suite | undefined {
  if (type === signature2020.name) return inProtocol ? undefined : signature2020;
  if (type !== "DataIntegrityProof" || typeof cryptosuite !== "string") return undefined;
  const suites = inProtocol ? dataIntegrity : { ...dataIntegrity, ...foreign };
  return Object.hasOwn(suites, cryptosuite) ? suites[cryptosuite] : undefined;
}

/** The name by which people know a proof's kind: its cryptosuite, or its type where that is the suite. */
export function suiteName({ type, cryptosuite }: JsonObject): string {
  const name = type === "DataIntegrityProof" || typeof type !== "string" ? cryptosuite : type;
  return typeof name === "string" ? name : "";
}

/** Its terms have a meaning only where the document names the suite's context, and none beside those of `ours`. */
function flaw2020(proof: JsonObject, context: Json | undefined): Flaw | undefined {
  const named = listOf(context).includes(foreignContexts.ed25519Signature2020);
  const plain = Object.keys(proof).every((name) => name !== "cryptosuite" && ours.includes(name));
  return named && plain && proof["@context"] === undefined
    ? undefined
    : { verdict: "unknown", reason: "option_unsupported" };
}

const malformed: Flaw = { verdict: "invalid", reason: "proof_malformed" };

function memberFlaw(proof: JsonObject, expected: ProofExpectation | undefined): Flaw | undefined {
  const names = Object.keys(proof);
  if (names.some((name) => !ours.includes(name) && !unsupported.includes(name))) return malformed;
  if (!expected && names.some((name) => unsupported.includes(name))) {
    return { verdict: "unknown", reason: "option_unsupported" };
  }
  const purpose = expected?.purpose ?? "assertionMethod";
  if (proof.proofPurpose !== purpose) return { verdict: "invalid", reason: "purpose_wrong" };
  if (proof.created !== undefined && !isInstant(proof.created)) return malformed;
  return expected && protocolFlaw(proof, expected);
}

/** What Data Integrity 1.0 §2.1 has beside the plain members of an assertion. */
function protocolFlaw(proof: JsonObject, expected: ProofExpectation): Flaw | undefined {
  const { id, expires, domain, challenge, nonce, previousProof } = proof;
  const texts = [challenge, nonce].every((value) => value === undefined || typeof value === "string");
  const lists = [domain, previousProof].every(isTexts);
  const named = id === undefined || (typeof id === "string" && /^[a-z][a-z0-9+.-]*:\S+$/i.test(id));
  if (!texts || !lists || !named) return malformed;
  if (expires !== undefined && !isInstant(expires)) return malformed;
  if (typeof expires === "string" && Date.parse(expires) <= expected.at) {
    return { verdict: "invalid", reason: "proof_expired" };
  }
  return purposeFlaw({ domain, challenge }, expected);
}

function purposeFlaw(
  { domain, challenge }: { domain: Json | undefined; challenge: Json | undefined },
  expected: ProofExpectation,
): Flaw | undefined {
  const meant =
    (expected.challenge === undefined || challenge === expected.challenge) &&
    (expected.domain === undefined || listOf(domain).includes(expected.domain));
  return meant ? undefined : { verdict: "invalid", reason: "proof_for_another" };
}

function isTexts(value: Json | undefined): boolean {
  return listOf(value).every((one) => typeof one === "string");
}

/** A value that may be one or several, as several. */
export function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}

/** An XML Schema dateTimeStamp of a day that there is. */
function isInstant(value: Json): boolean {
  if (typeof value !== "string" || !instant.test(value)) return false;
  const day = value.slice(0, 10);
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

/**
 * A JCS proof repeats its document's `@context` (vc-di-eddsa §3.3.1); an RDFC proof has none of its own, and one added
 * to it would be covered by no signature.
 */
function contextFlaw(
  { canonical }: Suite,
  own: Json | undefined,
  context: Json | undefined,
): Flaw | undefined {
  if (own === undefined) return undefined;
  const same = canonical === "jcs" && JSON.stringify(own) === JSON.stringify(context);
  return same ? undefined : { verdict: "invalid", reason: "context_differs" };
}
