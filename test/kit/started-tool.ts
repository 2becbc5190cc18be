import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { twoFreePorts } from "./ports.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A tool in a process of its own, started as a person starts it. */
export interface StartedTool {
  /** The address that it printed. */
  readonly address: string;
  /** The tool's own origin. */
  readonly origin: string;
  readonly stopSeconds: number;
  /** Everything that it wrote so far, on stdout and on stderr. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Runs `tessera …` beside it with the same settings; answers stdout. */
  readonly cli: (...words: readonly string[]) => Promise<string>;
  /** Ids, names and mail addresses of the sandbox's users. */
  readonly canaries: () => Promise<string[]>;
  /** SIGTERM: the exit code, and how long it took in milliseconds. */
  readonly stop: () => Promise<{ code: number | null; ms: number }>;
  /** Ends it in any case and removes what it wrote. */
  readonly remove: () => Promise<void>;
}

/** What `npm start` runs, on two free ports and an empty folder, until it says that it is ready. */
export async function startTool(): Promise<StartedTool> {
  const folder = await mkdtemp(join(tmpdir(), "tessera-started-"));
  const origin = `http://localhost:${String(await twoFreePorts())}`;
  const stopSeconds = 10;
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    TESSERA_URL: origin,
    TESSERA_DATABASE: `file:${join(folder, "tessera.db")}`,
    TESSERA_STOP_SECONDS: String(stopSeconds),
  };
  const child = spawn(process.execPath, ["--import=tsx", "src/main.ts"], { cwd: root, env });
  const written = { stdout: "", stderr: "" };
  child.stdout.on("data", (data: Buffer) => (written.stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (written.stderr += data.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const address = await readyAddress(child, ended, written);
  return {
    ...{ address, origin, stopSeconds },
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    cli: async (...words) => {
      const command = ["src/cli/tessera.js", ...words];
      return (await promisify(execFile)(process.execPath, command, { cwd: root, env })).stdout;
    },
    canaries: async () => canariesIn(await readFile(join(folder, "sandbox.json"), "utf8")),
    stop: async () => {
      const asked = performance.now();
      child.kill("SIGTERM");
      return { code: await ended, ms: performance.now() - asked };
    },
    remove: async () => {
      child.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function readyAddress(
  child: ChildProcess,
  ended: Promise<number | null>,
  written: { readonly stdout: string; readonly stderr: string },
): Promise<string> {
  const ready = new Promise<string>((resolve) => {
    child.stdout?.on("data", () => {
      const address = /https?:\S+/.exec(written.stdout)?.[0];
      if (address !== undefined && written.stdout.endsWith("\n")) resolve(address);
    });
  });
  const address = await Promise.race([ready, ended.then(() => undefined)]);
  if (address === undefined) throw new Error(`the tool ended before it was ready:\n${written.stderr}`);
  return address;
}

function canariesIn(state: string): string[] {
  const { users } = JSON.parse(state) as {
    users: Record<"id" | "givenName" | "familyName" | "mail", string>[];
  };
  return users.flatMap(({ id, givenName, familyName, mail }) => [id, givenName, familyName, mail]);
}
