import type { Translator } from "../../../foundation/i18n/index.js";

/** `14 March 2027`, in UTC as it stands in what is signed. */
export function longDate(at: number, words: Translator): string {
  return new Intl.DateTimeFormat(styleOf(words), { dateStyle: "long", timeZone: "UTC" }).format(at);
}

/** `14:02`, in UTC. */
export function clockTime(at: number, words: Translator): string {
  return new Intl.DateTimeFormat(styleOf(words), {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: "UTC",
  }).format(at);
}

/** Our English is British, and its dates are. */
function styleOf({ locale }: Translator): string {
  return locale === "en" ? "en-GB" : locale;
}
