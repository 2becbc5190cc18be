import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { createOutbox, subscribe } from "../../../src/foundation/events/index.js";
import { createLogger, systemClock } from "../../../src/foundation/kernel/index.js";
import type { Storage } from "../../../src/storage/index.js";
import { seeded } from "../../kit/random.js";
import type { ChildOrders } from "./child.js";
import { newId, open, type MakeDatabase, type TestDatabase } from "./database.js";
import { arvenia } from "./samples.js";

const script = fileURLToPath(new URL("child.ts", import.meta.url));

interface Child {
  readonly process: ChildProcess;
  /** What it said so far, a line an entry, split at its spaces. */
  readonly lines: string[][];
  /** Resolves when it says this word. */
  heard(word: string): Promise<void>;
  exited: Promise<void>;
}

export function startChild(database: TestDatabase, orders: ChildOrders): Child {
  const child = spawn(process.execPath, ["--import=tsx", script, database.address, JSON.stringify(orders)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines: string[][] = [];
  const waiting: { word: string; resolve: () => void }[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    const words = line.split(" ");
    lines.push(words);
    for (const { word, resolve } of waiting) if (words[0] === word) resolve();
  });
  return {
    process: child,
    lines,
    heard: (word) =>
      lines.some(([first]) => first === word)
        ? Promise.resolve()
        : new Promise((resolve) => waiting.push({ word, resolve })),
    exited: new Promise((resolve) => child.once("close", () => resolve())),
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const spoken = (children: readonly Child[], word: string) =>
  children.flatMap(({ lines }) => lines.filter(([first]) => first === word));

/** Lane → the sequences of what was handled, in the order of the handling. */
function byLane(handled: readonly string[][]): Map<string, number[]> {
  const sorted = [...handled].sort((one, other) => (BigInt(one[3]!) < BigInt(other[3]!) ? -1 : 1));
  const lanes = new Map<string, number[]>();
  for (const [, lane, sequence] of sorted) {
    lanes.set(lane!, [...(lanes.get(lane!) ?? []), Number(sequence)]);
  }
  return lanes;
}

async function drained(storage: Storage): Promise<string[][]> {
  const handled: string[][] = [];
  const recorder = subscribe({
    name: "recorder",
    types: ["module.progressed"],
    handle: async ({ lane, sequence }) => {
      handled.push(["handled", lane, String(sequence), String(process.hrtime.bigint())]);
      return Promise.resolve();
    },
  });
  // As if the time had passed after which a dead process's leases are taken over.
  const clock = { now: () => systemClock.now() + 10_000 };
  const logger = createLogger("silent");
  await createOutbox({ store: storage.outbox, clock, newId, logger, subscribers: [recorder] }).drain();
  return handled;
}

/** Every attempt is at least where it was acknowledged, and each of its versions has its event handled, in order. */
async function nothingWasLost(storage: Storage, children: readonly Child[], handled: readonly string[][]) {
  const acknowledged = new Map<string, number>();
  for (const [, personId, version] of spoken(children, "saved")) {
    acknowledged.set(personId!, Math.max(acknowledged.get(personId!) ?? 0, Number(version)));
  }
  const lanes = byLane(handled);
  expect(acknowledged.size).to.be.greaterThan(0);
  for (const [personId, version] of acknowledged) {
    const attempt = (await storage.attempts.findAttempt(arvenia, personId, "M01"))!;
    expect(attempt.version).to.be.at.least(version);
    const firstTimes = [...new Set(lanes.get(personId))];
    expect(firstTimes).to.deep.equal(Array.from({ length: attempt.version }, (_unused, index) => index + 1));
  }
}

export function crashContract(make: MakeDatabase): void {
  describe("a process that is killed", () => {
    for (const seed of [11, 12, 13, 14, 15]) {
      it(`loses nothing that it acknowledged, nor an event (seed ${seed})`, async function () {
        this.timeout(60_000);
        const random = seeded(seed);
        const database = make();
        try {
          const child = startChild(database, {
            writes: 1e9,
            attempts: 4,
            works: seed % 2 === 1,
            seed,
            serving: true,
          });
          await child.heard("saved");
          await pause(20 + random() * 500);
          child.process.kill("SIGKILL");
          await child.exited;
          const storage = await open(database, { serving: true });
          await storage.recover();
          const handled = [...spoken([child], "handled"), ...(await drained(storage))];
          await nothingWasLost(storage, [child], handled);
          expect((await storage.outbox.backlog()).waiting).to.equal(0);
          await storage.close();
        } finally {
          await database.drop();
        }
      });
    }
  });
}

/** Only for a store that several processes may serve. */
export function twoProcessesContract(make: MakeDatabase): void {
  describe("two processes on one store", () => {
    it("save the same attempts without losing one, and handle each event once and in order", async function () {
      this.timeout(120_000);
      const database = make();
      const orders = { writes: 120, attempts: 5, works: true, serving: true };
      const children = [1, 2].map((seed) => startChild(database, { ...orders, seed }));
      try {
        await Promise.all(children.map((child) => child.heard("written")));
        const saved = spoken(children, "saved").length;
        for (let waited = 0; spoken(children, "handled").length < saved && waited < 60_000; waited += 100) {
          await pause(100);
        }
        await pause(300);
        for (const child of children) child.process.stdin?.write("stop\n");
        await Promise.all(children.map((child) => child.exited));
        const storage = await open(database);
        const handled = spoken(children, "handled");
        expect(handled).to.have.length(saved);
        expect(
          new Set(children.map(({ lines }) => lines.some(([word]) => word === "handled"))),
        ).to.deep.equal(new Set([true]));
        for (const [lane, sequences] of byLane(handled)) {
          const attempt = (await storage.attempts.findAttempt(arvenia, lane, "M01"))!;
          expect(sequences).to.deep.equal(
            Array.from({ length: attempt.version }, (_unused, index) => index + 1),
          );
        }
        await nothingWasLost(storage, children, handled);
        await storage.close();
      } finally {
        for (const child of children) child.process.kill("SIGKILL");
        await Promise.all(children.map((child) => child.exited));
        await database.drop();
      }
    });
  });
}
