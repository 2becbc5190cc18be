import type { Translator } from "../../foundation/i18n/index.js";
import type { Answer, Moment } from "./answers.js";

/** An answer in the words of a language: for the page, for programs and for the terminal. */
export interface AnswerWords {
  readonly question: string;
  /** "Yes", "No", "Unknown". */
  readonly verdict: string;
  readonly reason: string;
  /** How old the data behind it is; of a moment in the past, of when it is true and since when that is known. */
  readonly age: string | undefined;
}

export function wordsOf(
  { question, answer, reason, values, asOf, recognition }: Answer,
  words: Translator,
  moment: Moment,
): AnswerWords {
  return {
    question: recognition
      ? words.t("verification.question.recognisedBy", { jurisdiction: recognition.name })
      : words.t(`verification.question.${question}`),
    verdict: words.t(`verification.verdict.${answer}`),
    reason: words.t(`verification.reason.${question}.${reason}`, sayable(values, words)),
    age: ageOf(asOf, words, moment),
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
    if (name === "decision") return ["why", decisionOf(value, words)] as const;
    return [name, value] as const;
  });
  return Object.fromEntries(said);
}

const units = [
  ["days", 86_400_000],
  ["hours", 3_600_000],
  ["minutes", 60_000],
] as const;

function ageOf(asOf: number | undefined, words: Translator, { now, on }: Moment): string | undefined {
  if (on !== now) {
    const known = asOf ?? now;
    const values = { on: dayOf(on, words), known: dayOf(known, words), time: timeOf(known, words) };
    return words.t("verification.age.then", values);
  }
  if (asOf === undefined) return undefined;
  const ms = now - asOf;
  const [unit, length] = units.find(([, least]) => ms >= least) ?? ["now", 1];
  return words.t(`verification.age.${unit}`, { count: Math.floor(ms / length) });
}

/** The reason of a decision, by its code; a code without words stands for itself. */
function decisionOf(code: string | number, words: Translator): string {
  const key = `verification.decision.${code}`;
  return words.has(key) ? words.t(key) : String(code);
}
