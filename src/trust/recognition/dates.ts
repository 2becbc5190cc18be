import type { Translator } from "../../foundation/i18n/index.js";

/** `14 March 2027`, in UTC as it stands in what is signed. */
export function longDate(at: number, { locale }: Translator): string {
  // Our English is British, and its dates are.
  const style = locale === "en" ? "en-GB" : locale;
  return new Intl.DateTimeFormat(style, { dateStyle: "long", timeZone: "UTC" }).format(at);
}
