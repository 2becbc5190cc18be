import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadCatalogues } from "../../src/foundation/i18n/index.js";
import { createLogger, createNewId, systemClock } from "../../src/foundation/kernel/index.js";
import { serve } from "../../src/foundation/web/index.js";
import { createSandbox, type Sandbox } from "../../src/sandbox/index.js";

const viewsDirectory = fileURLToPath(new URL("../../views", import.meta.url));

/** The sandbox LMS in the test's own process: it outlives the tool, as an academy's LMS does. */
export interface SandboxBeside {
  readonly sandbox: Sandbox;
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * Brings a sandbox up on `port + 1` for a tool on `http://localhost:<port>`, and writes its registration into
 * `<ltiConfig>/platforms/`, where the tool reads it.
 */
export async function aSandboxBeside(port: number, ltiConfig: string): Promise<SandboxBeside> {
  const [origin, tool] = [`http://127.0.0.1:${port + 1}`, `http://localhost:${port}`];
  const sandbox = await createSandbox({
    origin,
    tool: {
      origin: tool,
      loginUrl: `${tool}/lti/login`,
      launchUrl: `${tool}/lti/launch`,
      jwksUrl: `${tool}/lti/jwks`,
    },
    statePath: undefined,
    clock: systemClock,
    newId: createNewId(systemClock),
    logger: createLogger("silent"),
    catalogues: loadCatalogues(join(viewsDirectory, "locales")),
    viewsDirectory,
  });
  const { deploymentId, ...platform } = sandbox.registration;
  const registration = { ...platform, academy: "northgate", flavour: "moodle", deployments: [deploymentId] };
  await mkdir(join(ltiConfig, "platforms"), { recursive: true });
  await writeFile(join(ltiConfig, "platforms", "sandbox.json"), JSON.stringify(registration));
  const listening = await serve(sandbox.app, { host: "127.0.0.1", port: port + 1 });
  return {
    sandbox,
    origin,
    close: async () => {
      await listening.close(0);
      await sandbox.close();
    },
  };
}
