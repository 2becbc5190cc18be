import type { GradeTarget, LtiStore } from "../../standards/lti/index.js";
import {
  connections,
  courses,
  deployments,
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
  };
}

function platformVerbs(
  engine: DocumentEngine,
): Part<"savePlatform" | "platform" | "findPlatforms" | "platforms"> {
  const rows = engine.collection(platforms);
  return {
    savePlatform: (platform) => rows.upsert(platform, ["issuer", "clientId"], []),
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

function placementVerbs(engine: DocumentEngine): Part<"savePlacement" | "placement"> {
  const rows = engine.collection(placements);
  const unique = ["academyId", "jurisdictionId", "platformId", "deploymentId", "resourceLinkId"] as const;
  return {
    savePlacement: (candidate) => rows.upsert(candidate, unique, []),
    placement: (id) => rows.get(id),
  };
}

function courseVerbs(engine: DocumentEngine): Part<"saveCourse" | "course" | "addRoster" | "rosters"> {
  const rows = engine.collection(courses);
  const rosterRows = engine.collection(rosters);
  return {
    saveCourse: (candidate) =>
      rows.upsert(candidate, ["academyId", "jurisdictionId", "platformId", "contextId"], []),
    course: async (platformId, contextId) =>
      (await rows.find({ where: { platformId, contextId }, limit: 1 }))[0],
    addRoster: (roster) => inserted(rosterRows.insert(roster)),
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
      if (events.length > 0 && (await rows.insert(candidate, events)) === "inserted") return candidate;
      // Without a line item in the launch, one that we found or made ourselves stays in use.
      const ownLineItem = candidate.lineItemUrl === undefined ? (["lineItemUrl"] as const) : [];
      const keep = ["lastScoreAt", "lastScore", "failureCode", "failureAt", ...ownLineItem] as const;
      const on = ["academyId", "jurisdictionId", "personId", "placementId", "activityId"] as const;
      return rows.upsert(candidate, on, keep);
    },
    // A person's id is random and belongs to one academy, so it is looked up without its tenant.
    gradeTargets: (personId, moduleId) => rows.find({ where: { personId, moduleId }, order: { by: "id" } }),
    gradeTargetsOf: (placementId) => rows.find({ where: { placementId }, order: { by: "id" } }),
    setGradeFailure: (id, failure) =>
      present(
        rows.change(id, { set: { failureCode: failure?.code ?? null, failureAt: failure?.at ?? null } }),
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

/** Throws `store_row_missing` when nothing was changed. */
async function present(change: Promise<unknown>): Promise<void> {
  if ((await change) === undefined) throw new StorageError("store_row_missing");
}
