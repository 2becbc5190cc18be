import type { Logger, NewId } from "../../foundation/kernel/index.js";
import { claimNames, maxIdLength, member, optionalText, type Claims } from "./claims.js";
import { customValue } from "./custom.js";
import { isOn } from "./ltijs-adapter.js";
import type { Course, LtiStore, Platform } from "./lti-store.js";

/** More copies of copies than that nobody looks through. */
const mostCopies = 50;

export interface CourseDeps {
  readonly store: LtiStore;
  readonly newId: NewId;
  readonly logger: Logger;
}

/**
 * Remembers the course of a launch, if it names one: its title, where its members are listed (NRPS 2.0 §3.6.1.1; only
 * on the platform's service origins), and what it was copied from.
 */
export async function saveCourse(
  claims: Claims,
  platform: Platform,
  { store, newId, logger }: CourseDeps,
): Promise<Course | undefined> {
  const context = member(claims, claimNames.context);
  const contextId = optionalText(context, "id", maxIdLength);
  if (contextId === undefined) return undefined;
  const title = optionalText(context, "title", maxIdLength) ?? optionalText(context, "label", maxIdLength);
  const listed = optionalText(member(claims, claimNames.roster), "context_memberships_url", 2048);
  const rosterUrl = listed !== undefined && isOn(listed, platform.serviceOrigins) ? listed : undefined;
  if (rosterUrl !== listed)
    logger.warn("a service URL on a foreign origin was dropped", { platformId: platform.id });
  return store.saveCourse({
    academyId: platform.academyId,
    jurisdictionId: platform.jurisdictionId,
    id: newId(),
    platformId: platform.id,
    contextId,
    copiedFrom: copiedFrom(claims).filter((id) => id !== contextId),
    ...(title === undefined ? {} : { title }),
    ...(rosterUrl === undefined ? {} : { rosterUrl }),
  });
}

/**
 * The contexts that this one was copied from, the nearest first: `$Context.id.history`, a comma-separated list of
 * URL-encoded ids (LTI 1.3 Core, appendix on variables), or what Canvas fills in for `$Canvas.course.previousContextIds`.
 */
function copiedFrom(claims: Claims): string[] {
  const list =
    customValue(claims, "context_history", 16_384) ?? customValue(claims, "previous_context_ids", 16_384);
  if (list === undefined) return [];
  const ids = list.split(",").map((id) => decoded(id.trim()));
  return [...new Set(ids)].filter((id) => id !== "" && id.length <= maxIdLength).slice(0, mostCopies);
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
