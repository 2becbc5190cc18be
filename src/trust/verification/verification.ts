import type { Clock } from "../../foundation/kernel/index.js";
import { canonicalJson, parseJson, VcError, type JsonObject } from "../../standards/vc/index.js";
import { no, questions, unknown, yes, type Answer, type Finding, type Question } from "./answers.js";
import { readCertificate, type StatedCertificate } from "./certificate.js";
import { examineDates } from "./dates.js";
import { VerificationError } from "./errors.js";
import { examineEvidence, ownEvidence } from "./evidence.js";
import type { KnownIssuer, OwnCertificate, OwnCertificates } from "./own.js";
import { checkHere, type ProofCheck } from "./proof-check.js";
import { examineProofs, shortDid, type ProofDeps } from "./proofs.js";
import type { Lookup, Resolver } from "./resolver.js";
import { examineStanding, ownStanding } from "./standing.js";

export interface VerifierDeps {
  readonly resolver: Resolver;
  /** For strangers' documents: `createProofWorker().check`. */
  readonly check: ProofCheck;
  /** The academies of this installation, by their DIDs. */
  readonly issuers: (did: string) => Promise<KnownIssuer | undefined>;
  /** Absent where there is no installation: at a terminal. */
  readonly own?: OwnCertificates;
  readonly clock: Clock;
  /** How many verifications may be under way; 16 when left out. */
  readonly most?: number;
  /** For one verification, in milliseconds; 4.5 s when left out, beside the resolver's 4 s within it. */
  readonly deadlineMs?: number;
}

/** What was asked, and every answer, in the order of `questions`. */
export interface Verification {
  /** UTC milliseconds. */
  readonly at: number;
  readonly stated: StatedCertificate;
  /** Present when it is, whole, one that this installation issued. */
  readonly own?: OwnCertificate;
  readonly answers: readonly Answer[];
}

/** Answers about certificates. Everything that it is given, and all that this leads to, may mean harm. */
export interface Verifier {
  /** @throws VerificationError */
  ofText(text: string): Promise<Verification>;
  /** @throws VerificationError */
  ofUrl(url: string): Promise<Verification>;
  /**
   * The answers again, and whether this person holds it: by a code from the course page, which is used up by this.
   * @throws VerificationError `verification_no_certificate` when it is none of this installation
   */
  ofHolder(certificateUrl: string, code: string): Promise<Verification>;
}

export function createVerifier(deps: VerifierDeps): Verifier {
  let underWay = 0;
  /** Each of them may hold some MiB and some connections, so there is a most. */
  const bounded = async (work: (bounds: Bounds) => Promise<Verification>): Promise<Verification> => {
    if (underWay >= (deps.most ?? 16)) throw new VerificationError("verification_busy");
    underWay += 1;
    // The time runs from here: a certificate that comes slowly leaves less of it for its signatures.
    const limit = timeLimit(deps.deadlineMs ?? 4500);
    try {
      return await work({ lookup: deps.resolver.begin(), limit });
    } finally {
      underWay -= 1;
      limit.end();
    }
  };
  return {
    ofText: (text) => bounded((bounds) => examine(readDocument(text), bounds, deps)),
    ofUrl: (url) =>
      bounded(async (bounds) =>
        examine(readDocument(await fetchCertificate(url, bounds.lookup)), bounds, deps),
      ),
    ofHolder: (certificateUrl, code) =>
      bounded(async (bounds) => {
        const own = await deps.own?.find(certificateUrl);
        if (!own) throw new VerificationError("verification_no_certificate");
        const verification = await examine(readDocument(own.text), bounds, deps);
        // A code for a certificate that was altered would prove nothing.
        return verification.own
          ? withHolder(verification, await examineHolder(own, code, deps))
          : verification;
      }),
  };
}

function readDocument(text: string): JsonObject {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof VcError)) throw error;
    throw new VerificationError(errorOf[error.code] ?? "verification_not_json", {}, { cause: error });
  }
}

const errorOf: Readonly<Record<string, VerificationError["code"]>> = {
  vc_json_too_large: "verification_too_large",
  vc_json_too_deep: "verification_too_deep",
  vc_json_repeated_key: "verification_repeated_name",
};

async function fetchCertificate(url: string, lookup: Lookup): Promise<string> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new VerificationError("verification_address_malformed");
  }
  const fetched = await lookup.text(url);
  if ("text" in fetched) return fetched.text;
  throw new VerificationError("verification_not_reached", { host: new URL(url).host, why: fetched.failure });
}

type Findings = Readonly<Record<Question, Finding>>;

