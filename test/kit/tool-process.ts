import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { dirname } from "node:path";
import { plainTool } from "./plain-tool.js";

export type Environment = Readonly<Record<string, string>>;

/** The tool as a process of its own, as `npm start` runs it. */
export interface ToolProcess {
  /** Resolves `true` when it says that it is ready, `false` when it ended before. */
  readonly ready: Promise<boolean>;
  /** Resolves with the exit code; `null` after a kill. */
  readonly ended: Promise<number | null>;
  /** All that it wrote so far, on stdout and stderr. */
  output(): string;
  /** SIGKILL: it gets no chance to do anything. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** Starts tools out of processes that have their modules read before they are asked for. */
export class ToolStarter {
  readonly #standbys: Standby[] = [];
  readonly #kept: number;
  readonly #plain = plainTool();

  /** @param kept how many stand by */
  constructor(kept = 2) {
    this.#kept = kept;
  }

  async start(environment: Environment): Promise<ToolProcess> {
    const { child, standing } = this.#standbys.shift() ?? spawnStandby(this.#plain.script);
    while (this.#standbys.length < this.#kept) this.#standbys.push(spawnStandby(this.#plain.script));
    await standing;
    return running(child, environment);
  }

  /** Ends those that stand by; the others are their callers'. */
  async close(): Promise<void> {
    await Promise.all(this.#standbys.splice(0).map(({ child }) => killed(child)));
    this.#plain.remove();
  }
}

interface Standby {
  readonly child: Child;
  readonly standing: Promise<unknown>;
}

function spawnStandby(script: string): Standby {
  const child = spawnTool(script);
  return { child, standing: Promise.race([once(child.stdout, "data"), once(child, "close")]) };
}

function spawnTool(script: string): Child {
  // What the tests are told is not meant for the tool.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith("TESSERA_")),
  );
  return spawn(process.execPath, [script], {
    cwd: dirname(script),
    env,
    stdio: ["pipe", "pipe", "pipe"],
  });
}

async function killed(child: Child): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "close");
  child.kill("SIGKILL");
  await ended;
}

function running(child: Child, environment: Environment): ToolProcess {
  let output = "";
  const over = child.exitCode !== null || child.signalCode !== null;
  const ended = over
    ? Promise.resolve(child.exitCode)
    : new Promise<number | null>((resolve) => child.once("close", resolve));
  const ready = new Promise<boolean>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes("Tessera is ready")) resolve(true);
    });
    void ended.then(() => resolve(false));
  });
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  // A process that was killed before it read its line closes the pipe.
  child.stdin.on("error", () => undefined);
  child.stdin.end(`${JSON.stringify(environment)}\n`);
  return {
    ready,
    ended,
    output: () => output,
    kill: () => killed(child),
    stop: () => {
      child.kill("SIGTERM");
      return ended;
    },
  };
}
