import type { Logger, NewId } from "../../foundation/kernel/index.js";
import type { Directory } from "../../foundation/directory/index.js";
import type { Visit, Visits } from "../../foundation/web/index.js";
import { claimNames, maxIdLength, member, neededText, textsOf } from "./claims.js";
import { saveGradeTargets, type GradeTargetDeps } from "./grade-targets.js";
import type { CheckedLaunch } from "./launch-checks.js";
import { launchedModule } from "./launched-module.js";
import { isOn } from "./ltijs-adapter.js";
import type { LtiStore, Placement } from "./lti-store.js";
import { visitRole } from "./roles.js";

export interface BeginDeps extends GradeTargetDeps {
  readonly store: LtiStore;
  readonly directory: Directory;
  readonly visits: Visits;
  readonly newId: NewId;
  readonly logger: Logger;
}

/** Begins the visit of a launch that all checks let through, and remembers where it came from. */
export async function beginVisit(
  launch: CheckedLaunch,
  browserLocale: string,
  deps: BeginDeps,
): Promise<Visit> {
  const { claims, platform, state } = launch;
  const { academyId, jurisdictionId } = platform;
  const tenant = { academyId, jurisdictionId };
  const person = await deps.directory.admit(tenant, platform.id, neededText(claims, "sub", "sub_missing"));
  const placement = await deps.store.savePlacement(placementOf(launch, deps.newId()));
  const role = visitRole(textsOf(claims, claimNames.roles) ?? []);
  await saveGradeTargets({ claims, platform, person, placement, role }, deps);
  const presentation = member(claims, claimNames.presentation);
  const returnUrl = optionalText(presentation, "return_url", 2048);
  return deps.visits.begin({
    ...tenant,
    browserHash: state.browserHash,
    personId: person.id,
    role,
    platformId: platform.id,
    placementId: placement.id,
    moduleId: placement.moduleId,
    locale: localeOf(presentation) ?? browserLocale,
    frameOrigin: platform.frameOrigin,
    // Elsewhere than at the platform, it would be a way to send our visitors anywhere.
    ...(returnUrl !== undefined && isOn(returnUrl, [platform.frameOrigin]) ? { returnUrl } : {}),
  });
}

function placementOf({ claims, platform }: CheckedLaunch, id: string): Placement {
  const { academyId, jurisdictionId } = platform;
  const contextId = optionalText(member(claims, claimNames.context), "id", maxIdLength);
  return {
    academyId,
    jurisdictionId,
    id,
    platformId: platform.id,
    deploymentId: neededText(claims, claimNames.deploymentId, "deployment_id_missing"),
    resourceLinkId: neededText(member(claims, claimNames.resourceLink), "id", "resource_link_missing"),
    moduleId: launchedModule(claims) ?? "",
    ...(contextId === undefined ? {} : { contextId }),
  };
}

/** What a launch can do without is left out when it is not what it should be. */
function optionalText(object: unknown, name: string, max: number): string | undefined {
  const value = member(object, name);
  return typeof value === "string" && value !== "" && value.length <= max ? value : undefined;
}

/** Moodle writes `pt_br`, BCP 47 has `pt-br`. */
function localeOf(presentation: unknown): string | undefined {
  const locale = optionalText(presentation, "locale", 35)?.replaceAll("_", "-");
  return locale !== undefined && /^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/.test(locale) ? locale : undefined;
}
