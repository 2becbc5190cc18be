import { claimNames, isRecord, member, type Claims } from "./claims.js";

/**
 * The module that a placement names by its custom parameter `module`, if it does. Moodle sends each key a second time
 * in lower case, and Canvas sends a variable that it can't fill in as it stands (`$Something.id`).
 */
export function launchedModule(claims: Claims): string | undefined {
  const custom = member(claims, claimNames.custom);
  if (!isRecord(custom)) return undefined;
  const values = ["module", ...Object.keys(custom).filter((key) => key.toLowerCase() === "module")]
    .map((key) => member(custom, key))
    .filter((value) => typeof value === "string")
    .map((value) => value.trim());
  return values.find((value) => value !== "" && value.length <= 64 && !value.startsWith("$"));
}
