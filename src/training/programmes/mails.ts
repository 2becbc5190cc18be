import type { OpenContact } from "../../foundation/directory/index.js";
import type { EventData } from "../../foundation/events/index.js";
import type { Translator } from "../../foundation/i18n/index.js";
import type { Mail } from "../../foundation/mail/index.js";
import { longDate } from "./http/scene.js";

/** What every mail is written with. */
export interface MailWords {
  readonly words: Translator;
  readonly academy: string;
  readonly confirmUrl: string;
  readonly stopUrl: string;
}

type Letter = Pick<Mail, "subject" | "text" | "stopUrl">;

/** Asks whether the address is its reader's. It says nothing of a certificate: its reader may be someone else. */
export function confirmationMail(
  { words, confirmUrl, stopUrl, ...given }: MailWords,
  { givenAt }: Pick<OpenContact, "givenAt">,
): Letter {
  const values = { academy: oneLine(given.academy), date: longDate(givenAt, words) };
  return {
    ...{ subject: words.t("reminders.confirm.subject"), stopUrl },
    text: paragraphs(
      words.t("reminders.confirm.asked", values),
      words.t("reminders.confirm.open"),
      confirmUrl,
      words.t("reminders.confirm.otherwise"),
    ),
  };
}

/** No name, no score, no certificate's address: whoever reads over a shoulder learns nothing of the learning. */
export function reminderMail(
  { words, stopUrl, ...given }: MailWords,
  { kind, endsAt, closesAt }: EventData["programme.reminded"],
  { confirmedAt, givenAt }: Pick<OpenContact, "confirmedAt" | "givenAt">,
): Letter {
  const values = {
    ...{ kind: kind === "refresher-open" ? "open" : kind, academy: oneLine(given.academy) },
    until: longDate(endsAt, words),
    closes: longDate(closesAt, words),
  };
  return {
    ...{ subject: words.t("reminders.mail.subject"), stopUrl },
    text: paragraphs(
      words.t("reminders.mail.state", values),
      words.t("reminders.mail.way"),
      words.t("reminders.mail.why", { date: longDate(confirmedAt ?? givenAt, words) }),
      stopUrl,
    ),
  };
}

const paragraphs = (...texts: readonly string[]): string => `${texts.join("\n\n")}\n`;

/** A name is words, whatever stands in it. */
function oneLine(text: string): string {
  return Array.from(text.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, " ").trim())
    .slice(0, 200)
    .join("");
}
