import type { Translator } from "../../../foundation/i18n/index.js";

/** A decision's reason as people say it; a code that has no words stays as it is. */
export function reasonInWords(reason: string, words: Translator): string {
  const key = `certificates.reason.${reason}`;
  return words.has(key) ? words.t(key) : reason;
}
