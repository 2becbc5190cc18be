import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadCatalogues } from "../../src/foundation/i18n/index.js";
import { createLogger, createNewId, systemClock } from "../../src/foundation/kernel/index.js";
import { serve } from "../../src/foundation/web/index.js";
import { createSandbox, type Sandbox } from "../../src/sandbox/index.js";
import type { TestDatabase } from "../storage/contract/database.js";
import { twoFreePorts } from "./ports.js";
import { roundRobin } from "./round-robin.js";
import type { Environment } from "./tool-process.js";

const viewsDirectory = fileURLToPath(new URL("../../views", import.meta.url));

/** The sandbox LMS in the test's own process: it outlives the tool, as an academy's LMS does. */
interface SandboxBeside {
  readonly sandbox: Sandbox;
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * Brings a sandbox up on `port + 1` for a tool on `http://localhost:<port>`, and writes its registration into
 * `<ltiConfig>/platforms/`, where the tool reads it.
 */
async function aSandboxBeside(port: number, ltiConfig: string): Promise<SandboxBeside> {
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

/** A database, a sandbox LMS and the addresses of the tools that serve it. */
export interface Scene {
  readonly address: string;
  readonly origin: string;
  readonly sandboxOrigin: string;
  readonly sandbox: Sandbox;
  readonly environments: readonly Environment[];
  close(): Promise<void>;
}

/** Brings a sandbox up for one tool, or for two behind one address; the tools are the caller's to start. */
export async function aScene({
  database,
  processes = 1,
}: {
  database: TestDatabase;
  processes?: 1 | 2;
}): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), "tessera-kill-"));
  const port = await twoFreePorts();
  const origin = `http://localhost:${port}`;
  const beside = await aSandboxBeside(port, join(folder, "lti-config"));
  const shared = {
    TESSERA_URL: origin,
    TESSERA_SANDBOX: "off",
    TESSERA_DATABASE: database.address,
    TESSERA_LTI_CONFIG: join(folder, "lti-config"),
    TESSERA_SECRET_FILE: join(folder, "secret"),
  };
  const ports = processes === 1 ? [port] : [await twoFreePorts(), await twoFreePorts()];
  const proxy = processes === 1 ? undefined : await roundRobin(port, ports);
  return {
    ...{ origin, address: database.address, sandbox: beside.sandbox, sandboxOrigin: beside.origin },
    environments: ports.map((one) => ({ ...shared, TESSERA_PORT: String(one) })),
    close: async () => {
      await proxy?.close(0);
      await beside.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
