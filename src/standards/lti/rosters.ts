import { isDeepStrictEqual } from "node:util";
import {
  describeError,
  KnownError,
  minutes,
  seconds,
  type Clock,
  type Logger,
  type Tenant,
} from "../../foundation/kernel/index.js";
import type { Directory } from "../../foundation/directory/index.js";
import type { Visit } from "../../foundation/web/index.js";
import type { Connections } from "./connections.js";
import type { Course, LtiStore, Platform, Roster } from "./lti-store.js";
import { readMembers, type Member, type RosterServiceDeps } from "./roster-service.js";

/** Who is in a visit's course, as its platform told at `takenAt`. */
export interface ClassRoster {
  /** UTC milliseconds. */
  readonly takenAt: number;
  /** The platform was asked for a newer one just now, and did not answer, or not in time. */
  readonly stale: boolean;
  readonly members: readonly {
    readonly personId: string;
    readonly role: Visit["role"];
    readonly active: boolean;
    /** While the platform tells it, and 30 days longer. */
    readonly name?: string;
  }[];
}

export interface Rosters {
  /** The course of the visit's link, as its launches told of it. */
  courseOf(visit: Pick<Visit, "platformId" | "placementId">): Promise<Course | undefined>;
  /**
   * The roster of that course, asked for anew when it is older than ten minutes, in a few seconds at most. `undefined`
   * when the platform never told one.
   */
  of(visit: Pick<Visit, "platformId" | "placementId">): Promise<ClassRoster | undefined>;
}

export interface RostersDeps extends RosterServiceDeps {
  readonly store: LtiStore;
  readonly directory: Directory;
  readonly connections: Connections;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long a page waits for the platform. Default: 4 seconds. */
  readonly waitMs?: number;
}

const freshMs = minutes(10);
/** A platform that could not tell is not asked again at each page. */
const pauseMs = minutes(1);
/** So many persons are looked up at once. */
const atOnce = 25;

export function createRosters(deps: RostersDeps): Rosters {
  const { store, clock, waitMs = seconds(4) } = deps;
  const running = new Map<string, Promise<void>>();
  const failedAt = new Map<string, number>();

  const ask = (platform: Platform, course: Course, rosterUrl: string): Promise<void> => {
    const reading = readRoster(platform, { ...course, rosterUrl }, deps)
      .then(() => void failedAt.delete(course.id))
      .catch(async (error: unknown) => {
        failedAt.set(course.id, clock.now());
        await tell(error, platform, deps);
      })
      .finally(() => running.delete(course.id));
    running.set(course.id, reading);
    return reading;
  };
  const courseOf: Rosters["courseOf"] = async ({ platformId, placementId }) => {
    const placement = await store.placement(placementId);
    if (placement?.contextId === undefined) return undefined;
    return store.course(platformId, placement.contextId);
  };
  return {
    courseOf,
    of: async (visit) => {
      const course = await courseOf(visit);
      const platform = course && (await store.platform(course.platformId));
      if (!platform) return undefined;
      const { id, rosterUrl, rosterReadAt = 0 } = course;
      const isOld = clock.now() - rosterReadAt >= freshMs;
      const mayAsk = platform.status === "active" && clock.now() - (failedAt.get(id) ?? 0) >= pauseMs;
      if (isOld && mayAsk && rosterUrl !== undefined)
        await inTime(running.get(id) ?? ask(platform, course, rosterUrl), waitMs);
      return lastRoster(await courseOf(visit), deps);
    },
  };
}

/** Waits so long at most; the reading goes on, and the next page has what it found. */
async function inTime(reading: Promise<void>, waitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, waitMs);
  });
  await Promise.race([reading, tooLate]);
  clearTimeout(timer);
}

async function tell(error: unknown, platform: Platform, { connections, logger }: RostersDeps): Promise<void> {
  const known = error instanceof KnownError ? error : undefined;
  logger.warn("a course's members could not be read", {
    platformId: platform.id,
    ...(known ? { code: known.code } : describeError(error)),
  });
  const detail = known?.data.status === undefined ? "roster" : `roster ${String(known.data.status)}`;
  await connections.fault(platform, known?.code ?? "service_answer_unusable", detail);
}

async function lastRoster(
  course: Course | undefined,
  { store, directory, clock }: RostersDeps,
): Promise<ClassRoster | undefined> {
  const [roster] = course ? await store.rosters(course.id, 1) : [];
  if (!course || !roster) return undefined;
  const names = await directory.names.of(roster.members.map(({ personId }) => personId));
  const takenAt = course.rosterReadAt ?? roster.takenAt;
  return {
    takenAt,
    stale: clock.now() - takenAt >= freshMs,
    members: roster.members.map((member) => {
      const name = names.get(member.personId);
      return name === undefined ? member : { ...member, name };
    }),
  };
}

/** Asks the platform, and keeps what it tells: the names in the directory, and of each day one roster if it changed. */
async function readRoster(
  platform: Platform,
  course: Course & { readonly rosterUrl: string },
  deps: RostersDeps,
): Promise<void> {
  const { store, directory, connections, clock } = deps;
  const { academyId, jurisdictionId } = platform;
  const tenant: Tenant = { academyId, jurisdictionId };
  const told = await readMembers(platform, course.rosterUrl, deps);
  const persons = await admitAll(tenant, platform, told, deps);
  const members = told
    .map(({ role, active }, index) => ({ personId: persons[index] ?? "", role, active }))
    .sort((one, other) => (one.personId < other.personId ? -1 : 1));
  const names = told.map(({ name }, index) => [persons[index] ?? "", name ?? ""] as const);
  await directory.names.rememberAll(tenant, new Map(names.filter(([, name]) => name !== "")));
  const takenAt = clock.now();
  const [last] = await store.rosters(course.id, 1);
  if (!last || !isDeepStrictEqual(last.members, members)) {
    const day = new Date(takenAt).toISOString().slice(0, 10);
    const roster: Roster = { ...tenant, id: `${course.id} ${day}`, courseId: course.id, takenAt, members };
    await store.addRoster(roster);
  }
  await store.setRosterRead(course.id, takenAt);
  await connections.rosterRead(platform);
}

/** The person ids of the members, in their order. */
async function admitAll(
  tenant: Tenant,
  platform: Platform,
  members: readonly Member[],
  { directory }: RostersDeps,
): Promise<string[]> {
  const ids: string[] = [];
  for (let from = 0; from < members.length; from += atOnce) {
    const some = members.slice(from, from + atOnce);
    const persons = await Promise.all(some.map(({ userId }) => directory.admit(tenant, platform.id, userId)));
    ids.push(...persons.map(({ id }) => id));
  }
  return ids;
}
