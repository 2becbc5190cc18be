import { Command, CommanderError } from "commander";
import { ConfigError } from "../foundation/config/index.js";
import { KnownError } from "../foundation/kernel/index.js";
import { academyCommand } from "./academy.js";
import { certificateCommand } from "./certificate.js";
import { exitCodes, explainError } from "./context.js";
import { curriculumCommand } from "./curriculum.js";
import { inviteCommand } from "./invite.js";
import { keysCommand } from "./keys.js";
import { lrsCommand } from "./lrs.js";
import { outboxCommand } from "./outbox.js";
import { retentionCommand } from "./retention.js";

const program = new Command("tessera")
  .description("Works on a Tessera installation from the terminal; reads the same settings as the server.")
  .addHelpText("after", "\nExit codes: 0 yes, 1 the answer is no, 2 wrong use, 3 could not tell.")
  .addCommand(academyCommand())
  .addCommand(certificateCommand())
  .addCommand(curriculumCommand())
  .addCommand(inviteCommand())
  .addCommand(keysCommand())
  .addCommand(lrsCommand())
  .addCommand(outboxCommand())
  .addCommand(retentionCommand());

for (const command of allCommands(program)) command.exitOverride().showHelpAfterError("(--help tells more)");

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.yes : exitCodes.wrongUse;
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    return exitCodes.unknown;
  }
  if (error instanceof KnownError) {
    process.stderr.write(`${explainError(error)}\n`);
    return error.status < 500 ? exitCodes.wrongUse : exitCodes.unknown;
  }
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return exitCodes.unknown;
}
