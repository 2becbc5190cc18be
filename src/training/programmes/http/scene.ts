import type { Translator } from "../../../foundation/i18n/index.js";
import type { NewId } from "../../../foundation/kernel/index.js";
import type { Visit } from "../../../foundation/web/index.js";
import type { Curriculum } from "../../../standards/curriculum/index.js";
import type { CertificateLink } from "../deps.js";
import type { ProgrammePlan } from "../rules.js";
import type { Standing } from "../standing-store.js";

/** What is a trainee's own. */
export interface Own {
  readonly standing: Standing;
  readonly certificates: readonly CertificateLink[];
}

/** What the page of the programmes needs to know. */
export interface Scene {
  readonly visit: Visit;
  readonly curriculum: Curriculum;
  readonly plans: readonly ProgrammePlan[];
  readonly words: Translator;
  /** UTC milliseconds. */
  readonly now: number;
  /** The address of a page of this visit. */
  readonly href: (path: string) => string;
  readonly newForm: NewId;
  /** Absent for everyone but trainees. */
  readonly own?: Own;
}

/** `21 November 2028`, as the language writes it, in UTC like the dates that are signed. */
export function longDate(at: number, { locale }: Translator): string {
  // The pages are in British English; `en` alone would put the month first.
  const style = locale === "en" ? "en-GB" : locale;
  return new Intl.DateTimeFormat(style, { dateStyle: "long", timeZone: "UTC" }).format(at);
}
