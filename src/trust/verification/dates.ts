import { days } from "../../foundation/kernel/index.js";
import { no, unknown, yes, type Finding } from "./answers.js";
import type { StatedCertificate } from "./certificate.js";

/** Is it within its dates? From `validFrom` on and before `validUntil` (VCDM 2.0 §4.9), at `now`, UTC milliseconds. */
export function examineDates(
  { validFrom, validUntil }: Pick<StatedCertificate, "validFrom" | "validUntil">,
  now: number,
): Finding {
  if (validFrom === "malformed" || validUntil === "malformed") return unknown("malformed");
  if (validUntil !== undefined && validUntil <= now)
    return no("expired", { values: { untilAt: validUntil } });
  if (validFrom !== undefined && now < validFrom) return no("notYet", { values: { fromAt: validFrom } });
  if (validUntil === undefined) return yes("noEnd");
  const left = Math.floor((validUntil - now) / days(1));
  return yes("daysLeft", { values: { days: left, untilAt: validUntil } });
}
