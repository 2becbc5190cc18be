import type { Course, GradeColumn, GradeTarget, LtiStore } from "../../standards/lti/index.js";
import {
  connections,
  courses,
  deployments,
  gradeColumns,
  gradeTargets,
  loginStates,
  placements,
  platforms,
  rosters,
} from "../collections.js";
import type { DocumentEngine, Documents } from "../documents.js";
import { StorageError } from "../errors.js";
import { inserted } from "./insert.js";

type Part<Verb extends keyof LtiStore> = Pick<LtiStore, Verb>;

export function createLtiStore(engine: DocumentEngine): LtiStore {
  return {
    ...platformVerbs(engine),
    ...deploymentVerbs(engine),
    ...loginVerbs(engine),
    ...placementVerbs(engine),
    ...courseVerbs(engine),
    ...connectionVerbs(engine),
    ...gradeVerbs(engine.collection(gradeTargets)),
    ...columnVerbs(engine.collection(gradeColumns)),
  };
}

function platformVerbs(
  engine: DocumentEngine,
): Part<"savePlatform" | "addPlatform" | "changePlatform" | "platform" | "findPlatforms" | "platforms"> {
  const rows = engine.collection(platforms);
  return {
    savePlatform: (platform) => rows.upsert(platform, ["issuer", "clientId"], ["gradeColumns"]),
    addPlatform: async (platform) => ((await rows.insert(platform)) === "inserted" ? "added" : "taken"),
    changePlatform: async (id, { status, gradeColumns }) => {
      const set = {
        ...(status === undefined ? {} : { status }),
        ...(gradeColumns === undefined ? {} : { gradeColumns }),
      };
      return (await rows.change(id, { set })) !== undefined;
    },
    platform: (id) => rows.get(id),
    findPlatforms: (issuer, clientId) =>
      rows.find({
        where: { issuer, ...(clientId === undefined ? {} : { clientId }) },
        order: { by: "clientId" },
      }),
    platforms: () => rows.find({ where: {}, order: { by: "id" } }),
  };
}

function deploymentVerbs(
  engine: DocumentEngine,
): Part<"findOrAddDeployment" | "approveDeployment" | "refuseDeployment" | "deployments"> {
  const rows = engine.collection(deployments);
  // A platform's id is random and belongs to one academy, so it is looked up without its tenant.
  const decide = async (
    platformId: string,
    deploymentId: string,
    status: "approved" | "refused",
  ): Promise<boolean> => {
    const found = (await rows.find({ where: { platformId, deploymentId }, limit: 1 }))[0];
    return found !== undefined && (await rows.change(found.id, { set: { status } })) !== undefined;
  };
  return {
    findOrAddDeployment: (candidate) =>
      rows.upsert(candidate, ["academyId", "jurisdictionId", "platformId", "deploymentId"], "all"),
    approveDeployment: (platformId, deploymentId) => decide(platformId, deploymentId, "approved"),
    refuseDeployment: (platformId, deploymentId) => decide(platformId, deploymentId, "refused"),
    deployments: (platformId) => rows.find({ where: { platformId }, order: { by: "deploymentId" } }),
  };
}

function loginVerbs(engine: DocumentEngine): Part<"addLoginState" | "takeLoginState" | "purgeLoginStates"> {
  const rows = engine.collection(loginStates);
  return {
    addLoginState: (state) => inserted(rows.insert(state)),
    takeLoginState: (id) => rows.take(id),
    purgeLoginStates: (expiredBefore) => rows.removeBelow("expiresAt", expiredBefore),
  };
}

function placementVerbs(engine: DocumentEngine): Part<"savePlacement" | "placement" | "placementsIn"> {
  const rows = engine.collection(placements);
  const unique = ["academyId", "jurisdictionId", "platformId", "deploymentId", "resourceLinkId"] as const;
  return {
    savePlacement: (candidate) => rows.upsert(candidate, unique, []),
    placement: (id) => rows.get(id),
    // A platform's id is random and belongs to one academy, so it is looked up without its tenant.
    placementsIn: ({ platformId, deploymentId, contextId }) =>
      rows.find({ where: { platformId, deploymentId, contextId }, order: { by: "id" } }),
  };
}

type CourseVerbs = "saveCourse" | "course" | "setRosterRead" | "addRoster" | "rosters";

function courseVerbs(engine: DocumentEngine): Part<CourseVerbs> {
  const rows = engine.collection(courses);
  const rosterRows = engine.collection(rosters);
  return {
    saveCourse: async (candidate) => {
      const { academyId, jurisdictionId, platformId, contextId } = candidate;
      const where = { academyId, jurisdictionId, platformId, contextId };
      // Whoever finds that another changed it meanwhile looks again; each round one of them gets on.
      for (;;) {
        const known = (await rows.find({ where, limit: 1 }))[0];
        if (!known) {
          const first = { ...candidate, version: 1 };
          if ((await rows.insert(first)) === "inserted") return first;
          continue;
        }
        const { version = 1, rosterReadAt = null } = known;
        const copiedFrom = candidate.copiedFrom.length > 0 ? candidate.copiedFrom : known.copiedFrom;
        const kept = { id: known.id, copiedFrom, version };
        const next: Course = { ...known, ...candidate, ...kept };
        // Of the same keys in the same order, since it begins with what is known.
        if (JSON.stringify(next) === JSON.stringify(known)) return known;
        const saved = { ...next, version: version + 1 };
        if (await rows.replace(saved, { version, rosterReadAt })) return saved;
      }
    },
    course: async (platformId, contextId) =>
      (await rows.find({ where: { platformId, contextId }, limit: 1 }))[0],
    setRosterRead: (courseId, at) => present(rows.change(courseId, { set: { rosterReadAt: at } })),
    addRoster: async (roster) => {
      await rosterRows.upsert(roster, ["id"], []);
    },
    rosters: (courseId, limit) =>
      rosterRows.find({ where: { courseId }, order: { by: "takenAt", descending: true }, limit }),
  };
}

