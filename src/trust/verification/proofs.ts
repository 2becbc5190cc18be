import type { JsonObject, ProofVerdict } from "../../standards/vc/index.js";
import { no, unknown, yes, type Finding } from "./answers.js";
import { keysOf, type IssuerKeys } from "./keys.js";
import type { ProofCheck } from "./proof-check.js";
import { objectsOf, plainText, textOf } from "./reading.js";
import type { Lookup, Resolver } from "./resolver.js";

export interface ProofDeps {
  readonly resolver: Resolver;
  readonly lookup: Lookup;
  readonly check: ProofCheck;
}

/** Both of them, once each. */
const suites = ["eddsa-rdfc-2022", "eddsa-jcs-2022"];
const did = /^did:[a-z0-9]+:[^#?/\s]+$/;

/** Is it unaltered? Both signatures are there, valid, and by keys that the issuer's DID document lists for assertions. */
export async function examineProofs(document: JsonObject, issuer: string, deps: ProofDeps): Promise<Finding> {
  const proofs = objectsOf(document.proof);
  if (proofs.length === 0) return unknown("unsigned");
  if (!did.test(issuer)) return unknown("issuerNoDid");
  if (!allWithin(proofs, issuer)) return no("otherSigner", { values: { issuer: plainText(issuer) ?? "" } });
  const found = await keysOf(issuer, deps.lookup, deps.resolver);
  if ("failure" in found) {
    return unknown("keysNotReached", { values: { issuer: shortDid(issuer), why: found.failure } });
  }
  const verdicts = await deps.check(document, found.keys);
  return "code" in verdicts ? fromFailure(verdicts) : conclude(verdicts, found.at);
}

/** Why a document of the issuer, other than the certificate, can't be relied on; undefined when it can. */
export type SealFault = "unsigned" | "otherSigner" | "keysNotReached" | "signatureWrong" | "notChecked";

/** Whether the issuer signed a list or manifest: at least one signature that we know, and none that is wrong. */
export async function sealFault(
  document: JsonObject,
  issuer: string,
  deps: ProofDeps,
): Promise<SealFault | undefined> {
  const proofs = objectsOf(document.proof);
  if (proofs.length === 0) return "unsigned";
  if (!allWithin(proofs, issuer)) return "otherSigner";
  const found: IssuerKeys = await keysOf(issuer, deps.lookup, deps.resolver);
  if ("failure" in found) return "keysNotReached";
  const verdicts = await deps.check(document, found.keys);
  if ("code" in verdicts) return "notChecked";
  if (verdicts.some(({ verdict }) => verdict === "invalid")) return "signatureWrong";
  return verdicts.some(({ verdict }) => verdict === "valid") ? undefined : "notChecked";
}

/** A proof in somebody else's name says nothing of this issuer, valid or not. */
function allWithin(proofs: readonly JsonObject[], issuer: string): boolean {
  return proofs.every(({ verificationMethod }) => textOf(verificationMethod)?.startsWith(`${issuer}#`));
}

function conclude(verdicts: readonly ProofVerdict[], asOf: number | undefined): Finding {
  if (verdicts.some(({ verdict }) => verdict === "invalid")) return no("signatureWrong", { asOf });
  const open = verdicts.find(({ verdict, reason }) => verdict === "unknown" && reason !== "not_tried");
  if (open) return notKnown(open, asOf);
  const missing = suites.find((suite) => !verdicts.some(({ cryptosuite }) => cryptosuite === suite));
  if (missing !== undefined) return unknown("signatureMissing", { values: { suite: missing }, asOf });
  if (verdicts.length !== suites.length) return unknown("signaturesTooMany", { asOf });
  const keys = [...new Set(verdicts.map(keyName))];
  return yes("bothMatch", { values: { key: keys.join(", "), keys: keys.length }, asOf });
}

function notKnown(open: ProofVerdict, asOf: number | undefined): Finding {
  if (open.reason === "key_unknown") return unknown("keyNotListed", { values: { key: keyName(open) }, asOf });
  if (open.reason === "cryptosuite_unknown") {
    return unknown("suiteUnknown", { values: { suite: plainText(open.cryptosuite) ?? "?" }, asOf });
  }
  return unknown("proofUnusual", { asOf });
}

function fromFailure({ code }: { readonly code: string }): Finding {
  if (code === "vc_proof_malformed") return no("signatureMalformed");
  if (code === "vc_context_unknown") return unknown("termsUnknown");
  return unknown("tooMuchWork");
}

/** A key's name as a person can compare it: a Multikey by its beginning and its end. */
function keyName({ verificationMethod }: ProofVerdict): string {
  const name = plainText(verificationMethod.slice(verificationMethod.indexOf("#") + 1)) ?? "";
  return name.length > 24 ? `${name.slice(0, 10)}…${name.slice(-6)}` : name;
}

/** A DID as it may be shown in a sentence. */
export function shortDid(text: string): string {
  const shown = plainText(text) ?? "";
  return shown.length > 60 ? `${shown.slice(0, 59)}…` : shown;
}
