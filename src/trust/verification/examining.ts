import { digestMultibase, type JsonObject } from "../../standards/vc/index.js";
import type { RecognitionSource } from "../recognition/index.js";
import {
  no,
  questions,
  unknown,
  yes,
  type Answer,
  type Finding,
  type Moment,
  type Question,
} from "./answers.js";
import { readCertificate, type StatedCertificate } from "./certificate.js";
import { examineDates } from "./dates.js";
import { sameValue, withoutProof } from "./document.js";
import { examineEvidence, ownEvidence } from "./evidence.js";
import type { History } from "./history.js";
import { examineToken, type TokenCertificate } from "./jwt.js";
import type { KnownIssuer, OwnCertificate, OwnCertificates } from "./own.js";
import { checkHere, type ProofCheck } from "./proof-check.js";
import { examineProofs, shortDid, type ProofDeps } from "./proofs.js";
import { examineRecognition } from "./recognised.js";
import { jsonOf } from "./reading.js";
import type { Lookup } from "./resolver.js";
import { examineStanding, ownStanding } from "./standing.js";

/** A certificate as it was given: JSON with proofs, or a token. */
export interface GivenCertificate {
  readonly document: JsonObject;
  /** As it came, byte for byte. */
  readonly text: string;
  readonly token?: TokenCertificate;
}

/** What the answers about one certificate rest on. */
export interface Grounds {
  readonly moment: Moment;
  readonly lookup: Lookup;
  readonly check: ProofCheck;
  readonly history: History;
  readonly recognition: RecognitionSource | undefined;
  readonly issuers: (did: string) => Promise<KnownIssuer | undefined>;
  readonly own: OwnCertificates | undefined;
}

/** What was asked, and every answer, in the order of `questions`. */
export interface Verification {
  /** When it was asked, UTC milliseconds. */
  readonly at: number;
  /** The moment that the answers are true of; the same unless an earlier one was asked about. */
  readonly on: number;
  readonly stated: StatedCertificate;
  /** Present when it is, whole, one that this installation issued. */
  readonly own?: OwnCertificate;
  /** Of a bundle: when it was made, UTC milliseconds. */
  readonly bundledAt?: number;
  readonly answers: readonly Answer[];
}

export async function examine(given: GivenCertificate, grounds: Grounds): Promise<Verification> {
  const stated = readCertificate(given.document);
  const { now, on } = grounds.moment;
  const named = stated.id === undefined ? undefined : await grounds.own?.find(stated.id);
  const own = named && isTheSame(named, given) ? named : undefined;
  const proofs: ProofDeps = { ...grounds, check: own ? checkHere : grounds.check };
  const both = pinsItsEvidence(stated) || (await grounds.issuers(stated.issuerId)) !== undefined;
  const unaltered =
    named && !own
      ? no("differsFromIssued")
      : await examineSignature(given, stated, own, { ...grounds, proofs, both });
  const answers =
    unaltered.answer === "no"
      ? nothingElse(unaltered)
      : standingOnProofs([
          answerTo("unaltered", unaltered),
          ...(await others(stated, own, { ...grounds, proofs, both })),
        ]);
  return { at: now, on, stated, answers, ...(own && unaltered.answer === "yes" ? { own } : {}) };
}

interface Examining extends Grounds {
  readonly proofs: ProofDeps;
  /** Its issuer signs twice. */
  readonly both: boolean;
}

/** A token says the same as the JSON that was issued, but for the proofs. */
function isTheSame(own: OwnCertificate, { document, token }: GivenCertificate): boolean {
  const issued = jsonOf(own.text);
  if (!issued) return false;
  return token ? sameValue(withoutProof(issued), withoutProof(document)) : sameValue(issued, document);
}

async function examineSignature(
  { document, text, token }: GivenCertificate,
  stated: StatedCertificate,
  own: OwnCertificate | undefined,
  { proofs, both }: Examining,
): Promise<Finding> {
  const { id, issuerId } = stated;
  if (token) return examineToken(token, issuerId, proofs.lookup);
  const digest = digestMultibase(own?.text ?? text);
  const logged = id === undefined ? {} : { logged: { url: id, digest } };
  return examineProofs({ document, issuer: issuerId, both, ...logged }, proofs);
}

/** As certificates of this software do, which have two signatures. A signature that was dropped can't hide it. */
function pinsItsEvidence({ evidence }: StatedCertificate): boolean {
  return evidence.some(({ digest }) => digest !== undefined);
}

const answerTo = (question: Question, finding: Finding): Answer => ({ question, ...finding });

async function others(
  stated: StatedCertificate,
  own: OwnCertificate | undefined,
  grounds: Examining,
): Promise<Answer[]> {
  const { moment, proofs, both } = grounds;
  const [issuer, standing, evidence, recognised] = await Promise.all([
    examineIssuer(stated, grounds),
    own ? ownStanding(own, moment) : examineStanding({ ...stated, both }, moment, proofs),
    examineSeal(stated, own, grounds),
    examineRecognition(stated, moment, grounds.recognition),
  ]);
  return [
    answerTo("issuer", issuer),
    answerTo("dates", examineDates(stated, moment)),
    answerTo("standing", standing),
    answerTo("evidence", evidence),
    ...recognised.map((finding) => answerTo("recognised", finding)),
    answerTo("holder", unknown(own ? "noCode" : "elsewhere")),
  ];
}

async function examineSeal(
  stated: StatedCertificate,
  own: OwnCertificate | undefined,
  { moment, proofs }: Examining,
): Promise<Finding> {
  const seal = await examineEvidence(stated, proofs);
  return own && seal.answer !== "no" ? ownEvidence(own, moment.now) : seal;
}

/** May it issue this? The academies of this installation may, and those on the signed lists that it trusts. */
async function examineIssuer(
  { issuerId }: StatedCertificate,
  { issuers, moment }: Grounds,
): Promise<Finding> {
  const issuer = await issuers(issuerId);
  if (!issuer) return unknown("notListed", { values: { issuer: shortDid(issuerId) } });
  const { name, jurisdiction, demonstration, listed } = issuer;
  const values = { name, jurisdiction, invented: demonstration ? "true" : "false" };
  if (!listed) return yes("own", { values, asOf: moment.now });
  return yes("listed", { values: { ...values, by: listed.by }, asOf: listed.asOf });
}

/** What an altered certificate says can't be relied on, so nothing is answered from it. */
function nothingElse(unaltered: Finding): Answer[] {
  return questions.map((question) =>
    answerTo(question, question === "unaltered" ? unaltered : unknown("altered")),
  );
}

/** There is no yes without a certificate that is known to be unaltered; a no stays one. */
function standingOnProofs(answers: readonly Answer[]): readonly Answer[] {
  const isSure = answers.some(({ question, answer }) => question === "unaltered" && answer === "yes");
  if (isSure) return answers;
  return answers.map((one) =>
    one.answer === "yes"
      ? { ...one, answer: "unknown", reason: one.question === "recognised" ? "unproven" : "unverified" }
      : one,
  );
}
