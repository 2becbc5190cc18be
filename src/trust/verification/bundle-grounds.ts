import { days, hours } from "../../foundation/kernel/index.js";
import type { LogEntry } from "../../foundation/log/index.js";
import { canonicalJson, digestMultibase, type JsonObject } from "../../standards/vc/index.js";
import type { JurisdictionAnswer, RecognitionQuery, RecognitionSource } from "../recognition/index.js";
import {
  isVouchedFor,
  loggedIn,
  provenLeaves,
  type Bundle,
  type BundledRecognition,
  type Trust,
} from "./bundle.js";
import type { Moment } from "./answers.js";
import type { History } from "./history.js";
import { sealFault, type ProofDeps } from "./proofs.js";
import { isoMoment, jsonOf, memberOf, objectsOf, plainText, textOf, textsOf } from "./reading.js";
import type { Fetched, Lookup } from "./resolver.js";
import { examineStanding } from "./standing.js";

/**
 * Lookups with a bundle at hand: what can be had live is had live, what can't is read from the bundle. A DID document
 * from a bundle is worth nothing until something that the verifier trusts vouches for it: whoever makes a bundle could
 * write any keys into it. All else in it is signed by those keys.
 * @param live absent off line
 */
export function bundleLookup(bundle: Bundle, trust: Trust, live: Lookup | undefined): Lookup {
  const leaves = provenLeaves(bundle, trust);
  const { url: subject, text: signed } = bundle.certificate;
  const inLog =
    loggedIn(leaves, { kind: "credential", subject, digest: digestMultibase(signed) }) !== undefined;
  const ofIssuer = issuerOf(jsonOf(bundle.certificate.text) ?? {});
  // A log vouches for what a DID document was, also before a key of it was retired: whoever stole that key can bring it.
  // He can't have put a certificate into the log.
  const mayCount = (text: string): boolean => {
    const did = textOf(jsonOf(text)?.id) ?? "";
    return did !== ofIssuer || inLog || trust.documents.has(did);
  };
  const kept = (url: string): Fetched => {
    const found = bundle.documents.find((one) => one.url === url);
    if (!found) return { failure: "offline", at: bundle.madeAt };
    const { text, asOf: at } = found;
    const isVouched = !url.endsWith("/did.json") || (isVouchedFor(text, leaves, trust) && mayCount(text));
    return isVouched ? { text, at } : { failure: "unvouched", at };
  };
  return {
    allowPrivate: live?.allowPrivate ?? true,
    text: async (url) => {
      const fetched = await live?.text(url);
      if (fetched && "text" in fetched) return fetched;
      const found = kept(url);
      return fetched && "failure" in found && found.failure === "offline" ? fetched : found;
    },
  };
}

/** The past as a bundle brings it: an end of a key is believed at once, a time in a log only when it is proven. */
export function bundleHistory(bundle: Bundle, trust: Trust, besides: History): History {
  const leaves = provenLeaves(bundle, trust);
  return {
    retiredAt: async (did, method) => {
      const said = bundle.keyHistory.find((key) => key.verificationMethod === method)?.retiredAt;
      const known = await besides.retiredAt(did, method);
      // A bundle can tell of an end, and put none off.
      return said === undefined || known === undefined ? (said ?? known) : Math.min(said, known);
    },
    loggedAt: async (url, digest) =>
      loggedIn(leaves, { kind: "credential", subject: url, digest }) ?? besides.loggedAt(url, digest),
  };
}

/**
 * What jurisdictions said when the bundle was made. Each yes is proven again; a no is the word of the certificate's issuer,
 * for a day.
 */
export function bundleRecognition(bundle: Bundle, trust: Trust, deps: ProofDeps): RecognitionSource {
  const leaves = provenLeaves(bundle, trust);
  return {
    about: async (query) => {
      // Anyone can seal a bundle in his own name.
      const isSealed =
        bundle.issuer === query.issuerDid &&
        (await sealFault(bundle.document, bundle.issuer, deps)) === undefined;
      const grounds = { trust, deps, leaves, isSealed };
      return Promise.all(bundle.recognitions.map((said) => answerFrom(said, query, grounds)));
    },
  };
}

interface Grounds {
  readonly trust: Trust;
  readonly deps: ProofDeps;
  /** Those that are proven. */
  readonly leaves: readonly LogEntry[];
  /** The bundle's own signature holds. */
  readonly isSealed: boolean;
}

/** Data that is older says nothing of now. */
const holds = days(1) + hours(1);

async function answerFrom(
  said: BundledRecognition,
  query: RecognitionQuery,
  grounds: Grounds,
): Promise<JurisdictionAnswer> {
  const { jurisdiction, name, authority, asOf } = said;
  const base = { ...{ jurisdiction, name, asOf }, ...(authority ? { authority } : {}) };
  if (!grounds.isSealed) return { ...base, answer: "unknown", reason: "unverified" };
  if (said.answer !== "yes") {
    const isOld = query.on - asOf > holds || query.on < asOf - holds;
    return isOld
      ? { ...base, answer: "unknown", reason: "stale" }
      : { ...base, answer: said.answer, reason: said.reason };
  }
  return { ...base, ...(await provenRecognition(said, query, grounds)) };
}

