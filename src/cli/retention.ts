import { Command } from "commander";
import { createLogger, systemClock } from "../foundation/kernel/index.js";
import { createRetention } from "../training/evidence/index.js";
import { answer, exitCodes, withJson, withStorage } from "./context.js";

interface RunOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function retentionCommand(): Command {
  const run = withJson(new Command("run"))
    .description(
      "delete answers, decisions, failed runs and debrief texts whose 90 days are over; exit 1 if something is left",
    )
    .option("--dry-run", "only count them")
    .action(runAction);
  return new Command("retention").addCommand(run);
}

async function runAction({ dryRun = false, ...options }: RunOptions): Promise<void> {
  const counts = await withStorage(({ storage }) => {
    const { attempts, statements, outbox } = storage;
    const deps = { attempts, statements, outbox, scrub: () => storage.scrub() };
    const logger = createLogger("error");
    return createRetention({ ...deps, clock: systemClock, logger }).run({ dryRun });
  });
  const { attempts, statements, events, waiting, failed } = counts;
  answer(options, { dryRun, ...counts }, [
    `${dryRun ? "due      " : "deleted  "}${String(attempts)} attempts, ${String(statements)} statements`,
    ...(events > 0 ? [`events   ${String(events)} that had not become statements`] : []),
    ...(waiting > 0 ? [`waiting  ${String(waiting)} attempts, for the next run`] : []),
    ...(failed > 0 ? [`failed   ${String(failed)} attempts`] : []),
  ]);
  if (waiting + failed > 0) process.exitCode = exitCodes.no;
}
