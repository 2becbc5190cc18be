import type { JurisdictionAnswer } from "../recognition/index.js";

/** What is asked of every certificate, in the order in which it is told. */
export const questions = [
  "unaltered",
  "issuer",
  "dates",
  "standing",
  "evidence",
  "recognised",
  "holder",
] as const;
export type Question = (typeof questions)[number];

/** `unknown` is never drawn as yes. */
export type Verdict = "yes" | "no" | "unknown";

/** One answer with its reason; there is no answer for all of them together. */
export interface Answer {
  readonly question: Question;
  readonly answer: Verdict;
  /** The catalogue has its words under `verification.reason.<question>.<reason>`. */
  readonly reason: string;
  /**
   * For the words. Names that end in `At` or `Time` are moments in UTC milliseconds (said as a day, or as a time of
   * day); `decision` is the code of a reason.
   */
  readonly values: Readonly<Record<string, string | number>>;
  /** How old the data behind it is: UTC milliseconds. Absent where the certificate itself says all. */
  readonly asOf?: number;
  /** Of `recognised`, which has one answer for each jurisdiction: whose it is, and its conditions. */
  readonly recognition?: JurisdictionAnswer;
}

/** What is asked about: now, or a moment in the past. UTC milliseconds. */
export interface Moment {
  /** When it is asked, and so what is known. */
  readonly now: number;
  /** The moment that the answers are true of; `now` unless somebody asks about an earlier one. */
  readonly on: number;
}

/** What an answer is before it is known to which question. */
export type Finding = Omit<Answer, "question">;

interface Details {
  readonly values?: Finding["values"];
  readonly asOf?: number | undefined;
}

const finding =
  (answer: Verdict) =>
  (reason: string, { values = {}, asOf }: Details = {}): Finding => ({
    answer,
    reason,
    values,
    ...(asOf === undefined ? {} : { asOf }),
  });

export const yes = finding("yes");
export const no = finding("no");
export const unknown = finding("unknown");
