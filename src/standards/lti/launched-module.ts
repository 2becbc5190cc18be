import type { Claims } from "./claims.js";
import { customValue } from "./custom.js";

/** However long: a name that nothing has is to be refused, and not to count as none. */
const longest = Infinity;

/** The module (`M01`) that a placement names by its custom parameter `module`; one that names none opens the course. */
export function launchedModule(claims: Claims): string | undefined {
  return customValue(claims, "module", longest);
}

/** The one activity of the module that a placement names by its custom parameter `activity`, if it does. */
export function launchedActivity(claims: Claims): string | undefined {
  return customValue(claims, "activity", longest);
}
