import { fileURLToPath } from "node:url";
import { createApp } from "./app.js";
import { ConfigError, loadConfig, type LoadedConfig } from "./foundation/config/index.js";
import { explainAtTerminal } from "./foundation/i18n/index.js";
import { serve, type Listening } from "./foundation/web/index.js";
import {
  createLogger,
  createNewId,
  KnownError,
  systemClock,
  type Logger,
} from "./foundation/kernel/index.js";
import { openStorage } from "./storage/index.js";

// The process's edge: environment in, signals in, exit code out.

async function run(config: LoadedConfig, logger: Logger): Promise<void> {
  const clock = systemClock;
  const storage = await openStorage(config.database.reveal(), {
    clock,
    newId: createNewId(clock),
    logger,
    serving: true,
  });
  const listening: Listening[] = [];
  try {
    const app = await createApp(config, storage, clock);
    for (const site of app.sites) listening.push(await serve(site.handler, site));
    app.start();
    process.stdout.write(`Tessera is ready: open ${app.address}\n`);

    await signal();
    logger.info("stopping");
    const deadline = clock.now() + config.stopDeadlineMs;
    app.drain();
    await Promise.all(listening.map((server) => server.close(deadline - clock.now())));
    await app.stop(Math.max(0, deadline - clock.now()));
  } catch (error) {
    await Promise.all(listening.map((server) => server.close(0)));
    throw error;
  } finally {
    await storage.close();
  }
}

/** Resolves at the first SIGTERM or SIGINT; a second one, of either, ends the process at once. */
function signal(): Promise<void> {
  return new Promise((resolve) => {
    let signals = 0;
    for (const name of ["SIGTERM", "SIGINT"] as const) {
      process.on(name, () => {
        signals += 1;
        if (signals > 1) process.exit(1);
        resolve();
      });
    }
  });
}

function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof KnownError) return explainAtTerminal(error, locales, process.env);
  const { code, syscall, address, port } = error as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  if (code === "EADDRINUSE")
    return `Port ${String(port)} is taken by another process; set TESSERA_PORT or TESSERA_URL.`;
  if (syscall === "listen")
    return `It can't listen on ${String(address)}, port ${String(port)} (${String(code)}); set TESSERA_HOST, TESSERA_PORT or TESSERA_URL.`;
  if (syscall === "getaddrinfo") return `TESSERA_HOST is no address of this machine (${String(code)}).`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const locales = fileURLToPath(new URL("../views/locales", import.meta.url));

try {
  const config = loadConfig();
  await run(config, createLogger(config.logLevel));
} catch (error) {
  process.stderr.write(`Tessera could not start. ${explain(error)}\n`);
  process.exitCode = 1;
}
