import { isJsonObject, parseJson, VcError, type Json, type JsonObject } from "../../standards/vc/index.js";

// Readers of JSON that somebody else wrote: what has another shape than expected is as if it were not there.

type Maybe = Json | undefined;

/** A JSON-LD value is one thing or a list of things. */
const listOf = (value: Maybe): readonly Json[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? (value as readonly Json[]) : [value];

export const objectsOf = (value: Maybe): JsonObject[] => listOf(value).filter(isJsonObject);
export const textOf = (value: Maybe): string | undefined => (typeof value === "string" ? value : undefined);
export const textsOf = (value: Maybe): string[] => listOf(value).filter((one) => typeof one === "string");
export const memberOf = (value: Maybe, name: string): Maybe =>
  isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** A stranger's JSON object within vc's bounds; `undefined` when it is none. */
export function jsonOf(text: string): JsonObject | undefined {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof VcError) return undefined;
    throw error;
  }
}

const maxShown = 300;

/**
 * Text to be shown as a stranger's: without controls and without marks that turn the direction of writing, which could
 * make it read as something else; cut to 300 characters.
 */
export function plainText(value: Maybe): string | undefined {
  const text = textOf(value)
    ?.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim();
  if (!text) return undefined;
  const shown = Array.from(text.slice(0, 2 * maxShown));
  return shown.length > maxShown ? `${shown.slice(0, maxShown - 1).join("")}…` : shown.join("");
}

const moment = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** An XML Schema dateTimeStamp (VCDM 2.0 §2.1) as UTC milliseconds. */
export function isoMoment(value: Maybe): number | "malformed" | undefined {
  if (value === undefined) return undefined;
  const [, day] = moment.exec(textOf(value) ?? "") ?? [];
  const at = Date.parse(textOf(value) ?? "");
  // 30 February would be read as a day in March.
  const exists = day !== undefined && Number.isFinite(at) && dayExists(day);
  return exists ? at : "malformed";
}

function dayExists(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`);
  return Number.isFinite(at.getTime()) && at.toISOString().startsWith(day);
}
