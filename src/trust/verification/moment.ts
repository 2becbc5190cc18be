import { days } from "../../foundation/kernel/index.js";
import type { Moment } from "./answers.js";
import { VerificationError } from "./errors.js";
import { isoMoment } from "./reading.js";

/**
 * The moment that somebody asks about. A day (`2027-03-03`) means its last millisecond in UTC, so that what happened on
 * it counts, and today means now; a dateTimeStamp means itself. Nothing is known of the future.
 * @param text empty for now
 * @throws VerificationError `verification_date_malformed`, `verification_date_future`
 */
export function momentOf(text: string, now: number): Moment {
  if (text === "") return { now, on: now };
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const at = isoMoment(isDay ? `${text}T00:00:00Z` : text);
  if (typeof at !== "number") throw new VerificationError("verification_date_malformed");
  if (at > now) throw new VerificationError("verification_date_future");
  return { now, on: Math.min(now, isDay ? at + days(1) - 1 : at) };
}

/** `2027-03-03` in UTC, for a form's field. */
export const dayText = (at: number): string => new Date(at).toISOString().slice(0, 10);