type Proven = Pick<JurisdictionAnswer, "answer" | "reason">;
const unverified: Proven = { answer: "unknown", reason: "unverified" };

async function provenRecognition(
  { authority, credential, mandates = [] }: BundledRecognition,
  query: RecognitionQuery,
  grounds: Grounds,
): Promise<Proven> {
  const { deps, leaves } = grounds;
  const document = credential && jsonOf(credential.text);
  if (!document || !authority || !isAbout(document, authority.did, query)) return unverified;
  const digest = digestMultibase(credential.text);
  const at = loggedIn(leaves, { kind: "recognition", subject: textOf(document.id), digest });
  // Whoever stole a key that is retired since can write any day on what he signs; he can't write to the log.
  const sealing = { both: true, logged: { at } };
  if ((await sealFault(document, authority.did, deps, sealing)) !== undefined) return unverified;
  const moment = { now: query.asKnownAt ?? query.on, on: query.on };
  if (!(await isMandated(authority.did, mandates, moment, grounds))) {
    return { answer: "unknown", reason: "mandate-missing" };
  }
  const dated = datesOf(document, query.on);
  if (dated) return dated;
  const status = objectsOf(document.credentialStatus);
  const standing = await examineStanding({ status, issuerId: authority.did, both: true }, moment, deps);
  if (standing.answer === "no") return { answer: "no", reason: "withdrawn" };
  if (standing.answer !== "yes") return { answer: "unknown", reason: "stale" };
  return { answer: "yes", ...termsOf(document, credential) };
}

/** By its own signed terms: nothing beside them is believed. */
function termsOf(
  document: JsonObject,
  credential: BundledRecognition["credential"],
): Omit<JurisdictionAnswer, "answer" | "jurisdiction" | "name" | "asOf"> {
  const [subject] = objectsOf(document.credentialSubject);
  const term = (name: string): string | undefined => plainText(memberOf(subject, name) ?? document[name]);
  const terms = {
    recognisedAs: term("recognisedAs"),
    localLevel: term("localLevel"),
    compensationMeasure: term("compensationMeasure"),
    legalBasis: term("legalBasis"),
  };
  const equivalence = term("equivalence") === "full" ? "full" : "partial";
  const [from, until] = [isoMoment(document.validFrom), isoMoment(document.validUntil)];
  return {
    reason: equivalence === "full" ? "recognised" : "partial",
    equivalence,
    ...(Object.fromEntries(Object.entries(terms).filter(([, said]) => said !== undefined)) as Partial<
      Record<keyof typeof terms, string>
    >),
    ...(typeof from === "number" ? { from } : {}),
    ...(typeof until === "number" ? { until } : {}),
    ...(credential ? { credential } : {}),
  };
}

function datesOf(document: JsonObject, on: number): Proven | undefined {
  const [from, until] = [isoMoment(document.validFrom), isoMoment(document.validUntil)];
  if (from === "malformed" || until === "malformed") return unverified;
  if (from !== undefined && on < from) return { answer: "no", reason: "not-yet" };
  return until !== undefined && until <= on ? { answer: "no", reason: "expired" } : undefined;
}

/** Of this authority, about this achievement of this issuer, or about this one certificate. */
function isAbout(document: JsonObject, authority: string, query: RecognitionQuery): boolean {
  const [subject] = objectsOf(document.credentialSubject);
  const about = textOf(subject?.id);
  return (
    textsOf(document.type).includes("PoliceRecognitionCredential") &&
    issuerOf(document) === authority &&
    about !== undefined &&
    [query.achievementId, query.certificateId].includes(about) &&
    subject?.recognisedAchievement === query.achievementId &&
    subject.recognisedIssuer === query.issuerDid
  );
}

/** A root that the verifier chose says, under its own signature, that this authority may recognise. */
async function isMandated(
  authority: string,
  mandates: readonly string[],
  { now, on }: Moment,
  { trust, deps, leaves }: Grounds,
): Promise<boolean> {
  for (const text of mandates) {
    const document = jsonOf(text);
    const root = document && issuerOf(document);
    if (!document || root === undefined || !trust.roots.includes(root)) continue;
    // Nobody mandates himself.
    const fits = mandatedIn(document) === authority && root !== authority && !datesOf(document, on);
    if (!fits) continue;
    const digest = digestMultibase(canonicalJson(document));
    const at = loggedIn(leaves, { kind: "mandate", subject: textOf(document.id), digest });
    if ((await sealFault(document, root, deps, { both: true, logged: { at } })) !== undefined) continue;
    const status = objectsOf(document.credentialStatus);
    const standing = await examineStanding({ status, issuerId: root, both: true }, { now, on }, deps);
    if (standing.answer === "yes") return true;
  }
  return false;
}

const issuerOf = (document: JsonObject): string | undefined =>
  textOf(document.issuer) ?? textOf(memberOf(document.issuer, "id"));

/** Whom a mandate is for. */
function mandatedIn(document: JsonObject): string | undefined {
  const [subject] = objectsOf(document.credentialSubject);
  const isMandate =
    textsOf(document.type).includes("PoliceMandateCredential") && subject?.mandatedTo === "recognise";
  return isMandate ? textOf(subject.id) : undefined;
}
