import type { JsonObject, ListedKey, ProofVerdict } from "../../standards/vc/index.js";
import { no, unknown, yes, type Finding } from "./answers.js";
import type { History } from "./history.js";
import { keysOf, type IssuerKeys } from "./keys.js";
import type { ProofCheck } from "./proof-check.js";
import { mayHide } from "./open-form.js";
import { isoMoment, objectsOf, plainText, textOf } from "./reading.js";
import type { Lookup } from "./resolver.js";

export interface ProofDeps {
  readonly lookup: Lookup;
  readonly check: ProofCheck;
  readonly history: History;
}

/** A document and who is meant to have signed it. */
export interface Signed {
  readonly document: JsonObject;
  readonly issuer: string;
  /** As the issuer wrote it: a retired key counts only for what was logged before. */
  readonly logged?: { readonly url: string; readonly digest: string };
  /** Both of `suites` must be there. Where other software signs, one is enough. */
  readonly both: boolean;
}

/** Both of them, once each. */
const suites = ["eddsa-rdfc-2022", "eddsa-jcs-2022"];
const did = /^did:[a-z0-9]+:[^#?/\s]+$/;

/** Is it unaltered? Its signatures are valid, by keys that its issuer lists for this and that counted when it was signed. */
export async function examineProofs(signed: Signed, deps: ProofDeps): Promise<Finding> {
  const { document, issuer } = signed;
  const proofs = objectsOf(document.proof);
  if (proofs.length === 0) return unknown("unsigned");
  if (!did.test(issuer)) return unknown("issuerNoDid");
  if (!allWithin(proofs, issuer)) return no("otherSigner", { values: { issuer: plainText(issuer) ?? "" } });
  const found = await keysOf(issuer, deps.lookup);
  if ("failure" in found) {
    return unknown("keysNotReached", { values: { issuer: shortDid(issuer), why: found.failure } });
  }
  const verdicts = await deps.check(document, publicKeysOf(found.keys));
  if ("code" in verdicts) return fromFailure(verdicts);
  return (
    otherPurpose(verdicts, found) ??
    notAllValid(verdicts, found.at) ??
    (await retirement(signed, verdicts, found, deps)) ??
    hiding(document, verdicts, found.at) ??
    conclude(signed, verdicts, found.at)
  );
}

export const publicKeysOf = (keys: ReadonlyMap<string, ListedKey>): Map<string, Uint8Array> =>
  new Map([...keys].map(([name, { publicKey }]) => [name, publicKey]));

/** Why a document of the issuer, other than the certificate, can't be relied on; undefined when it can. */
export type SealFault =
  | "unsigned"
  | "otherSigner"
  | "keysNotReached"
  | "signatureWrong"
  | "keyPurpose"
  | "keyRetired"
  | "notChecked";

interface Sealing {
  /** As our software signs: both of `suites` must be there, and nothing else. */
  readonly both?: boolean;
  /**
   * When it was written into a log that is trusted, UTC milliseconds. With this member a key that ended counts only for
   * what was logged before its end; without it the time in the proof is believed.
   */
  readonly logged?: { readonly at: number | undefined };
}

/**
 * Whether the issuer signed a list or manifest: at least one signature that we know, none that is wrong, and none by a
 * key that was for something else or over by then. What the issuer itself serves today it stands by, so that a key that
 * was retired later does not matter here; of what others hand on, `logged` has to tell that it is older.
 */
export async function sealFault(
  document: JsonObject,
  issuer: string,
  deps: ProofDeps,
  { both = false, ...rest }: Sealing = {},
): Promise<SealFault | undefined> {
  const proofs = objectsOf(document.proof);
  if (proofs.length === 0) return "unsigned";
  if (!allWithin(proofs, issuer)) return "otherSigner";
  const found: IssuerKeys = await keysOf(issuer, deps.lookup);
  if ("failure" in found) return "keysNotReached";
  const verdicts = await deps.check(document, publicKeysOf(found.keys));
  if ("code" in verdicts) return "notChecked";
  if (verdicts.some(({ verdict }) => verdict === "invalid")) return "signatureWrong";
  const valid = verdicts.filter(({ verdict }) => verdict === "valid");
  const known = valid.length > 0 && (!both || isPair(verdicts));
  if (!known || mayHide(document, verdicts)) return "notChecked";
  return keysFault(valid, found.keys, { issuer, ...rest }, deps);
}

type Sealed = Pick<Sealing, "logged"> & { readonly issuer: string };

async function keysFault(
  valid: readonly ProofVerdict[],
  keys: ReadonlyMap<string, ListedKey>,
  sealed: Sealed,
  deps: ProofDeps,
): Promise<"keyPurpose" | "keyRetired" | undefined> {
  for (const verdict of valid) {
    const fault = await keyFault(verdict, keys.get(verdict.verificationMethod), sealed, deps);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

async function keyFault(
  verdict: ProofVerdict,
  key: ListedKey | undefined,
  { issuer, logged }: Sealed,
  deps: ProofDeps,
): Promise<"keyPurpose" | "keyRetired" | undefined> {
  if (!key?.asserts) return "keyPurpose";
  const ended = await endOf(verdict.verificationMethod, key, issuer, deps);
  if (ended === undefined) return undefined;
  const isProven = logged === undefined || (logged.at !== undefined && logged.at < ended);
  return createdAt(verdict) >= ended || !isProven ? "keyRetired" : undefined;
}

/** A proof in somebody else's name says nothing of this issuer, valid or not. */
function allWithin(proofs: readonly JsonObject[], issuer: string): boolean {
  return proofs.every(({ verificationMethod }) => textOf(verificationMethod)?.startsWith(`${issuer}#`));
}

/** The earlier of what the DID document says and what is known beside it. */
async function endOf(
  method: string,
  key: ListedKey,
  issuer: string,
  { history }: ProofDeps,
): Promise<number | undefined> {
  const ends = [key.retiredAt, await history.retiredAt(issuer, method)].filter((end) => end !== undefined);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** A proof that does not say when it was made may be of any time. */
function createdAt({ created }: ProofVerdict): number {
  const at = isoMoment(created);
  return typeof at === "number" ? at : Number.POSITIVE_INFINITY;
}

type Found = Extract<IssuerKeys, { keys: unknown }>;

/** A key that the issuer lists, and not for certificates: whatever it signed is none. */
function otherPurpose(verdicts: readonly ProofVerdict[], { keys, at }: Found): Finding | undefined {
  const other = verdicts.find(({ verificationMethod }) => keys.get(verificationMethod)?.asserts === false);
  return other && no("keyPurpose", { values: { key: keyName(other) }, asOf: at });
}

/**
 * What is wrong with keys that are retired. The time in a proof is its signer's word: after a key's end, whoever has
 * stolen it can write any time, so that only the log can tell what it signed before.
 */
async function retirement(
  { issuer, logged }: Signed,
  verdicts: readonly ProofVerdict[],
  found: Found,
  deps: ProofDeps,
): Promise<Finding | undefined> {
  for (const verdict of verdicts) {
    const name = verdict.verificationMethod;
    const key = found.keys.get(name);
    const ended = key && (await endOf(name, key, issuer, deps));
    if (ended === undefined) continue;
    const said = { values: { key: keyName(verdict), endedAt: ended }, asOf: found.at };
    if (createdAt(verdict) >= ended) return no("keyRetired", said);
    const loggedAt = logged && (await deps.history.loggedAt(logged.url, logged.digest));
    if (loggedAt === undefined || loggedAt >= ended) return unknown("keyRetiredNotLogged", said);
  }
  return undefined;
}

function notAllValid(verdicts: readonly ProofVerdict[], asOf: number | undefined): Finding | undefined {
  const invalid = verdicts.find(({ verdict }) => verdict === "invalid");
  if (invalid) return no(invalid.reason === "purpose_wrong" ? "purposeWrong" : "signatureWrong", { asOf });
  const open = verdicts.find(({ verdict, reason }) => verdict === "unknown" && reason !== "not_tried");
  return open && notKnown(open, asOf);
}

/** Its signature may be over the same meaning in other words: what it says could not be read out of it by names. */
function hiding(
  document: JsonObject,
  verdicts: readonly ProofVerdict[],
  asOf: number | undefined,
): Finding | undefined {
  return mayHide(document, verdicts) ? unknown("formUnusual", { asOf }) : undefined;
}

/** Both of them, valid, and no other. */
function isPair(verdicts: readonly ProofVerdict[]): boolean {
  const holds = (suite: string): boolean =>
    verdicts.some(({ cryptosuite, verdict }) => cryptosuite === suite && verdict === "valid");
  return verdicts.length === suites.length && suites.every(holds);
}

function conclude({ both }: Signed, verdicts: readonly ProofVerdict[], asOf: number | undefined): Finding {
  const keys = [...new Set(verdicts.map(keyName))];
  const values = { key: keys.join(", "), keys: keys.length };
  const missing = suites.find((suite) => !verdicts.some(({ cryptosuite }) => cryptosuite === suite));
  if (missing === undefined && verdicts.length === suites.length) return yes("bothMatch", { values, asOf });
  const [only, ...more] = verdicts;
  if (!both && only && more.length === 0) {
    return yes("oneMatches", { values: { ...values, suite: only.cryptosuite }, asOf });
  }
  if (!both && verdicts.every(({ verdict }) => verdict === "valid")) {
    return yes("allMatch", { values: { ...values, count: verdicts.length }, asOf });
  }
  if (missing !== undefined) return unknown("signatureMissing", { values: { suite: missing }, asOf });
  return unknown("signaturesTooMany", { asOf });
}

function notKnown(open: ProofVerdict, asOf: number | undefined): Finding {
  if (open.reason === "key_unknown") return unknown("keyNotListed", { values: { key: keyName(open) }, asOf });
  if (open.reason === "cryptosuite_unknown") {
    return unknown("suiteUnknown", { values: { suite: plainText(open.cryptosuite) ?? "?" }, asOf });
  }
  return unknown("proofUnusual", { asOf });
}

function fromFailure({ code, reason }: { readonly code: string; readonly reason?: string }): Finding {
  if (code === "vc_proof_malformed") return no("signatureMalformed");
  if (code === "vc_context_unknown" || reason === "json_ld") return unknown("termsUnknown");
  return unknown("tooMuchWork");
}

/** A key's name as a person can compare it: a Multikey by its beginning and its end. */
function keyName({ verificationMethod }: ProofVerdict): string {
  return shortKey(verificationMethod.slice(verificationMethod.indexOf("#") + 1));
}

export function shortKey(text: string): string {
  const name = plainText(text) ?? "";
  return name.length > 24 ? `${name.slice(0, 10)}…${name.slice(-6)}` : name;
}

/** A DID as it may be shown in a sentence. */
export function shortDid(text: string): string {
  const shown = plainText(text) ?? "";
  return shown.length > 60 ? `${shown.slice(0, 59)}…` : shown;
}
