import { claimNames, member, neededText, recordOf, textsOf } from "./claims.js";
import { deepLinkingSettings } from "./deep-linking-settings.js";
import { LtiError } from "./errors.js";
import {
  claimsOf,
  nothing,
  platformOf,
  purposeOf,
  stateOf,
  type Added,
  type LaunchCheck,
  type LaunchDeps,
  type LaunchFacts,
} from "./launch-facts.js";
import { launchedActivity, launchedModule } from "./launched-module.js";
import { purposeOf as purposeOfType } from "./messages.js";
import { offered } from "./offered.js";
import { visitRole } from "./roles.js";

/** What makes it a message that we can answer (LTI 1.3 Core §5.3). */
export const claimChecks: readonly LaunchCheck[] = [
  {
    name: "it speaks LTI 1.3.0",
    check: (facts) => {
      const version = neededText(claimsOf(facts), claimNames.version, "lti_version_missing");
      if (version !== "1.3.0") throw new LtiError("lti_version_unsupported");
      return nothing;
    },
  },
  {
    name: "it opens a link, picks content or reviews work",
    check: (facts) => {
      const type = neededText(claimsOf(facts), claimNames.messageType, "message_type_missing");
      const purpose = purposeOfType(type);
      if (!purpose) throw new LtiError("message_type_unsupported");
      return { purpose };
    },
  },
  { name: "its target is the login's", check: checkTarget },
  {
    name: "it tells the roles, be it none",
    check: (facts) => {
      if (!textsOf(claimsOf(facts), claimNames.roles)) throw new LtiError("roles_missing");
      return nothing;
    },
  },
  {
    name: "it names the resource link, unless content is picked",
    check: (facts) => {
      if (purposeOf(facts) !== "pick")
        neededText(recordOf(claimsOf(facts), claimNames.resourceLink), "id", "resource_link_missing");
      return nothing;
    },
  },
  {
    name: "it says what it takes and where to, where content is picked",
    check: (facts) => {
      if (purposeOf(facts) !== "pick") return nothing;
      return { pick: deepLinkingSettings(claimsOf(facts), platformOf(facts)) };
    },
  },
  {
    name: "it names whose work it is, where work is reviewed",
    check: (facts) => {
      if (purposeOf(facts) === "review")
        neededText(recordOf(claimsOf(facts), claimNames.forUser), "user_id", "for_user_missing");
      return nothing;
    },
  },
  {
    name: "it names the user by an opaque id",
    check: (facts) => {
      neededText(claimsOf(facts), "sub", "sub_missing");
      return nothing;
    },
  },
  { name: "its deployment is approved", check: checkDeployment },
  { name: "the user's role allows it", check: checkRole },
  { name: "we have the module or activity that the link names, if it names one", check: checkContent },
];

function checkTarget(facts: LaunchFacts): Added {
  const claims = claimsOf(facts);
  const known = stateOf(facts).targetLinkUri;
  // Some platforms, and it is said the conformance suite, leave it out here: then the login's counts.
  if (purposeOf(facts) === "pick" && member(claims, claimNames.targetLinkUri) === undefined) return nothing;
  const target = neededText(claims, claimNames.targetLinkUri, "target_link_missing", 2048);
  if (target !== known) throw new LtiError("target_link_mismatch");
  return nothing;
}

async function checkDeployment(facts: LaunchFacts, { store, newId }: LaunchDeps): Promise<Added> {
  const { academyId, jurisdictionId, id: platformId } = platformOf(facts);
  const deploymentId = neededText(claimsOf(facts), claimNames.deploymentId, "deployment_id_missing");
  // An unknown one is remembered, so that an administrator finds it to approve.
  const deployment = await store.findOrAddDeployment({
    academyId,
    jurisdictionId,
    id: newId(),
    platformId,
    deploymentId,
    status: "pending",
    firstSeenAt: facts.now,
  });
  if (deployment.status !== "approved") throw new LtiError("deployment_not_approved", { deploymentId });
  return nothing;
}

/** Who learns picks no content, and reviews no work but their own (Submission Review 1.0 §3.1.3). */
function checkRole(facts: LaunchFacts): Added {
  const claims = claimsOf(facts);
  if (visitRole(textsOf(claims, claimNames.roles) ?? []) !== "trainee") return nothing;
  if (purposeOf(facts) === "pick") throw new LtiError("deep_linking_not_allowed");
  if (purposeOf(facts) === "review" && recordOf(claims, claimNames.forUser)?.user_id !== claims.sub)
    throw new LtiError("review_not_allowed");
  return nothing;
}

function checkContent(facts: LaunchFacts, { curriculum }: LaunchDeps): Added {
  if (purposeOf(facts) === "pick") return nothing;
  const claims = claimsOf(facts);
  const [moduleId, activityId] = [launchedModule(claims), launchedActivity(claims)];
  const opensCourse = purposeOf(facts) === "open" && activityId === undefined;
  if (moduleId === undefined && opensCourse) return nothing;
  if (moduleId === undefined || !offered(curriculum, moduleId))
    throw new LtiError("placement_without_module");
  if (!offered(curriculum, moduleId, activityId)) throw new LtiError("placement_without_activity");
  return nothing;
}
