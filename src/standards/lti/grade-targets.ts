import type { Logger, NewId } from "../../foundation/kernel/index.js";
import type { Person } from "../../foundation/directory/index.js";
import type { VisitRole } from "../../foundation/web/index.js";
import { claimNames, member, type Claims } from "./claims.js";
import { isOn } from "./ltijs-adapter.js";
import type { LtiStore, Placement, Platform } from "./lti-store.js";
import { scopes } from "./tokens.js";

/** A launch, as far as grades go. */
export interface Graded {
  readonly claims: Claims;
  readonly platform: Platform;
  readonly person: Person;
  readonly placement: Placement;
  readonly role: VisitRole;
}

export interface GradeTargetDeps {
  readonly store: LtiStore;
  readonly newId: NewId;
  readonly logger: Logger;
}

/** Remembers where a trainee's grade goes (AGS 2.0 §3.1). Who teaches has no grade: Moodle refuses theirs. */
export async function saveGradeTargets(
  { claims, platform, person, placement, role }: Graded,
  { store, newId, logger }: GradeTargetDeps,
): Promise<void> {
  const endpoint = member(claims, claimNames.gradeEndpoint);
  const offered = member(endpoint, "scope");
  const granted = Array.isArray(offered) ? offered.filter((scope) => typeof scope === "string") : [];
  if (role !== "trainee" || !granted.includes(scopes.score)) return;
  const serviceUrl = (name: string): string | undefined => {
    const url = urlOf(endpoint, name);
    if (url === undefined || isOn(url, platform.serviceOrigins)) return url;
    logger.warn("a service URL on a foreign origin was dropped", { platformId: platform.id });
    return undefined;
  };
  const [lineItemsUrl, lineItemUrl] = [serviceUrl("lineitems"), serviceUrl("lineitem")];
  if (lineItemsUrl === undefined && lineItemUrl === undefined) return;
  await store.saveGradeTarget({
    academyId: platform.academyId,
    jurisdictionId: platform.jurisdictionId,
    id: newId(),
    personId: person.id,
    placementId: placement.id,
    platformId: platform.id,
    moduleId: placement.moduleId,
    activityId: "",
    scopes: Object.values(scopes).filter((scope) => granted.includes(scope)),
    lastScoreAt: 0,
    ...(lineItemsUrl === undefined ? {} : { lineItemsUrl }),
    ...(lineItemUrl === undefined ? {} : { lineItemUrl }),
  });
}

function urlOf(endpoint: unknown, name: string): string | undefined {
  const value = member(endpoint, name);
  return typeof value === "string" && value !== "" && value.length <= 2048 ? value : undefined;
}
