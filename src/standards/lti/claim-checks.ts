import { claimNames, neededText, recordOf, textsOf } from "./claims.js";
import { LtiError } from "./errors.js";
import {
  claimsOf,
  nothing,
  platformOf,
  stateOf,
  type Added,
  type LaunchCheck,
  type LaunchDeps,
  type LaunchFacts,
} from "./launch-facts.js";
import { launchedModule } from "./launched-module.js";
import { offered } from "./offered.js";

/** What makes it a launch that we can serve (LTI 1.3 Core §5.3). */
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
    name: "it is a resource link launch",
    check: (facts) => {
      const type = neededText(claimsOf(facts), claimNames.messageType, "message_type_missing");
      if (type !== "LtiResourceLinkRequest") throw new LtiError("message_type_unsupported");
      return nothing;
    },
  },
  {
    name: "its target is the login's",
    check: (facts) => {
      const target = neededText(claimsOf(facts), claimNames.targetLinkUri, "target_link_missing", 2048);
      if (target !== stateOf(facts).targetLinkUri) throw new LtiError("target_link_mismatch");
      return nothing;
    },
  },
  {
    name: "it tells the roles, be it none",
    check: (facts) => {
      if (!textsOf(claimsOf(facts), claimNames.roles)) throw new LtiError("roles_missing");
      return nothing;
    },
  },
  {
    name: "it names the resource link",
    check: (facts) => {
      neededText(recordOf(claimsOf(facts), claimNames.resourceLink), "id", "resource_link_missing");
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
  {
    name: "a module that we have stands behind the link",
    check: (facts, { curriculum }) => {
      const moduleId = launchedModule(claimsOf(facts));
      if (moduleId === undefined || !offered(curriculum, moduleId))
        throw new LtiError("placement_without_module");
      return nothing;
    },
  },
];

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
  if (deployment.status !== "approved") throw new LtiError("deployment_not_approved");
  return nothing;
}
