import type { Clock } from "../../foundation/kernel/index.js";
import type { JsonObject } from "../../standards/vc/index.js";
import type { RecognitionSource } from "../recognition/index.js";
import { unknown, yes, type Finding } from "./answers.js";
import { bundleHistory, bundleLookup, bundleRecognition } from "./bundle-grounds.js";
import { isBundle, noTrust, readBundle, type Bundle, type Trust } from "./bundle.js";
import type { Challenges } from "./challenges.js";
import { fetchCertificate, readDocument } from "./document.js";
import { VerificationError } from "./errors.js";
import { examine, type GivenCertificate, type Grounds, type Verification } from "./examining.js";
import { noHistory, type History } from "./history.js";
import { isToken, readToken } from "./jwt.js";
import { momentOf } from "./moment.js";
import type { KnownIssuer, OwnCertificate, OwnCertificates } from "./own.js";
import { examinePresenter, isPresentation, readPresentation } from "./presentation.js";
import type { ProofCheck } from "./proof-check.js";
import type { Lookup, Resolver } from "./resolver.js";

export type { Verification } from "./examining.js";

export interface VerifierDeps {
  readonly resolver: Resolver;
  /** For strangers' documents: `createProofWorker().check`. */
  readonly check: ProofCheck;
  /** The academies of this installation, and those on lists that it trusts, by their DIDs. */
  readonly issuers: (did: string) => Promise<KnownIssuer | undefined>;
  /** Absent where there is no installation: at a terminal. */
  readonly own?: OwnCertificates;
  /** Absent where nothing is known of other jurisdictions. */
  readonly recognition?: RecognitionSource;
  readonly history?: History;
  /** For presentations; without it none is taken. */
  readonly challenges?: Challenges;
  /** For what a bundle brings. */
  readonly trust?: Trust;
  readonly clock: Clock;
  /** How many verifications may be under way; 16 when left out. */
  readonly most?: number;
  /** For one verification, in milliseconds; 4.5 s when left out, beside the resolver's 4 s within it. */
  readonly deadlineMs?: number;
}

/** What is asked beside the certificate itself. */
export interface Asked {
  /** `2027-03-03`, or a dateTimeStamp: what was true then? Left out, now. */
  readonly on?: string;
  /** Nothing is fetched: a bundle has to bring it. */
  readonly offline?: boolean;
}

/** Answers about certificates. Everything that it is given, and all that this leads to, may mean harm. */
export interface Verifier {
  /** A certificate as JSON or as a signed token, a presentation of one, or a bundle. @throws VerificationError */
  ofText(text: string, asked?: Asked): Promise<Verification>;
  /** @throws VerificationError */
  ofUrl(url: string, asked?: Asked): Promise<Verification>;
  /**
   * The answers again, and whether this person holds it: by a code from the course page, which is used up by this.
   * @throws VerificationError `verification_no_certificate` when it is none of this installation
   */
  ofHolder(certificateUrl: string, code: string): Promise<Verification>;
  /** What a presentation has to be made for; absent where none is taken. */
  readonly challenges: Challenges | undefined;
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
    challenges: deps.challenges,
    ofText: (text, asked = {}) => bounded((bounds) => examineText(text, asked, bounds, deps)),
    ofUrl: (url, asked = {}) =>
      bounded(async (bounds) => examineText(await fetchCertificate(url, bounds.lookup), asked, bounds, deps)),
    ofHolder: (certificateUrl, code) =>
      bounded(async (bounds) => {
        const own = await deps.own?.find(certificateUrl);
        if (!own) throw new VerificationError("verification_no_certificate");
        const verification = await examineText(own.text, {}, bounds, deps);
        // A code for a certificate that was altered would prove nothing.
        return verification.own
          ? withHolder(verification, await examineHolder(own, code, deps))
          : verification;
      }),
  };
}

async function examineText(
  text: string,
  asked: Asked,
  bounds: Bounds,
  deps: VerifierDeps,
): Promise<Verification> {
  const grounds = groundsFor(asked, bounds, deps);
  const trimmed = text.trim();
  if (isToken(trimmed)) return examine(givenToken(trimmed), grounds);
  const document = readDocument(trimmed);
  if (isBundle(document)) return examineBundled(readBundle(document), asked, bounds, deps);
  if (isPresentation(document)) return examinePresented(document, grounds, deps);
  return examine({ document, text: trimmed }, grounds);
}

function givenToken(text: string): GivenCertificate {
  const token = readToken(text);
  return { document: token.document, text, token };
}

const offline: Lookup = {
  allowPrivate: true,
  text: () => Promise.resolve({ failure: "offline", at: 0 }),
};

function groundsFor(
  { on = "", offline: isOffline }: Asked,
  { lookup, limit }: Bounds,
  deps: VerifierDeps,
): Grounds {
  return {
    moment: momentOf(on, deps.clock.now()),
    lookup: isOffline === true ? offline : lookup,
    check: limit.within(deps.check),
    history: deps.history ?? noHistory,
    recognition: deps.recognition,
    issuers: deps.issuers,
    own: deps.own,
  };
}

/** A bundle's certificate, with what else it brings for where the network does not reach. */
async function examineBundled(
  bundle: Bundle,
  asked: Asked,
  bounds: Bounds,
  deps: VerifierDeps,
): Promise<Verification> {
  const trust = deps.trust ?? noTrust;
  const plain = groundsFor(asked, bounds, deps);
  const lookup = bundleLookup(bundle, trust, asked.offline === true ? undefined : bounds.lookup);
  const history = bundleHistory(bundle, trust, plain.history);
  const recognition =
    plain.recognition ?? bundleRecognition(bundle, trust, { lookup, history, check: plain.check });
  const { text } = bundle.certificate;
  // A token's key lies at an address of its own: what a bundle brings from there nothing vouches for.
  if (isToken(text.trim())) throw new VerificationError("verification_no_certificate");
  const given = { document: readDocument(text), text };
  const verification = await examine(given, { ...plain, lookup, history, recognition });
  return { ...verification, bundledAt: bundle.madeAt };
}

async function examinePresented(
  document: JsonObject,
  grounds: Grounds,
  deps: VerifierDeps,
): Promise<Verification> {
  const presentation = readPresentation(document);
  const { certificate } = presentation;
  const verification = await examine({ document: certificate, text: JSON.stringify(certificate) }, grounds);
  const isSound = verification.answers.some((one) => one.question === "unaltered" && one.answer === "yes");
  if (!isSound) return verification;
  const { lookup, check, moment } = grounds;
  const holder = await examinePresenter(presentation, verification.stated.subjectId, {
    ...{ lookup, check, challenges: deps.challenges, now: moment.now },
  });
  return withHolder(verification, holder);
}

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
    within: (check) => (document, keys, expected) => Promise.race([check(document, keys, expected), over]),
    end: () => clearTimeout(timer),
  };
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
