import { createRequire } from "node:module";
import { Command, CommanderError } from "commander";
import type * as config from "../foundation/config/index.js";
import type * as kernel from "../foundation/kernel/index.js";
import { commandsFor } from "./commands.js";
import type * as context from "./context.js";
import { exitCodes } from "./exit-codes.js";

const require = createRequire(import.meta.url);

const program = new Command("tessera")
  .description("Works on a Tessera installation from the terminal; reads the same settings as the server.")
  .addHelpText("after", "\nExit codes: 0 yes, 1 the answer is no, 2 wrong use, 3 could not tell.");
for (const command of commandsFor(process.argv.slice(2))) program.addCommand(command);
for (const command of allCommands(program)) command.exitOverride().showHelpAfterError("(--help tells more)");

program.parseAsync().catch((error: unknown) => {
  process.exitCode = exitCodeOf(error);
});

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.yes : exitCodes.wrongUse;
  const { ConfigError } = require("../foundation/config/index.ts") as typeof config;
  const { KnownError } = require("../foundation/kernel/index.ts") as typeof kernel;
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    return exitCodes.unknown;
  }
  if (error instanceof KnownError) {
    const { explainError } = require("./context.ts") as typeof context;
    process.stderr.write(`${explainError(error)}\n`);
    return error.status < 500 ? exitCodes.wrongUse : exitCodes.unknown;
  }
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return exitCodes.unknown;
}
