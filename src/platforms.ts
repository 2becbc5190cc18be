import { join } from "node:path";
import { dataDirectory } from "./foundation/config/index.js";
import type { Catalogues } from "./foundation/i18n/index.js";
import { viewsDirectory, type Base } from "./rooms.js";
import { createSandbox, type Sandbox } from "./sandbox/index.js";
import { readPlatformFiles, type Lti, type PlatformRegistration } from "./standards/lti/index.js";

// The platforms that there are from the start: the sandbox LMS, and those of `lti-config`.

export async function registerPlatforms(base: Base, lti: Lti, sandbox: Sandbox | undefined): Promise<void> {
  const { config, storage, logger } = base;
  if (sandbox) await lti.registerPlatform(sandboxRegistration(sandbox));
  for (const platform of readPlatformFiles(join(config.ltiConfig, "platforms"))) {
    await lti.registerPlatform(platform);
  }
  if ((await storage.lti.platforms()).length === 0)
    logger.warn(
      "no platform is registered: nobody can launch until one is, by `tessera invite` or in lti-config",
    );
}

export async function openSandbox(base: Base, catalogues: Catalogues): Promise<Sandbox | undefined> {
  const { config } = base;
  if (!config.sandbox) return undefined;
  const { origin } = config;
  const inMemory = config.database.reveal() === "file::memory:";
  return createSandbox({
    ...base,
    origin: config.sandbox.origin,
    tool: {
      origin,
      loginUrl: `${origin}/lti/login`,
      launchUrl: `${origin}/lti/launch`,
      jwksUrl: `${origin}/lti/jwks`,
    },
    statePath: inMemory ? undefined : join(dataDirectory(config), "sandbox.json"),
    catalogues,
    viewsDirectory,
  });
}

function sandboxRegistration({ registration: { deploymentId, ...platform } }: Sandbox): PlatformRegistration {
  const serviceOrigins = [...platform.serviceOrigins];
  return { ...platform, serviceOrigins, flavour: "moodle", deployments: [deploymentId] };
}
