import type { Desk } from "../../../foundation/directory/index.js";
import type { Clock, NewId, Tenant } from "../../../foundation/kernel/index.js";
import type { LtiStore, Platform } from "../lti-store.js";
import type { Entry } from "./entry.js";
import { RegistrationError } from "./errors.js";
import { addDeployment } from "./register.js";

/** What an academy's owner decides about its own platforms. */
export interface Decisions {
  /**
   * Switches a platform on, and approves of its waiting deployments those that are named.
   * @throws RegistrationError `platform_not_here`, `platform_of_operator`
   */
  switchOn(tenant: Tenant, platformId: string, deploymentIds: readonly string[]): Promise<void>;
  /** @throws RegistrationError `platform_not_here`, `platform_of_operator` */
  switchOff(tenant: Tenant, platformId: string): Promise<void>;
  /** @throws RegistrationError `platform_not_here`, `deployment_not_here` */
  decide(tenant: Tenant, deployment: DeploymentName, decision: "approved" | "refused"): Promise<void>;
  /** @throws RegistrationError `platform_not_here` */
  chooseColumns(tenant: Tenant, platformId: string, columns: "module" | "activity"): Promise<void>;
  /** Adds a platform that the owner wrote down, switched off; `taken` when its issuer and client_id are known here. */
  add(desk: Desk, entry: Entry): Promise<"added" | "taken">;
}

export interface DeploymentName {
  readonly platformId: string;
  readonly deploymentId: string;
}

export interface DecisionsDeps {
  readonly store: LtiStore;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** Whether an owner may switch it: what the operator's files say would hold again at the next start. */
export const isOwners = (platform: Platform): boolean => platform.registered !== undefined;

export function createDecisions({ store, clock, newId }: DecisionsDeps): Decisions {
  const own = async ({ academyId, jurisdictionId }: Tenant, id: string): Promise<Platform> => {
    const platform = await store.platform(id);
    if (platform?.academyId !== academyId || platform.jurisdictionId !== jurisdictionId)
      throw new RegistrationError("platform_not_here");
    return platform;
  };
  const switchable = async (tenant: Tenant, id: string): Promise<Platform> => {
    const platform = await own(tenant, id);
    if (!isOwners(platform)) throw new RegistrationError("platform_of_operator");
    return platform;
  };
  return {
    switchOn: async (tenant, platformId, deploymentIds) => {
      const { id } = await switchable(tenant, platformId);
      const waiting = (await store.deployments(id)).filter(({ status }) => status === "pending");
      for (const { deploymentId } of waiting)
        if (deploymentIds.includes(deploymentId)) await store.approveDeployment(id, deploymentId);
      await store.changePlatform(id, { status: "active" });
    },
    switchOff: async (tenant, platformId) => {
      const { id } = await switchable(tenant, platformId);
      await store.changePlatform(id, { status: "inactive" });
    },
    decide: async (tenant, { platformId, deploymentId }, decision) => {
      const { id } = await own(tenant, platformId);
      const done =
        decision === "approved"
          ? await store.approveDeployment(id, deploymentId)
          : await store.refuseDeployment(id, deploymentId);
      if (!done) throw new RegistrationError("deployment_not_here");
    },
    chooseColumns: async (tenant, platformId, gradeColumns) => {
      const { id } = await own(tenant, platformId);
      await store.changePlatform(id, { gradeColumns });
    },
    add: async ({ academyId, jurisdictionId, inviteId }, { platform: written, deployments }) => {
      const platform: Platform = {
        ...{ academyId, jurisdictionId, id: newId(), ...written, status: "inactive" },
        registered: { at: clock.now(), inviteId, scopes: [] },
      };
      for (const deploymentId of deployments)
        await addDeployment(platform, deploymentId, { store, clock, newId });
      return store.addPlatform(platform);
    },
  };
}