async function examine(
  document: JsonObject,
  { lookup, limit }: Bounds,
  deps: VerifierDeps,
): Promise<Verification> {
  const stated = readCertificate(document);
  const at = deps.clock.now();
  const named = stated.id === undefined ? undefined : await deps.own?.find(stated.id);
  const own = named && sameValue(named.text, document) ? named : undefined;
  const check = own ? checkHere : limit.within(deps.check);
  const proofs: ProofDeps = { lookup, resolver: deps.resolver, check };
  const unaltered =
    named && !own ? no("differsFromIssued") : await examineProofs(document, stated.issuerId, proofs);
  const findings =
    unaltered.answer === "no"
      ? nothingElse(unaltered)
      : standingOnProofs({ unaltered, ...(await others(stated, own, at, { proofs, deps })) });
  const answers = questions.map((question) => ({ question, ...findings[question] }));
  return { at, stated, answers, ...(own && unaltered.answer === "yes" ? { own } : {}) };
}

const sameValue = (text: string, document: JsonObject): boolean =>
  canonicalJson(parseJson(text)) === canonicalJson(document);

interface TimeLimit {
  within(check: ProofCheck): ProofCheck;
  end(): void;
}

/** What one verification may fetch, and how long it may take. */
interface Bounds {
  readonly lookup: Lookup;
  readonly limit: TimeLimit;
}

/** After so many milliseconds no proof is waited for any more. */
function timeLimit(ms: number): TimeLimit {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<{ code: string }>((resolve) => {
    timer = setTimeout(() => resolve({ code: "verification_too_much_work" }), ms);
  });
  return {
    within: (check) => (document, keys) => Promise.race([check(document, keys), over]),
    end: () => clearTimeout(timer),
  };
}

async function others(
  stated: StatedCertificate,
  own: OwnCertificate | undefined,
  now: number,
  { proofs, deps }: { proofs: ProofDeps; deps: VerifierDeps },
): Promise<Omit<Findings, "unaltered">> {
  const [issuer, standing, evidence] = await Promise.all([
    examineIssuer(stated, deps),
    own ? ownStanding(own, now) : examineStanding(stated, now, proofs),
    examineBundle(stated, own, now, proofs),
  ]);
  return {
    ...{ issuer, standing, evidence },
    dates: examineDates(stated, now),
    recognised: unknown("notYet"),
    holder: unknown(own ? "noCode" : "elsewhere"),
  };
}

async function examineBundle(
  stated: StatedCertificate,
  own: OwnCertificate | undefined,
  now: number,
  proofs: ProofDeps,
): Promise<Finding> {
  const seal = await examineEvidence(stated, proofs);
  return own && seal.answer !== "no" ? ownEvidence(own, now) : seal;
}

/** May it issue this? Only the academies of this installation are known here; a list of issuers comes later. */
async function examineIssuer({ issuerId }: StatedCertificate, deps: VerifierDeps): Promise<Finding> {
  const issuer = await deps.issuers(issuerId);
  if (!issuer) return unknown("notListed", { values: { issuer: shortDid(issuerId) } });
  const { name, jurisdiction, demonstration } = issuer;
  const values = { name, jurisdiction, invented: demonstration ? "true" : "false" };
  return yes("own", { values, asOf: deps.clock.now() });
}

/** Is it this person? Whoever has the course page open could make a code for this certificate within ten minutes. */
async function examineHolder(own: OwnCertificate, code: string, deps: VerifierDeps): Promise<Finding> {
  const redeemed = await deps.own?.redeemCode(own.id, code);
  if (redeemed?.result === "yes") {
    const values = { madeAtTime: redeemed.madeAt, academy: own.academyName };
    return yes("madeCode", { values, asOf: redeemed.madeAt });
  }
  return unknown(redeemed?.result === "wrong" ? "wrongCode" : "codeGone");
}

function withHolder(verification: Verification, holder: Finding): Verification {
  const answers = verification.answers.map((answer) =>
    answer.question === "holder" ? { question: answer.question, ...holder } : answer,
  );
  return { ...verification, answers };
}

/** What an altered certificate says can't be relied on, so nothing is answered from it. */
function nothingElse(unaltered: Finding): Findings {
  const altered = unknown("altered");
  return {
    ...{ issuer: altered, dates: altered, standing: altered, evidence: altered },
    ...{ recognised: altered, holder: altered, unaltered },
  };
}

/** There is no yes without a certificate that is known to be unaltered; a no stays one. */
function standingOnProofs(findings: Findings): Findings {
  if (findings.unaltered.answer === "yes") return findings;
  const lowered = Object.entries(findings).map(
    ([question, finding]) => [question, finding.answer === "yes" ? unknown("unverified") : finding] as const,
  );
  return Object.fromEntries(lowered) as unknown as Findings;
}
