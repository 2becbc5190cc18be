import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp, type App } from "../../src/app.js";
import { parseConfig, type LoadedConfig } from "../../src/foundation/config/index.js";
import { serve, type Listening } from "../../src/foundation/web/index.js";
import {
  createLogger,
  createNewId,
  Secret,
  systemClock,
  type Clock,
} from "../../src/foundation/kernel/index.js";
import type { Sandbox } from "../../src/sandbox/index.js";
import { openStorage, type Storage } from "../../src/storage/index.js";
import { twoFreePorts } from "./ports.js";

/** A whole tool with its sandbox LMS, listening on two free loopback ports, as `npm start` runs it. */
export interface Tool {
  readonly config: LoadedConfig;
  readonly origin: string;
  readonly app: App;
  readonly sandbox: Sandbox;
  readonly sandboxOrigin: string;
  readonly storage: Storage;
  /** Everything that was logged so far. */
  readonly log: () => string;
  /** Works off all events that are due; fails when one could not be handled. */
  readonly drain: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface ToolOptions {
  readonly clock?: Clock;
  /** Default: an SQLite file in a folder of its own, which goes with the tool. */
  readonly database?: string;
  /** Let the outbox run by itself; without it a test calls `drain`. */
  readonly running?: boolean;
  /** Further settings, by their names in the environment. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Stands between the tool and its store, to fail at a test's word. */
  readonly through?: (storage: Storage) => Storage;
}

/** Brings a tool up in one line: `const tool = await aTool();`, and at the end `await tool.close()`. */
export async function aTool({
  clock = systemClock,
  database,
  running = false,
  settings = {},
  through,
}: ToolOptions = {}): Promise<Tool> {
  const folder = await mkdtemp(join(tmpdir(), "tessera-test-"));
  const port = await twoFreePorts();
  const parsed = parseConfig({
    TESSERA_URL: `http://localhost:${String(port)}`,
    TESSERA_DATABASE: database ?? `file:${join(folder, "tessera.db")}`,
    TESSERA_LTI_CONFIG: join(folder, "lti-config"),
    ...settings,
  });
  const config: LoadedConfig = {
    ...parsed,
    secret: new Secret(Buffer.from("the master secret of every test tool, 48 bytes")),
  };
  const lines: string[] = [];
  const logger = createLogger("info", { write: (line) => void lines.push(line) });
  const storage = await openStorage(config.database.reveal(), {
    ...{ clock, newId: createNewId(clock), logger },
    serving: true,
  });
  const app = await createApp(config, through?.(storage) ?? storage, clock, logger);
  const listening: Listening[] = [];
  for (const site of app.sites) listening.push(await serve(site.handler, site));
  if (running) app.start();
  if (!app.sandbox || !config.sandbox) throw new Error("a test tool has a sandbox");
  return {
    ...{
      config,
      origin: config.origin,
      app,
      sandbox: app.sandbox,
      sandboxOrigin: config.sandbox.origin,
      storage,
    },
    log: () => lines.join(""),
    drain: async () => {
      const { failed, buried } = await app.outbox.drain();
      if (failed + buried > 0) {
        const dead = await storage.outbox.deadJobs(10);
        throw new Error(
          `jobs failed: ${JSON.stringify(dead.map(({ id, reason }) => [id, reason]))}\n${lines.join("")}`,
        );
      }
    },
    close: async () => {
      await Promise.all(listening.map((server) => server.close(1000)));
      await app.stop(1000);
      await storage.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
