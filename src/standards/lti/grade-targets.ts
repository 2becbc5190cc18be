import type { AnyEvent } from "../../foundation/events/index.js";
import type { Clock, Logger, NewId, Tenant } from "../../foundation/kernel/index.js";
import type { Curriculum } from "../curriculum/index.js";
import { claimNames, member, type Claims } from "./claims.js";
import type { DeadLetters } from "./dead-letters.js";
import { isOn } from "./ltijs-adapter.js";
import type { GradeService, GradeTarget, LtiStore, Placement, Platform } from "./lti-store.js";
import { offered } from "./offered.js";
import { scopes } from "./tokens.js";

/** How far a person is in a module, as a gradebook may know it. */
export interface PresentGrade {
  readonly attemptId: string;
  /** Of the attempt: rises with each change. */
  readonly version: number;
  /** 0 to 100. */
  readonly score: number;
  readonly completed: boolean;
  /** Its graded activities that are passed, each with its own score, 0 to 100. */
  readonly passed: readonly { readonly activityId: string; readonly score: number }[];
}

/** The grade that the person has now; `undefined` before they begin. */
export type GradeOf = (
  tenant: Tenant,
  personId: string,
  moduleId: string,
) => Promise<PresentGrade | undefined>;

/** Who learns by which link, and where its grades go. */
export interface Graded {
  readonly platform: Platform;
  readonly personId: string;
  readonly placement: Placement;
  readonly service: GradeService;
}

export interface GradeTargetDeps {
  readonly store: LtiStore;
  readonly curriculum: Curriculum;
  readonly gradeOf: GradeOf;
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  readonly newId: NewId;
}

/**
 * Remembers where a trainee's grade goes (AGS 2.0 §3.1), and that they learn by this link. A gradebook that has not
 * heard of what they have done already, or could not be told, is told now. Not for who teaches, who has no grade: Moodle
 * refuses theirs.
 */
export async function saveGradeTargets(
  { platform, personId, placement, service }: Graded,
  deps: GradeTargetDeps,
): Promise<void> {
  const { store, newId } = deps;
  const known = (await store.gradeTargets(personId, placement.moduleId)).filter(
    ({ placementId }) => placementId === placement.id,
  );
  for (const activityId of gradesOf(placement, platform, service, deps)) {
    const before = known.find((target) => target.activityId === activityId);
    const target: GradeTarget = {
      academyId: platform.academyId,
      jurisdictionId: platform.jurisdictionId,
      id: before?.id ?? newId(),
      personId,
      placementId: placement.id,
      platformId: platform.id,
      moduleId: placement.moduleId,
      activityId,
      lastScoreAt: 0,
      ...service,
    };
    await saveTarget(target, before, deps);
  }
}

async function saveTarget(
  target: GradeTarget,
  before: GradeTarget | undefined,
  deps: GradeTargetDeps,
): Promise<void> {
  const hasFailed = before?.failureAt !== undefined;
  if (before && !hasFailed && saysNothingNew(target, before)) return;
  const isOwed = target.scopes.length > 0 && (!before || hasFailed);
  if (isOwed && before && (await tellAgain(target, before, deps))) return;
  await deps.store.saveGradeTarget(target, isOwed ? await wanted(target, deps) : []);
}

/** By the dead letter that there is, if there is one: another at each launch would only be more of them. */
async function tellAgain(
  target: GradeTarget,
  { failureEventId }: GradeTarget,
  { store, deadLetters }: GradeTargetDeps,
): Promise<boolean> {
  if (failureEventId === undefined) return false;
  // What the launch said is known before the job is tried.
  await store.saveGradeTarget(target);
  return deadLetters.revive(failureEventId);
}

/** The grade service that a launch names. */
export function gradeServiceOf(claims: Claims, platform: Platform, logger: Logger): GradeService {
  const endpoint = member(claims, claimNames.gradeEndpoint);
  const offeredScopes = member(endpoint, "scope");
  const granted = Array.isArray(offeredScopes) ? offeredScopes : [];
  const serviceUrl = (name: string): string | undefined => {
    const url = member(endpoint, name);
    if (typeof url !== "string" || url === "" || url.length > 2048) return undefined;
    if (isOn(url, platform.serviceOrigins)) return url;
    logger.warn("a service URL on a foreign origin was dropped", { platformId: platform.id });
    return undefined;
  };
  const [lineItemsUrl, lineItemUrl] = [serviceUrl("lineitems"), serviceUrl("lineitem")];
  const isThere = granted.includes(scopes.score) && (lineItemsUrl ?? lineItemUrl) !== undefined;
  if (!isThere) return { scopes: [] };
  return {
    scopes: Object.values(scopes).filter((scope) => granted.includes(scope)),
    ...(lineItemsUrl === undefined ? {} : { lineItemsUrl }),
    ...(lineItemUrl === undefined ? {} : { lineItemUrl }),
  };
}

/**
 * Whose grades a link has: its activity's; or its module's, or as the academy prefers each graded activity's, as far as
 * the platform lets us make columns. Empty stands for the module.
 */
function gradesOf(
  placement: Placement,
  platform: Platform,
  service: GradeService,
  { curriculum }: GradeTargetDeps,
): readonly string[] {
  if (placement.activityId !== undefined) return [placement.activityId];
  const makesColumns = service.lineItemsUrl !== undefined && service.scopes.includes(scopes.lineItem);
  if (platform.gradeColumns !== "activity" || !makesColumns) return [""];
  const activities = offered(curriculum, placement.moduleId)?.module.activities ?? [];
  const graded = activities.filter(({ kind }) => kind !== "lesson").map(({ id }) => id);
  return graded.length > 0 ? graded : [""];
}

function saysNothingNew(target: GradeTarget, before: GradeTarget): boolean {
  return (
    target.lineItemsUrl === before.lineItemsUrl &&
    (target.lineItemUrl ?? before.lineItemUrl) === before.lineItemUrl &&
    target.scopes.join(" ") === before.scopes.join(" ")
  );
}

/** More than one change of an attempt has events, and this one comes behind all of them. */
const lastOfVersion = 99;

/** The event by which a gradebook is told of a grade that there is already; none before there is one. */
export async function wanted(
  target: GradeTarget,
  { gradeOf, clock, newId }: Pick<GradeTargetDeps, "gradeOf" | "clock" | "newId">,
): Promise<readonly AnyEvent[]> {
  const { academyId, jurisdictionId, personId, moduleId, id: gradeTargetId } = target;
  const tenant = { academyId, jurisdictionId };
  const grade = await gradeOf(tenant, personId, moduleId);
  if (!grade || (grade.score === 0 && !grade.completed)) return [];
  return [
    {
      ...tenant,
      id: newId(),
      type: "grade.wanted",
      at: clock.now(),
      lane: grade.attemptId,
      sequence: grade.version * 100 + lastOfVersion,
      data: { personId, moduleId, gradeTargetId },
    },
  ];
}