function connectionVerbs(engine: DocumentEngine): Part<"connection" | "saveConnection"> {
  const rows = engine.collection(connections);
  return {
    connection: (platformId) => rows.get(platformId),
    saveConnection: async (connection) =>
      connection.version === 1
        ? (await rows.insert(connection)) === "inserted"
        : rows.replace(connection, { version: connection.version - 1 }),
  };
}

type GradeVerbs =
  | "saveGradeTarget"
  | "gradeTargets"
  | "gradeTargetsOf"
  | "setLineItem"
  | "setGradeFailure"
  | "reserveScoreSecond"
  | "recordScore";

function gradeVerbs(rows: Documents<GradeTarget>): Part<GradeVerbs> {
  return {
    saveGradeTarget: async (candidate, events = []) => {
      const { academyId, jurisdictionId, personId, placementId, activityId } = candidate;
      const where = { academyId, jurisdictionId, personId, placementId, activityId };
      for (;;) {
        const known = (await rows.find({ where, limit: 1 }))[0];
        if (!known) {
          if ((await rows.insert(candidate, events)) === "inserted") return candidate;
          continue;
        }
        const { id, moduleId, lastScoreAt, failureAt = null } = known;
        if (moduleId === candidate.moduleId && (events.length === 0 || failureAt === null))
          return rows.upsert(candidate, targetKey, keptOf(candidate));
        const next: GradeTarget =
          moduleId === candidate.moduleId
            ? { ...candidate, ...scoreOf(known), id }
            : { ...candidate, id, lastScoreAt };
        if (await rows.replace(next, { moduleId, lastScoreAt, failureAt }, events)) return next;
      }
    },
    // A person's id is random and belongs to one academy, so it is looked up without its tenant.
    gradeTargets: (personId, moduleId) => rows.find({ where: { personId, moduleId }, order: { by: "id" } }),
    gradeTargetsOf: (placementId) => rows.find({ where: { placementId }, order: { by: "id" } }),
    setGradeFailure: (id, failure) =>
      present(
        rows.change(id, {
          set: {
            failureCode: failure?.code ?? null,
            failureAt: failure?.at ?? null,
            failureEventId: failure?.eventId ?? null,
          },
        }),
      ),
    setLineItem: (id, lineItemUrl) => present(rows.change(id, { set: { lineItemUrl } })),
    reserveScoreSecond: async (id, at) => {
      // Whoever finds that another took a second meanwhile looks again; each round one of them gets on.
      for (;;) {
        const target = await rows.get(id);
        if (!target) throw new StorageError("store_row_missing");
        const { lastScoreAt } = target;
        const second = Math.max(at, lastScoreAt + 1000);
        if (await rows.change(id, { set: { lastScoreAt: second }, ifEqual: { lastScoreAt } })) return second;
      }
    },
    recordScore: (id, score) => present(rows.change(id, { set: { lastScore: score } })),
  };
}

const targetKey = ["academyId", "jurisdictionId", "personId", "placementId", "activityId"] as const;

/** Without a line item in the launch, one that we found or made ourselves stays in use. */
function keptOf({ lineItemUrl }: GradeTarget) {
  const ownLineItem = lineItemUrl === undefined ? (["lineItemUrl"] as const) : [];
  const failure = ["failureCode", "failureAt", "failureEventId"] as const;
  return ["lastScoreAt", "lastScore", ...failure, ...ownLineItem] as const;
}

/** What sending scores has left in a target. */
function scoreOf(known: GradeTarget): Pick<GradeTarget, "lastScoreAt"> & Partial<GradeTarget> {
  const { lastScoreAt, lastScore, failureCode, failureAt, failureEventId } = known;
  return {
    lastScoreAt,
    ...(lastScore === undefined ? {} : { lastScore }),
    ...(failureCode === undefined ? {} : { failureCode }),
    ...(failureAt === undefined ? {} : { failureAt }),
    ...(failureEventId === undefined ? {} : { failureEventId }),
  };
}

function columnVerbs(rows: Documents<GradeColumn>): Part<"leaseColumn" | "settleColumn" | "forgetColumn"> {
  return {
    leaseColumn: async ({ id, academyId, jurisdictionId }, now, until) => {
      const first = { id, academyId, jurisdictionId, leasedUntil: until };
      const known = await rows.get(id);
      if (!known) return { leased: (await rows.insert(first)) === "inserted" };
      const { lineItemUrl, leasedUntil } = known;
      if (lineItemUrl !== undefined) return { lineItemUrl, leased: false };
      if (leasedUntil > now) return { leased: false };
      const ifEqual = { leasedUntil, lineItemUrl: null };
      return { leased: (await rows.change(id, { set: { leasedUntil: until }, ifEqual })) !== undefined };
    },
    settleColumn: (id, lineItemUrl) =>
      present(
        rows.change(id, { set: { leasedUntil: 0, ...(lineItemUrl === undefined ? {} : { lineItemUrl }) } }),
      ),
    forgetColumn: async (id, lineItemUrl) => {
      await rows.change(id, { set: { lineItemUrl: null }, ifEqual: { lineItemUrl } });
    },
  };
}

/** Throws `store_row_missing` when nothing was changed. */
async function present(change: Promise<unknown>): Promise<void> {
  if ((await change) === undefined) throw new StorageError("store_row_missing");
}
