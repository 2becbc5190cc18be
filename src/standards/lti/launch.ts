import type { Logger, NewId, Tenant } from "../../foundation/kernel/index.js";
import type { Directory } from "../../foundation/directory/index.js";
import type { NewVisit, Visit, VisitErrand, VisitRole, Visits } from "../../foundation/web/index.js";
import { claimNames, maxIdLength, member, neededText, optionalText, textsOf } from "./claims.js";
import type { Connections } from "./connections.js";
import { saveCourse } from "./course-facts.js";
import { gradeServiceOf, saveGradeTargets, type GradeTargetDeps } from "./grade-targets.js";
import type { CheckedLaunch } from "./launch-checks.js";
import { launchedActivity, launchedModule } from "./launched-module.js";
import { isOn } from "./ltijs-adapter.js";
import type { GradeService, LtiStore, Placement, Platform } from "./lti-store.js";
import type { NoticeHandlers } from "./notice-handlers.js";
import { visitRole } from "./roles.js";

export interface BeginDeps extends GradeTargetDeps {
  readonly store: LtiStore;
  readonly directory: Directory;
  readonly visits: Visits;
  readonly connections: Connections;
  readonly noticeHandlers: NoticeHandlers;
  readonly newId: NewId;
  readonly logger: Logger;
}

/** Begins the visit of a launch that all checks let through, and remembers where it came from. */
export async function beginVisit(
  launch: CheckedLaunch,
  browserLocale: string,
  deps: BeginDeps,
): Promise<Visit> {
  const { claims, platform, state, purpose } = launch;
  const tenant = tenantOf(platform);
  const person = await deps.directory.admit(tenant, platform.id, neededText(claims, "sub", "sub_missing"));
  const role = visitRole(textsOf(claims, claimNames.roles) ?? []);
  const service = gradeServiceOf(claims, platform, deps.logger);
  const placement = purpose === "pick" ? undefined : await savePlacement(launch, service, deps);
  await saveCourse(claims, platform, deps);
  if (placement && placement.moduleId !== "" && role === "trainee")
    await saveGradeTargets({ platform, personId: person.id, placement, service }, deps);
  const errand = await errandOf(launch, role, deps);
  const presentation = member(claims, claimNames.presentation);
  const visit = await deps.visits.begin({
    ...tenant,
    browserHash: state.browserHash,
    personId: person.id,
    role,
    platformId: platform.id,
    ...linkOf(placement),
    ...(errand ? { errand } : {}),
    locale: localeOf(presentation) ?? browserLocale,
    frameOrigin: platform.frameOrigin,
    ...wayBack(presentation, platform),
  });
  await deps.connections.launched(platform);
  // The launch does not wait for it.
  void deps.noticeHandlers.register(claims, platform);
  return visit;
}

function tenantOf({ academyId, jurisdictionId }: Platform): Tenant {
  return { academyId, jurisdictionId };
}

function linkOf(placement: Placement | undefined): Pick<NewVisit, "placementId" | "moduleId" | "activityId"> {
  if (!placement) return { placementId: "", moduleId: "" };
  const { id: placementId, moduleId, activityId } = placement;
  return { placementId, moduleId, ...(activityId === undefined ? {} : { activityId }) };
}

/** Elsewhere than at the platform, a way back would be a way to send our visitors anywhere. */
function wayBack(presentation: unknown, { frameOrigin }: Platform): Pick<NewVisit, "returnUrl"> {
  const returnUrl = optionalText(presentation, "return_url", 2048);
  return returnUrl !== undefined && isOn(returnUrl, [frameOrigin]) ? { returnUrl } : {};
}

async function errandOf(
  { claims, platform, purpose, pick }: CheckedLaunch,
  role: VisitRole,
  { directory }: BeginDeps,
): Promise<VisitErrand | undefined> {
  if (pick) {
    const deploymentId = neededText(claims, claimNames.deploymentId, "deployment_id_missing");
    return { ...pick, deploymentId };
  }
  // Who reviews their own work finds it on their own pages.
  if (purpose !== "review" || role === "trainee") return undefined;
  const userId = neededText(member(claims, claimNames.forUser), "user_id", "for_user_missing");
  const person = await directory.admit(tenantOf(platform), platform.id, userId);
  return { kind: "review", personId: person.id };
}

function savePlacement(
  { claims, platform }: CheckedLaunch,
  service: GradeService,
  { store, newId }: BeginDeps,
): Promise<Placement> {
  const contextId = optionalText(member(claims, claimNames.context), "id", maxIdLength);
  const activityId = launchedActivity(claims);
  return store.savePlacement({
    ...tenantOf(platform),
    id: newId(),
    platformId: platform.id,
    deploymentId: neededText(claims, claimNames.deploymentId, "deployment_id_missing"),
    resourceLinkId: neededText(member(claims, claimNames.resourceLink), "id", "resource_link_missing"),
    moduleId: launchedModule(claims) ?? "",
    ...(activityId === undefined ? {} : { activityId }),
    ...(contextId === undefined ? {} : { contextId }),
    ...(service.scopes.length === 0 ? {} : { grades: service }),
  });
}

/** Moodle writes `pt_br`, BCP 47 has `pt-br`. */
function localeOf(presentation: unknown): string | undefined {
  const locale = optionalText(presentation, "locale", 35)?.replaceAll("_", "-");
  return locale !== undefined && /^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/.test(locale) ? locale : undefined;
}
