import type { Translator } from "../../foundation/i18n/index.js";
import type { Answer } from "./answers.js";

/** An answer in the words of a language: for the page and for the terminal. */
export interface AnswerWords {
  readonly question: string;
  /** "Yes", "No", "Unknown". */
  readonly verdict: string;
  readonly reason: string;
  /** How old the data behind it is; absent where the certificate itself says all. */
  readonly age: string | undefined;
}

/** @param now UTC milliseconds */
export function wordsOf(
  { question, answer, reason, values, asOf }: Answer,
  words: Translator,
  now: number,
): AnswerWords {
  return {
    question: words.t(`verification.question.${question}`),
    verdict: words.t(`verification.verdict.${answer}`),
    reason: words.t(`verification.reason.${question}.${reason}`, sayable(values, words)),
    age: asOf === undefined ? undefined : ageOf(now - asOf, words),
  };
}

/** `14 March 2027`, in UTC as certificates have it. @param at UTC milliseconds */
export function dayOf(at: number, words: Translator): string {
  return new Intl.DateTimeFormat(styleOf(words), { dateStyle: "long", timeZone: "UTC" }).format(at);
}

/** `14:02 UTC`. @param at UTC milliseconds */
export function timeOf(at: number, words: Translator): string {
  const style = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" } as const;
  return `${new Intl.DateTimeFormat(styleOf(words), style).format(at)} UTC`;
}

/** Our English is British, and its dates are. */
function styleOf({ locale }: Translator): string {
  return locale === "en" ? "en-GB" : locale;
}

function sayable(values: Answer["values"], words: Translator): Record<string, string | number> {
  const said = Object.entries(values).map(([name, value]) => {
    if (typeof value === "number" && name.endsWith("At")) return [name, dayOf(value, words)] as const;
    if (typeof value === "number" && name.endsWith("Time")) return [name, timeOf(value, words)] as const;
    if (name === "decision") return ["why", words.t(`certificates.reason.${value}`)] as const;
    return [name, value] as const;
  });
  return Object.fromEntries(said);
}

const units = [
  ["days", 86_400_000],
  ["hours", 3_600_000],
  ["minutes", 60_000],
] as const;

function ageOf(ms: number, words: Translator): string {
  const [unit, length] = units.find(([, length]) => ms >= length) ?? ["now", 1];
  return words.t(`verification.age.${unit}`, { count: Math.floor(ms / length) });
}
