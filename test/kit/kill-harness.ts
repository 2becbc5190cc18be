import { systemClock } from "../../src/foundation/kernel/index.js";
import { seeded } from "./random.js";
import type { Environment, ToolProcess, ToolStarter } from "./tool-process.js";

export interface KillPlan {
  readonly starter: ToolStarter;
  /** One a process. With several, one at a time is dead. */
  readonly environments: readonly Environment[];
  readonly seed: number;
  /** How many kills there are to be. */
  readonly kills: number;
}

interface Slot {
  readonly environment: Environment;
  process?: ToolProcess;
  /** Resolves when its process is ready again; rejects when it does not start. */
  up: Promise<void>;
}

/** A step of a path takes about this long, in milliseconds: kills are spread over it and a little more. */
const stepMs = 90;
/** One kill in so many is followed by another while the tool starts. */
const startUpKill = 0.25;
const patienceMs = 90_000;

/**
 * Keeps one tool process or several running, and kills them with SIGKILL at seeded moments: during the steps of a
 * path, during a start, and while the outbox works. It starts again what it killed.
 */
export class KillHarness {
  readonly #plan: KillPlan;
  readonly #slots: Slot[];
  readonly #moments: () => number;
  readonly #starts: () => number;
  readonly #outputs: string[] = [];
  #left: number;
  #killed = 0;
  #startMs = 500;
  #pending: Promise<void> | undefined;
  #fault: Error | undefined;

  private constructor(plan: KillPlan) {
    this.#plan = plan;
    this.#left = plan.kills;
    this.#moments = seeded(plan.seed);
    this.#starts = seeded(plan.seed + 1);
    this.#slots = plan.environments.map((environment) => ({ environment, up: Promise.resolve() }));
  }

  /** Starts the processes, the first ones undisturbed. */
  static async start(plan: KillPlan): Promise<KillHarness> {
    const harness = new KillHarness(plan);
    for (const slot of harness.#slots) await harness.#launch(slot);
    return harness;
  }

  /** How often a process was killed so far. */
  get killed(): number {
    return this.#killed;
  }

  /** What all its processes wrote. */
  output(): string {
    return [...this.#outputs, ...this.#slots.map(({ process }) => process?.output() ?? "")].join("\n");
  }

  /**
   * Does `work`, again after each broken connection, until it is answered. `stepsLeft`: how many steps are to come
   * about, so that the kills are spread over them.
   */
  async through<T>(work: () => Promise<T>, stepsLeft: number): Promise<T> {
    if (!this.#pending && this.#moments() * Math.max(1, stepsLeft) < this.#left) {
      this.#pending = this.#kill(this.#moments() * stepMs)
        .catch((error: unknown) => void (this.#fault ??= error as Error))
        .finally(() => (this.#pending = undefined));
    }
    return this.answered(work);
  }

  /** Does `work`, again after each broken connection, until it is answered. */
  async answered<T>(work: () => Promise<T>): Promise<T> {
    const patience = systemClock.now() + patienceMs;
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (this.#fault) throw this.#fault;
        if (!isBrokenConnection(error) || systemClock.now() > patience) throw error;
        await pause(10);
        await Promise.race(this.#slots.map(({ up }) => up));
      }
    }
  }

  /** Spends the kills that are left, whatever the outbox does meanwhile, and leaves all processes running. */
  async spendRest(): Promise<void> {
    await this.#pending;
    while (this.#left > 0) await this.#kill(this.#moments() * stepMs);
    await Promise.all(this.#slots.map(({ up }) => up));
    if (this.#fault) throw this.#fault;
  }

  /**
   * Kills as long as kills are left and what is waited for has not come, each at a moment of up to `withinMs` after all
   * processes are up: the first one's is given. A moment at which it has come kills nothing. Leaves all running.
   */
  async killUntil(
    come: () => Promise<boolean>,
    { firstMs, withinMs }: { readonly firstMs: number; readonly withinMs: number },
  ): Promise<void> {
    await this.#pending;
    const sees = { come: false };
    const unless = async () => (sees.come = await come());
    for (let afterMs = firstMs; this.#left > 0 && !sees.come; afterMs = this.#moments() * withinMs)
      await this.#kill(afterMs, unless);
    await Promise.all(this.#slots.map(({ up }) => up));
  }

  /** Ends the processes as an operator does. Rejects when one does not end well. */
  async stop(): Promise<void> {
    for (const { process } of this.#slots) {
      const code = await process?.stop();
      if (code !== 0) throw new Error(`the tool ended with ${String(code)}\n${this.output()}`);
    }
  }

  /** For the end of a test that failed. */
  async abandon(): Promise<void> {
    this.#left = 0;
    await this.#pending;
    await Promise.allSettled(this.#slots.map(({ up }) => up));
    for (const { process } of this.#slots) await process?.kill();
  }

  async #kill(afterMs: number, unless = () => Promise.resolve(false)): Promise<void> {
    // Of several processes the others must be there to go on with.
    await Promise.all(this.#slots.map(({ up }) => up));
    await pause(afterMs);
    if (await unless()) return;
    this.#left -= 1;
    const slot = this.#slots[Math.floor(this.#moments() * this.#slots.length)];
    if (!slot?.process) return;
    await this.#end(slot.process);
    slot.up = this.#bringUp(slot);
    await slot.up;
  }

  async #end(process: ToolProcess): Promise<void> {
    await process.kill();
    this.#killed += 1;
    this.#outputs.push(process.output());
  }

  async #bringUp(slot: Slot): Promise<void> {
    while (this.#left > 0 && this.#starts() < startUpKill) {
      this.#left -= 1;
      const process = await this.#plan.starter.start(slot.environment);
      await pause(this.#starts() * this.#startMs);
      await this.#end(process);
    }
    await this.#launch(slot);
  }

  async #launch(slot: Slot): Promise<void> {
    const process = await this.#plan.starter.start(slot.environment);
    const begun = systemClock.now();
    slot.process = process;
    if (!(await process.ready)) throw new Error(`the tool did not start\n${process.output()}`);
    this.#startMs = systemClock.now() - begun;
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What `fetch` rejects with when the other side dies before its answer is whole. */
function isBrokenConnection(error: unknown): boolean {
  return error instanceof TypeError && /fetch failed|terminated/.test(error.message);
}
