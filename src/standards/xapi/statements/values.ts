import { uuidPattern } from "../../../foundation/kernel/index.js";
import type { Check } from "./findings.js";
import { mapOf, text } from "./shapes.js";

/** RFC 3987, as far as Data 2.2 asks for: a scheme, something after it, no space, no control character, no bracket. */
const iriPattern = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`\p{Cc}]+$/u;

/** RFC 5646 §2.1, private use and grandfathered tags included; case does not matter. */
const language = [
  "(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})",
  "(?:-[a-z]{4})?",
  "(?:-(?:[a-z]{2}|[0-9]{3}))?",
  "(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*",
  "(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*",
  "(?:-x(?:-[a-z0-9]{1,8})+)?",
].join("");
const grandfathered =
  "en-gb-oed|i-ami|i-bnn|i-default|i-enochian|i-hak|i-klingon|i-lux|i-mingo|i-navajo|i-pwn|i-tao|i-tay|i-tsu|" +
  "sgn-be-fr|sgn-be-nl|sgn-ch-de|art-lojban|cel-gaulish|no-bok|no-nyn|zh-guoyu|zh-hakka|zh-min|zh-min-nan|zh-xiang";
const languagePattern = new RegExp(`^(?:${language}|x(?:-[a-z0-9]{1,8})+|${grandfathered})$`, "i");

const timestampPattern =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?([Zz]|[+-]\d\d(?::?\d\d)?)?$/;

/** ISO 8601:2004 §4.4.3.2: weeks stand alone, and only the last part may have a fraction. */
const durationPattern =
  /^P(?!$)(?:\d+(?:[.,]\d+)?W|(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:[.,]\d+)?S)?)?)$/;
const fractionalDuration =
  /^P(?:\d+[.,]\d+Y|(?:\d+Y)?\d+[.,]\d+M|(?:\d+Y)?(?:\d+M)?\d+[.,]\d+D|(?:\d+Y)?(?:\d+M)?(?:\d+D)?T(?:\d+[.,]\d+H|(?:\d+H)?\d+[.,]\d+M))$/;

export const isIri = (value: string): boolean => iriPattern.test(value);
export const isUuid = (value: string): boolean => uuidPattern.test(value);
const isLanguageTag = (value: string): boolean => languagePattern.test(value);
const isDuration = (value: string): boolean => durationPattern.test(value) || fractionalDuration.test(value);

/** A timestamp's parts; `zone` in minutes ahead of UTC, 0 where none is said. */
interface TimestampParts {
  readonly date: readonly [year: number, month: number, day: number];
  readonly time: readonly [hour: number, minute: number, second: number, millisecond: number];
  readonly zone: number;
}

/** The parts of an ISO 8601 date and time that exists; a zone of -00:00 says nothing and is refused. */
function partsOf(value: string): TimestampParts | undefined {
  const match = timestampPattern.exec(value);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    ...TimestampParts["date"],
    ...[number, number, number],
  ];
  const zone = minutesAhead(match[8] ?? "Z");
  const timeExists = hour <= 23 && minute <= 59 && second <= 60;
  if (!dateExists(year, month, day) || !timeExists || zone === undefined) return undefined;
  const millisecond = Number((match[7] ?? "").slice(0, 3).padEnd(3, "0"));
  return { date: [year, month, day], time: [hour, minute, second, millisecond], zone };
}

function dateExists(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  // The calendar repeats every 400 years; the first century has to be avoided, as Date.UTC reads 26 as 1926.
  return day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}

function minutesAhead(zone: string): number | undefined {
  if (/^-00(?::?00)?$/.test(zone)) return undefined;
  const [hour = 0, minute = 0] = (zone.match(/\d\d/g) ?? []).map(Number);
  if (hour > 23 || minute > 59) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hour * 60 + minute);
}

/** Data 4.5, with seconds. The standard only advises a zone, so one may be missing. */
export const isTimestamp = (value: string): boolean => partsOf(value) !== undefined;

/**
 * The instant that a timestamp names, UTC milliseconds; one without a zone is taken as UTC. `undefined` when it is no
 * timestamp. A leap second counts as the second after it.
 */
export function instantOf(value: string): number | undefined {
  const parts = partsOf(value);
  if (!parts) return undefined;
  const [year, month, day] = parts.date;
  const instant = new Date(0);
  instant.setUTCFullYear(year, month - 1, day);
  instant.setUTCHours(...parts.time);
  return instant.getTime() - parts.zone * 60_000;
}

export const iri: Check = text("iri_malformed", isIri);
export const uuid: Check = text("uuid_malformed", isUuid);
export const timestamp: Check = text("timestamp_malformed", isTimestamp);
/** 2.0 4.2.7: RFC 3339 §5.6, which asks for the zone and knows no shorter forms. */
const internetTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;
export const internetTimestamp: Check = text(
  "timestamp_malformed",
  (value) => internetTime.test(value) && isTimestamp(value),
);
export const duration: Check = text("duration_malformed", isDuration);
export const languageTag: Check = text("language_malformed", isLanguageTag);
/** Data 4.2 */
export const languageMap: Check = mapOf(isLanguageTag, "language_malformed", text());
/** Data 4.1: the keys are IRIs; the values are anything, null included. */
export const extensions: Check = mapOf(isIri, "iri_malformed");
