import { mock } from "node:test";
import { expect } from "chai";
import { createLogger, minutes } from "../src/foundation/kernel/index.js";
import { createHousekeeping } from "../src/housekeeping.js";
import { fixedAt } from "./kit/clock.js";
import { pause } from "./kit/kill-harness.js";
import { aStore } from "./kit/store.js";
import { anAttempt } from "./storage/contract/samples.js";

const minute = minutes(1);
const others = { upkeep: () => Promise.resolve(), effectDue: () => Promise.resolve(0) };

describe("housekeeping's turns", () => {
  it("sweeps at its start and each minute after, one sweep after the other, until it is stopped", async () => {
    const clock = fixedAt("2026-11-21T09:00:00Z");
    const storage = await aStore(clock);
    let [begun, done] = [0, 0];
    const waiting: (() => void)[] = [];
    const effectDue = async (): Promise<void> => {
      begun += 1;
      await new Promise<void>((resolve) => waiting.push(resolve));
      done += 1;
    };
    const housekeeping = createHousekeeping({
      ...{ storage, ...others, effectDue, clock, logger: createLogger("silent") },
    });
    /** So many sweeps have begun, and after a while no more than that. */
    const count = async (sweeps: number): Promise<void> => {
      for (let tries = 0; tries < 200 && begun < sweeps; tries += 1) await pause(10);
      await pause(50);
      expect(begun).to.equal(sweeps);
    };
    mock.timers.enable({ apis: ["setInterval"] });
    try {
      housekeeping.start();
      housekeeping.start();
      await count(1);
      waiting.shift()?.();
      // It is begun once, however often that is asked for; and it begins again in a minute.
      await count(1);
      mock.timers.tick(minute - 1);
      await count(1);
      mock.timers.tick(1);
      await count(2);
      mock.timers.tick(minute);
      // The one before is not done yet.
      await count(2);
      waiting.shift()?.();
      await count(3);
      const stopped = housekeeping.stop().then(() => done);
      await pause(50);
      waiting.shift()?.();
      expect(await stopped, "the sweep under way was waited for").to.equal(3);
      mock.timers.tick(10 * minute);
      await count(3);
    } finally {
      mock.timers.reset();
    }
    await storage.close();
  });

  it("ends a run that deletes learning after the attempt at hand when it is stopped", async () => {
    const clock = fixedAt("2026-11-21T09:00:00Z");
    const storage = await aStore(clock);
    for (const cycle of [1, 2])
      await storage.attempts.addAttempt(anAttempt({ cycle, formativeUntil: clock.now() }), []);
    let stopped: Promise<void> | undefined;
    const attempts: typeof storage.attempts = {
      ...storage.attempts,
      saveAttempt: (...saved) => {
        stopped ??= housekeeping.stop();
        return storage.attempts.saveAttempt(...saved);
      },
    };
    const housekeeping = createHousekeeping({
      ...{ storage: { ...storage, attempts }, ...others, clock, logger: createLogger("silent") },
    });
    housekeeping.start();
    for (let tries = 0; tries < 100 && !stopped; tries += 1) await pause(20);
    await stopped;
    expect(await storage.attempts.attemptsToTrim(clock.now(), 10)).to.have.length(1);
    await storage.close();
  });
});
