import type { Clock, NewId } from "../../foundation/kernel/index.js";
import type { Directory } from "../../foundation/directory/index.js";
import { LtiError } from "./errors.js";
import type { LtiStore, Platform } from "./lti-store.js";
import { checkRegistration, type PlatformRegistration } from "./platform-files.js";

export interface Platforms {
  /**
   * Adds a platform to the registry, or brings the one with this issuer and client_id up to date, and approves the
   * deployments that it names.
   * @throws LtiError `platform_file_invalid`, `platform_url_refused` (http outside development); DirectoryError
   * `academy_unknown`, `academy_not_named`
   */
  registerPlatform(registration: PlatformRegistration): Promise<Platform>;
  /**
   * Approves a deployment, whether it was seen yet or not.
   * @throws LtiError `platform_unknown`
   */
  approveDeployment(platformId: string, deploymentId: string): Promise<void>;
}

export interface PlatformsDeps {
  readonly store: LtiStore;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Development only: platforms may be on http. */
  readonly allowPrivate: boolean;
}

export function createPlatforms({ store, directory, clock, newId, allowPrivate }: PlatformsDeps): Platforms {
  const approveDeployment = async (platformId: string, deploymentId: string): Promise<void> => {
    const platform = await store.platform(platformId);
    if (!platform) throw new LtiError("platform_unknown");
    await store.findOrAddDeployment({
      academyId: platform.academyId,
      jurisdictionId: platform.jurisdictionId,
      id: newId(),
      platformId,
      deploymentId,
      status: "approved",
      firstSeenAt: clock.now(),
    });
    await store.approveDeployment(platformId, deploymentId);
  };
  return {
    approveDeployment,
    registerPlatform: async (registration) => {
      const { academy: slug, deployments, ...checked } = checkRegistration(registration);
      const { authorizationUrl, tokenUrl, jwksUrl, frameOrigin, serviceOrigins } = checked;
      const urls = [authorizationUrl, tokenUrl, jwksUrl, frameOrigin, ...serviceOrigins];
      const plain = urls.filter((url) => !url.startsWith("https:"));
      if (!allowPrivate && plain.length > 0) throw new LtiError("platform_url_refused", { urls: plain });
      const { academyId, jurisdictionId } = await directory.chooseAcademy(slug);
      const platform = await store.savePlatform({ ...checked, id: newId(), academyId, jurisdictionId });
      for (const deploymentId of deployments) await approveDeployment(platform.id, deploymentId);
      return platform;
    },
  };
}
