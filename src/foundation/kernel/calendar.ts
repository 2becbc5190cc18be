import dayjs from "dayjs";
import utc from "dayjs/plugin/utc.js";

dayjs.extend(utc);

/**
 * The same day and time so many months later, UTC milliseconds to UTC milliseconds; where that month has no such day,
 * its last one. The only place of calendar arithmetic.
 */
export function addMonths(at: number, months: number): number {
  return dayjs.utc(at).add(months, "month").valueOf();
}
