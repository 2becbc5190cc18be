import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { loadConfig, type LoadedConfig } from "../foundation/config/index.js";
import { createDirectory, type Directory } from "../foundation/directory/index.js";
import { explainAtTerminal } from "../foundation/i18n/index.js";
import {
  createLogger,
  createNewId,
  systemClock,
  type Clock,
  type KnownError,
  type Logger,
  type NewId,
} from "../foundation/kernel/index.js";
import { openStorage, type Storage } from "../storage/index.js";

export { exitCodes } from "./exit-codes.js";

export interface CliContext {
  readonly config: LoadedConfig;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
  readonly storage: Storage;
  readonly directory: Directory;
}

/** Runs a command's work beside the serving process, on its own connection to the store. */
export async function withStorage<T>(work: (context: CliContext) => Promise<T>): Promise<T> {
  const config = loadConfig();
  const clock = systemClock;
  const newId = createNewId(clock);
  const logger = createLogger("error");
  const storage = await openStorage(config.database.reveal(), { clock, newId, logger, serving: false });
  try {
    const directory = createDirectory({ store: storage.directory, clock, newId });
    return await work({ config, clock, newId, logger, storage, directory });
  } finally {
    await storage.close();
  }
}

/** Prints an answer: as JSON with `--json`, else as the given lines. */
export function answer(
  options: { json?: boolean | undefined },
  data: unknown,
  lines: readonly string[],
): void {
  process.stdout.write(
    options.json ? `${JSON.stringify(data, null, 2)}\n` : lines.map((line) => `${line}\n`).join(""),
  );
}

export function withJson(command: Command): Command {
  return command.option("--json", "answer as JSON");
}

/** The words of an error for a person at a terminal. */
export function explainError(error: KnownError): string {
  const locales = fileURLToPath(new URL("../../views/locales", import.meta.url));
  return explainAtTerminal(error, locales, process.env);
}
