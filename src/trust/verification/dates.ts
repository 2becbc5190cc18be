import { days } from "../../foundation/kernel/index.js";
import { no, unknown, yes, type Finding, type Moment } from "./answers.js";
import type { StatedCertificate } from "./certificate.js";

/** Was it within its dates at the moment asked about? From `validFrom` on and before `validUntil` (VCDM 2.0 §4.9). */
export function examineDates(
  { validFrom, validUntil }: Pick<StatedCertificate, "validFrom" | "validUntil">,
  { on, now }: Moment,
): Finding {
  if (validFrom === "malformed" || validUntil === "malformed") return unknown("malformed");
  if (validUntil !== undefined && validUntil <= on) return no("expired", { values: { untilAt: validUntil } });
  if (validFrom !== undefined && on < validFrom) return no("notYet", { values: { fromAt: validFrom } });
  if (validUntil === undefined) return yes("noEnd");
  if (on !== now) return yes("within", { values: { untilAt: validUntil } });
  const left = Math.floor((validUntil - now) / days(1));
  return yes("daysLeft", { values: { days: left, untilAt: validUntil } });
}
