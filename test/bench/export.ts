import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Agent, request } from "undici";

const mebibyte = 2 ** 20;
const mostMebibytes = 300;
const script = fileURLToPath(new URL("lrs-server.ts", import.meta.url));
const headers = {
  "x-experience-api-version": "1.0.3",
  "content-type": "application/json",
  authorization: "x",
};

export interface Exported {
  readonly statements: number;
  /** Of the statements' texts as they were sent, and of all answers. */
  readonly stored: number;
  readonly answered: number;
  readonly pages: number;
  readonly seconds: number;
  /** The most memory that the process which answered ever had resident (VmHWM), in MiB: at its start, and at the end. */
  readonly atFirst: number;
  readonly resident: number;
}

/**
 * Fills an SQLite store over HTTP with so many bytes of statements, most of 2 KiB and some of half a MiB; then a new
 * process of the record store gives them all out through `more` links. Fails when one is missing or comes twice.
 */
export async function exportStatements(bytes: number): Promise<Exported> {
  const folder = await mkdtemp(join(tmpdir(), "tessera-bench-export-"));
  const agent = new Agent({ connections: 2 });
  const children: ChildProcess[] = [];
  const start = async () => {
    const server = await startServer(`file:${join(folder, "lrs.db")}`);
    children.push(server.child);
    return server;
  };
  try {
    const filled = await fill(await start(), agent, bytes);
    const server = await start();
    const [atFirst, begun] = [peak(server.child), performance.now()];
    const read = await readAll(server.url, agent);
    if (read.statements !== filled.statements)
      throw new Error(`${read.statements} of ${filled.statements} came`);
    const seconds = (performance.now() - begun) / 1000;
    return { ...filled, ...read, seconds, atFirst, resident: peak(server.child) };
  } finally {
    await agent.close();
    for (const child of children) child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  }
}

/** `BENCH_EXPORT_MIB`, default 1024. The exit code is 1 when it took more memory than it may. */
export async function bench(): Promise<string> {
  const mib = Number(process.env["BENCH_EXPORT_MIB"] ?? 1024);
  const { statements, stored, answered, pages, seconds, atFirst, resident } = await exportStatements(
    mib * mebibyte,
  );
  const isWithin = resident < mostMebibytes;
  if (!isWithin) process.exitCode = 1;
  return [
    "| statements | MiB stored | MiB answered | pages | seconds | MiB/s | MiB resident at the start | at most |",
    "|---|---|---|---|---|---|---|---|",
    `| ${[statements, stored / mebibyte, answered / mebibyte, pages, seconds, answered / mebibyte / seconds, atFirst, resident].map(Math.round).join(" | ")} |`,
    `Aim: below ${mostMebibytes} MiB: ${isWithin ? "yes" : "no"}`,
  ].join("\n");
}

interface Server {
  readonly child: ChildProcess;
  readonly url: string;
}

async function startServer(address: string): Promise<Server> {
  const child = spawn(process.execPath, ["--import=tsx", script, address], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [port] = (await once(child.stdout, "data")) as [Buffer];
  return { child, url: `http://127.0.0.1:${port.toString().trim()}` };
}

async function fill({ child, url }: Server, dispatcher: Agent, bytes: number) {
  let [stored, statements, large] = [0, 0, 0];
  const post = async (): Promise<void> => {
    while (stored < bytes) {
      // One in eight of all bytes stands in long statements.
      const batch =
        large * 8 < stored ? [aStatement(512 * 1024)] : Array.from({ length: 100 }, () => aStatement(2048));
      const body = JSON.stringify(batch);
      if (batch.length === 1) large += body.length;
      stored += body.length;
      statements += batch.length;
      const answer = await request(`${url}/xapi/statements`, { dispatcher, method: "POST", headers, body });
      const text = await answer.body.text();
      if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} ${text}`);
    }
  };
  await Promise.all([post(), post()]);
  const ended = once(child, "close");
  child.kill("SIGTERM");
  await ended;
  return { stored, statements };
}

async function readAll(url: string, dispatcher: Agent) {
  const seen = new Set<string>();
  let [answered, pages] = [0, 0];
  for (let next = "/xapi/statements?ascending=true"; next !== "";) {
    const text = await (await request(`${url}${next}`, { dispatcher, headers })).body.text();
    const page = JSON.parse(text) as { statements: { id: string }[]; more: string };
    for (const { id } of page.statements) {
      if (seen.has(id)) throw new Error(`${id} came twice`);
      seen.add(id);
    }
    answered += text.length;
    pages += 1;
    next = page.more;
  }
  return { answered, pages, statements: seen.size };
}

let made = 0;

function aStatement(bytes: number): Readonly<Record<string, unknown>> {
  made += 1;
  return {
    actor: { account: { homePage: "https://example.org", name: `trainee-${made % 997}` } },
    verb: { id: `http://example.org/verbs/${made % 7}`, display: { en: "did" } },
    object: { id: `http://example.org/activities/${made % 499}` },
    result: { response: "x".repeat(bytes) },
  };
}

/** Linux's VmHWM, in MiB. */
function peak({ pid = 0 }: ChildProcess): number {
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kib) / 1024;
}
