import { claimNames, isRecord, member, type Claims } from "./claims.js";

const longest = 4096;

/**
 * A custom parameter of a message, or `undefined`. Moodle sends each key a second time in lower case, and what a
 * platform can't fill in it sends as it stands (`$Something.id`): such a value counts as none.
 * @param max characters; a longer value counts as none
 */
export function customValue(claims: Claims, name: string, max = longest): string | undefined {
  const custom = member(claims, claimNames.custom);
  if (!isRecord(custom)) return undefined;
  return [name, ...Object.keys(custom).filter((key) => key.toLowerCase() === name)]
    .map((key) => member(custom, key))
    .filter((value) => typeof value === "string")
    .map((value) => value.trim())
    .find((value) => value !== "" && value.length <= max && !value.startsWith("$"));
}
