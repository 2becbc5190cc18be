import type { Translator } from "../../foundation/i18n/index.js";
import type { Answer } from "./answers.js";
import type { Verification } from "./verification.js";
import { wordsOf } from "./words.js";

/** The answers for programs: the form of the API and of `tessera certificate verify --json` (docs/verification.md). */
export interface VerificationData {
  /** ISO 8601, as are all times here. */
  readonly askedAt: string;
  /** The moment that the answers are true of. */
  readonly on: string;
  readonly bundledAt?: string;
  /** What it says of itself; null when it was altered, since nothing of it can be relied on then. */
  readonly certificate: StatedData | null;
  readonly answers: readonly AnswerData[];
}

interface StatedData {
  readonly id?: string;
  readonly title: string;
  readonly issuer: string;
  readonly issuerName?: string;
  readonly validFrom?: string;
  readonly validUntil?: string;
}

export interface AnswerData {
  readonly question: Answer["question"];
  readonly answer: Answer["answer"];
  /** A stable code. */
  readonly reason: string;
  /** The reason in words. */
  readonly text: string;
  readonly asOf?: string;
  readonly recognition?: RecognitionData;
}

interface RecognitionData {
  readonly jurisdiction: string;
  readonly name: string;
  readonly authority?: { readonly did: string; readonly name: string };
  readonly recognisedAs?: string;
  readonly equivalence?: "full" | "partial";
  readonly localLevel?: string;
  readonly compensationMeasure?: string;
  readonly legalBasis?: string;
  readonly from?: string;
  readonly until?: string;
  /** Where the signed recognition stands. */
  readonly credential?: string;
}

export function verificationData(verification: Verification, words: Translator): VerificationData {
  const { at, on, stated, answers, bundledAt } = verification;
  const isAltered = answers.some((one) => one.question === "unaltered" && one.answer === "no");
  const { id, title, issuerId: issuer, issuerName, validFrom, validUntil } = stated;
  return {
    askedAt: iso(at),
    on: iso(on),
    ...(bundledAt === undefined ? {} : { bundledAt: iso(bundledAt) }),
    certificate: isAltered
      ? null
      : {
          ...(id === undefined ? {} : { id }),
          ...{ title, issuer },
          ...(issuerName === undefined ? {} : { issuerName }),
          ...(typeof validFrom === "number" ? { validFrom: iso(validFrom) } : {}),
          ...(typeof validUntil === "number" ? { validUntil: iso(validUntil) } : {}),
        },
    answers: answers.map((one) => answerData(one, verification, words)),
  };
}

function answerData(one: Answer, { at: now, on }: Verification, words: Translator): AnswerData {
  const { question, answer, reason, asOf, recognition } = one;
  return {
    ...{ question, answer, reason },
    text: wordsOf(one, words, { now, on }).reason,
    ...(asOf === undefined ? {} : { asOf: iso(asOf) }),
    ...(recognition ? { recognition: recognitionData(recognition, answer) } : {}),
  };
}

/** Its terms are said only where it is recognised: beside a no they could be taken for a yes. */
function recognitionData(
  { jurisdiction, name, authority, from, until, credential, ...rest }: NonNullable<Answer["recognition"]>,
  answer: Answer["answer"],
): RecognitionData {
  const base = { jurisdiction, name, ...(authority ? { authority } : {}) };
  if (answer !== "yes") return base;
  const { recognisedAs, equivalence, localLevel, compensationMeasure, legalBasis } = rest;
  return {
    ...base,
    ...(recognisedAs === undefined ? {} : { recognisedAs }),
    ...(equivalence === undefined ? {} : { equivalence }),
    ...(localLevel === undefined ? {} : { localLevel }),
    ...(compensationMeasure === undefined ? {} : { compensationMeasure }),
    ...(legalBasis === undefined ? {} : { legalBasis }),
    ...(from === undefined ? {} : { from: iso(from) }),
    ...(until === undefined ? {} : { until: iso(until) }),
    ...(credential ? { credential: credential.url } : {}),
  };
}

const iso = (at: number): string => new Date(at).toISOString();
