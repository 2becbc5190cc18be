import type { EventData } from "../../foundation/events/index.js";
import { days } from "../../foundation/kernel/index.js";
import type { Programme } from "../../standards/curriculum/index.js";
import type { Advanced, Context } from "./competencies.js";
import { lastPeriod, windowOf, type Window } from "./life.js";
import { entryOf, offeredProgrammes } from "./rules.js";
import type { Entitlement, Period, Standing } from "./standing-store.js";

type ReminderKind = EventData["programme.reminded"]["kind"];

/** That something is to be done for a certificate, from `at` on (UTC milliseconds). */
export interface Reminder extends Pick<Window, "endsAt" | "closesAt"> {
  readonly kind: ReminderKind;
  readonly at: number;
}

const beforeEnd = days(30);
const beforeClosing = days(14);

/**
 * The reminders of one period, in their order, none before the period itself. Where there is no refresher, nothing can
 * be done later than the end: then it has one before it, and no other.
 */
function remindersOf(
  period: Period,
  programme: Programme,
  standing: Pick<Standing, "attestations" | "outcomes">,
): readonly Reminder[] {
  const { opensAt, endsAt, closesAt } = windowOf(period, programme, standing);
  const times: readonly (readonly [ReminderKind, number])[] = [
    ["refresher-open", opensAt],
    ["ending", endsAt - beforeEnd],
    ["lapsed", endsAt],
    ["closing", Math.max(endsAt, closesAt - beforeClosing)],
  ];
  return times
    .filter(([kind]) => programme.refresher !== undefined || kind === "ending")
    .map(([kind, at]) => ({ kind, at: Math.max(period.at, at), endsAt, closesAt }))
    .toSorted((a, b) => a.at - b.at);
}

/** The newest reminder of the last period that counts at a moment, whoever was told of it; none once it has ended. */
export function reminderAt(standing: Standing, programme: Programme, moment: number): Reminder | undefined {
  const entitlement = entryOf(standing.entitlements, programme.id);
  if (!entitlement) return undefined;
  const reminders = remindersOf(lastPeriod(entitlement), programme, standing);
  return reminders.findLast(({ at, closesAt }) => at <= moment && moment <= closesAt);
}

/**
 * Those of the last period that come after the newest that was told. An end that moved is told again when it comes, and
 * what was passed over stays so.
 */
function untold(
  entitlement: Entitlement,
  programme: Programme,
  standing: Pick<Standing, "attestations" | "outcomes">,
): readonly Reminder[] {
  const period = lastPeriod(entitlement);
  const reminders = remindersOf(period, programme, standing);
  const { reminded } = entitlement;
  if (reminded?.period !== period.id) return reminders;
  const place = reminders.findIndex(({ kind }) => kind === reminded.kind);
  return reminders.filter(({ at }, index) => at > reminded.at || index > place);
}

/** When the next reminder of a period that has not ended is due; it may be past. */
export function nextReminder(
  entitlement: Entitlement,
  programme: Programme,
  standing: Pick<Standing, "attestations" | "outcomes">,
): number | undefined {
  return untold(entitlement, programme, standing)[0]?.at;
}

/** Tells of each programme's newest reminder at `now`, unless it was told; those that it overtook are never told. */
export function remindDue(
  standing: Standing,
  now: number,
  context: Pick<Context, "curriculum" | "moment">,
): Advanced {
  return offeredProgrammes(context.curriculum).reduce<Advanced>(
    (so, { programme }) => {
      const entitlement = entryOf(so.standing.entitlements, programme.id);
      const reminder = reminderAt(so.standing, programme, now);
      if (!entitlement || !reminder) return so;
      const open = untold(entitlement, programme, so.standing);
      if (!open.some(({ kind }) => kind === reminder.kind)) return so;
      return remind(so, programme, { entitlement, reminder, context });
    },
    { standing, facts: [] },
  );
}

interface Reminding {
  readonly entitlement: Entitlement;
  readonly reminder: Reminder;
  readonly context: Pick<Context, "moment">;
}

function remind(
  { standing, facts }: Advanced,
  { id: programmeId }: Programme,
  { entitlement, reminder, context }: Reminding,
): Advanced {
  const { kind, at, endsAt, closesAt } = reminder;
  const { id: period } = lastPeriod(entitlement);
  const told = { ...entitlement, reminded: { period, kind, at } };
  return {
    standing: { ...standing, entitlements: { ...standing.entitlements, [programmeId]: told } },
    facts: [
      ...facts,
      {
        ...{ id: context.moment.newId(), at, type: "programme.reminded" },
        data: {
          ...{ personId: standing.personId, programmeId, entitlementId: entitlement.id },
          ...(period === entitlement.id ? {} : { renewalId: period }),
          ...{ kind, at, endsAt, closesAt },
        },
      },
    ],
  };
}
