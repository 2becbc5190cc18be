import { RecognitionError } from "./errors.js";
import type { Terms } from "./recognition-store.js";

/** A recognition's terms as someone wrote them; moments in UTC milliseconds. */
export interface GivenTerms {
  readonly recognisedAs: string;
  readonly localLevel: string;
  readonly equivalence: string;
  readonly compensationMeasure?: string | undefined;
  readonly legalBasis: string;
  readonly from: number;
  readonly until?: number | undefined;
}

const longest = 400;

/**
 * One line of text for people.
 * @throws RecognitionError `recognition_malformed` when it is empty, too long, or has control characters
 */
export function plainLine(text: string, field: string): string {
  const line = text.trim();
  if (line === "" || line.length > longest || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(line))
    throw new RecognitionError("recognition_malformed", { field });
  return line;
}

/** @throws RecognitionError `recognition_malformed` */
export function checkTerms(given: GivenTerms): Terms {
  const { equivalence, compensationMeasure: measure } = given;
  if (equivalence !== "full" && equivalence !== "partial")
    throw new RecognitionError("recognition_malformed", { field: "equivalence" });
  // In part without saying what is asked beside it, nobody could make up for; in full there is nothing to ask.
  if ((equivalence === "partial") !== (measure !== undefined))
    throw new RecognitionError("recognition_malformed", { field: "compensationMeasure" });
  const [from, until] = [
    wholeSecond(given.from),
    given.until === undefined ? undefined : wholeSecond(given.until),
  ];
  if (!Number.isFinite(from)) throw new RecognitionError("recognition_malformed", { field: "from" });
  if (until !== undefined && !(until > from))
    throw new RecognitionError("recognition_malformed", { field: "until" });
  return {
    recognisedAs: plainLine(given.recognisedAs, "recognisedAs"),
    localLevel: plainLine(given.localLevel, "localLevel"),
    equivalence,
    ...(measure === undefined ? {} : { compensationMeasure: plainLine(measure, "compensationMeasure") }),
    legalBasis: plainLine(given.legalBasis, "legalBasis"),
    from,
    ...(until === undefined ? {} : { until }),
  };
}

/** Signed documents say whole seconds. */
const wholeSecond = (at: number): number => at - (at % 1000);
