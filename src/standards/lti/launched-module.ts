import type { Claims } from "./claims.js";
import { customValue } from "./custom.js";

const longest = 64;

/** The module (`M01`) that a placement names by its custom parameter `module`, if it does. */
export function launchedModule(claims: Claims): string | undefined {
  return customValue(claims, "module", longest);
}

/** The one activity of the module that a placement names by its custom parameter `activity`, if it does. */
export function launchedActivity(claims: Claims): string | undefined {
  return customValue(claims, "activity", longest);
}
