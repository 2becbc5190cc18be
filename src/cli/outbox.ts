import { Command } from "commander";
import { systemClock } from "../foundation/kernel/index.js";
import { answer, exitCodes, withJson, withStorage } from "./context.js";

export function outboxCommand(): Command {
  const outbox = new Command("outbox");

  withJson(
    outbox.command("list").description("how much waits, and the dead letters; exit 1 if there are any"),
  ).action(async (options: { json?: boolean }) => {
    const { backlog, dead } = await withStorage(async ({ storage }) => ({
      backlog: await storage.outbox.backlog(),
      dead: await storage.outbox.deadJobs(1000),
    }));
    const letters = dead.map(({ id, event, reason, diedAt }) => ({
      id,
      type: event.type,
      reason,
      died: new Date(diedAt).toISOString(),
    }));
    answer(options, { waiting: backlog.waiting, dead: letters }, [
      `waiting  ${String(backlog.waiting)}`,
      ...letters.map((letter) => `dead  ${letter.id}  ${letter.type}  ${letter.reason}  ${letter.died}`),
    ]);
    if (letters.length > 0) process.exitCode = exitCodes.no;
  });

  withJson(outbox.command("revive").description("try a dead letter again, once its cause is mended"))
    .argument("<job>", "its id, as `list` shows it")
    .action(async (job: string, options: { json?: boolean }) => {
      const revived = await withStorage(({ storage }) => storage.outbox.revive(job, systemClock.now()));
      answer(options, { revived }, [revived ? `revived  ${job}` : `there is no dead letter ${job}`]);
      if (!revived) process.exitCode = exitCodes.no;
    });
  return outbox;
}
