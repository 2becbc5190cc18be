/**
 * A process of its own for the contract: saves attempts with their events, works the outbox, and says on stdout what
 * was acknowledged. usage: child.ts ADDRESS '{"writes":N,"attempts":N,"works":true,"seed":N,"serving":true}'
 */
import { createOutbox, subscribe } from "../../../src/foundation/events/index.js";
import { createLogger, systemClock } from "../../../src/foundation/kernel/index.js";
import { openStorage } from "../../../src/storage/index.js";
import { seeded } from "../../kit/random.js";
import { newId } from "./database.js";
import { anAttempt, anEvent, arvenia } from "./samples.js";

export interface ChildOrders {
  readonly writes: number;
  readonly attempts: number;
  readonly works: boolean;
  readonly seed: number;
  readonly serving: boolean;
}

const say = (...words: readonly (string | number)[]) => void process.stdout.write(`${words.join(" ")}\n`);

async function run(address: string, orders: ChildOrders): Promise<void> {
  const logger = createLogger("silent");
  const storage = await openStorage(address, { clock: systemClock, newId, logger, serving: orders.serving });
  await storage.recover();
  const recorder = subscribe({
    name: "recorder",
    types: ["module.progressed"],
    handle: async ({ lane, sequence }) => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      say("handled", lane, sequence, String(process.hrtime.bigint()));
    },
  });
  const deps = { store: storage.outbox, clock: systemClock, newId, logger, subscribers: [recorder] };
  const outbox = createOutbox({ ...deps, options: { pollMs: 50, leaseMs: 2000 } });
  if (orders.works) outbox.start();
  const stopped = new Promise((resolve) => process.stdin.once("data", resolve));
  say("ready");
  const random = seeded(orders.seed);
  for (let write = 0; write < orders.writes; write += 1) {
    const personId = `person-${Math.floor(random() * orders.attempts)}`;
    const attempt = await storage.attempts.findAttempt(arvenia, personId, "M01");
    const version = (attempt?.version ?? 0) + 1;
    const event = anEvent(personId, version);
    const answer = attempt
      ? await storage.attempts.saveAttempt({ ...attempt, version }, attempt.version, [event])
      : await storage.attempts.addAttempt(anAttempt({ personId }), [event]);
    if (answer === "saved") say("saved", personId, version);
    outbox.nudge();
  }
  say("written");
  await stopped;
  await outbox.stop(5000);
  await storage.close();
}

const [address = "", orders = "{}"] = process.argv.slice(2);
await run(address, JSON.parse(orders) as ChildOrders);
process.exit(0);
