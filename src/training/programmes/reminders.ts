import type { Router } from "express";
import type { ContactOf, OpenContact } from "../../foundation/directory/index.js";
import { subscribe, type EventOf, type JobContext, type Subscriber } from "../../foundation/events/index.js";
import { MailError, type Mail } from "../../foundation/mail/index.js";
import type { ProgrammesDeps, RemindersDeps } from "./deps.js";
import { hasOpenEnd } from "./dues.js";
import { reminderRoutes } from "./http/reminders.js";
import { lastPeriod } from "./life.js";
import { confirmationMail, reminderMail, type MailWords } from "./mails.js";
import { reminderAt, type Reminder } from "./reminding.js";
import { entryOf, offeredProgrammes } from "./rules.js";

/** Reminders by e-mail, for who asked for them. */
export interface Reminders {
  /** Asks each new address whether it is its holder's, and reminds the confirmed ones. */
  readonly subscriber: Subscriber;
  /** To be mounted at `/reminders`: what the links in mails lead to. */
  readonly routes: Router;
  /** Deletes addresses that nobody confirmed, and those of people without a certificate that can be renewed. */
  review(now: number): Promise<number>;
}

type Deps = Pick<ProgrammesDeps, "standings" | "curriculum" | "clock"> &
  Required<Pick<ProgrammesDeps, "certificatesOf">>;

/** Without `mail` nothing is sent, and jobs of a time at which it was are done with. */
export function createReminders(deps: Deps, mail: RemindersDeps | undefined): Reminders | undefined {
  if (!mail) return undefined;
  return {
    subscriber: subscribe({
      name: "reminders",
      types: ["contact.given", "programme.reminded"],
      // A mail server may be away for longer than a job is tried otherwise.
      patient: true,
      handle: (event, context) =>
        event.type === "contact.given"
          ? askWhose(event, mail, context)
          : remind(event, { ...deps, ...mail }, context),
    }),
    routes: reminderRoutes(mail.contacts),
    review: (now) => mail.contacts.review(now, (whose) => hasOpenEnd(deps, whose)),
  };
}

async function askWhose(
  event: EventOf<"contact.given">,
  mail: RemindersDeps,
  { signal }: JobContext,
): Promise<void> {
  const { personId, contactId } = event.data;
  const contact = await mail.contacts.open({ tenant: event, personId });
  if (contact?.id !== contactId || contact.confirmedAt !== undefined) return;
  await send(mail, contact, {
    ...confirmationMail(await wordsFor(contact, mail), contact),
    ...{ id: `contact.${contactId}`, at: event.at, signal },
  });
}

async function remind(
  event: EventOf<"programme.reminded">,
  deps: Deps & RemindersDeps,
  { signal }: JobContext,
): Promise<void> {
  const contact = await deps.contacts.open({ tenant: event, personId: event.data.personId });
  if (contact?.confirmedAt === undefined || !(await stillCounts(event, deps))) return;
  await send(deps, contact, {
    ...reminderMail(await wordsFor(contact, deps), event.data, contact),
    ...{ id: `reminder.${event.id}`, at: event.at, signal },
  });
}

/**
 * Not when it was renewed, suspended or revoked meanwhile, nor when a later reminder has overtaken this one, nor when one of a
 * higher certificate says the same.
 */
async function stillCounts({ data, ...tenant }: EventOf<"programme.reminded">, deps: Deps): Promise<boolean> {
  const { personId, programmeId, entitlementId, renewalId = entitlementId, kind, at } = data;
  const plan = offeredProgrammes(deps.curriculum).find(({ programme }) => programme.id === programmeId);
  const standing = await deps.standings.standingOf(tenant, personId);
  const entitlement = standing && entryOf(standing.entitlements, programmeId);
  if (!plan || !entitlement || lastPeriod(entitlement).id !== renewalId) return false;
  const now = deps.clock.now();
  const isSame = (one: Reminder | undefined): boolean => one?.kind === kind && one.at === at;
  if (!isSame(reminderAt(standing, plan.programme, now))) return false;
  // Whose refresher renews this one as well is reminded of by the same mail.
  const higher = offeredProgrammes(deps.curriculum).filter(
    ({ programme }) => programme.renews?.includes(programmeId) === true,
  );
  if (higher.some(({ programme }) => isSame(reminderAt(standing, programme, now)))) return false;
  const certificates = await deps.certificatesOf(tenant, personId);
  const newest = certificates.findLast((one) => one.programmeId === programmeId);
  return newest === undefined || newest.state === "valid" || newest.state === "reserved";
}

async function wordsFor(
  { language, academyId, jurisdictionId, confirmToken, stopToken }: OpenContact,
  { catalogues, academyName, origin }: RemindersDeps,
): Promise<MailWords> {
  return {
    words: catalogues.negotiate([language], ["reminders"]),
    academy: await academyName({ academyId, jurisdictionId }),
    confirmUrl: `${origin}/reminders/${confirmToken}`,
    stopUrl: `${origin}/reminders/stop/${stopToken}`,
  };
}

/** Sends nothing without a mail server; an address that is refused for good is stopped. */
async function send(
  { mailer, contacts }: RemindersDeps,
  { academyId, jurisdictionId, personId, id, address }: OpenContact,
  mail: Omit<Mail, "to">,
): Promise<void> {
  if (!mailer) return;
  const whose: ContactOf = { tenant: { academyId, jurisdictionId }, personId };
  try {
    await mailer.send({ ...mail, to: address });
  } catch (error) {
    if (error instanceof MailError && error.code === "mail_address_refused") await contacts.stop(whose, id);
    throw error;
  }
}
