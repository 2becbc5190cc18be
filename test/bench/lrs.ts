import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Agent, request } from "undici";
import { bareSqlite } from "./lrs-bare.js";

const sizes = (process.env["BENCH_LRS_SIZES"] ?? "10000,100000,1000000").split(",").map(Number);
/** Another store than a new SQLite file, empty at first: `mongodb://…`. */
const elsewhere = process.env["BENCH_LRS_DATABASE"];
const inABatch = 50;
/** What is measured at each size; before that, the store is filled in larger batches. */
const measured = { batches: 100, singles: 1000, queries: 200 };
const inAFilling = 500;
const connections = { batches: 4, singles: 32 };
const headers = {
  "x-experience-api-version": "1.0.3",
  "content-type": "application/json",
  authorization: "x",
};

/**
 * The record store over HTTP, the server in a process of its own: statements a second, by the clock and by its own
 * processor time (what one core would do if it had nothing else to do), and how long queries take, at growing sizes
 * (`BENCH_LRS_SIZES`, default 10000,100000,1000000). Beside it, in the same run, the same rows and indexes inserted
 * into a new file by bare SQLite, a commit for each batch.
 */
export async function bench(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tessera-bench-lrs-"));
  const path = join(folder, "lrs.db");
  const store = await startStore(elsewhere ?? `file:${path}`);
  try {
    const lines: string[] = [];
    let stored = 0;
    for (const size of sizes) {
      const filling = await fill(store, stored, size - measured.batches * inABatch);
      const batches = await rate(store, measured.batches, connections.batches, (n) =>
        store.ask("", statements(size + n * inABatch, inABatch)),
      );
      stored = size;
      const to = join(folder, "bare.db");
      const bare =
        elsewhere === undefined ? bareSqlite(path, to, { count: 10_000, inACommit: inABatch }) : undefined;
      const single = await rate(store, measured.singles, connections.singles, (n) =>
        store.ask("", JSON.stringify(aStatement(n))),
      );
      const took: string[] = [];
      for (const query of queries()) took.push(await latency((n) => store.ask(query(n))));
      const share = bare === undefined ? 0 : (batches.perCpuSecond * inABatch) / bare.perCpuSecond;
      lines.push(
        row(
          String(size),
          both(single, 1),
          both(batches, inABatch),
          bare === undefined ? "–" : both(bare, 1),
          bare === undefined ? "–" : `${String(Math.round(100 * share))} %`,
          ...took,
          filling,
          (loadavg()[0] ?? 0).toFixed(1),
        ),
      );
    }
    return [
      row(
        ...["statements", "single POSTs/s (CPU)", "batches of 50: statements/s (CPU)", "bare SQLite/s (CPU)"],
        ...["share by CPU", "?agent, ms: median / p99", "?verb&since", "?activity&related_activities"],
        ...["filled before, statements in s", "load"],
      ),
      row(...Array.from({ length: 10 }, () => "---")),
      ...lines,
    ].join("\n");
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const row = (...cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

interface Rate {
  readonly perSecond: number;
  readonly perCpuSecond: number;
}

const both = ({ perSecond, perCpuSecond }: Rate, each: number): string =>
  `${String(Math.round(perSecond * each))} (${String(Math.round(perCpuSecond * each))})`;

interface Store {
  readonly process: ChildProcess;
  ask(query: string, body?: string): Promise<void>;
  close(): Promise<void>;
}

async function startStore(address: string): Promise<Store> {
  const script = fileURLToPath(new URL("lrs-server.ts", import.meta.url));
  const options = (process.env["BENCH_LRS_NODE"] ?? "").split(" ").filter(Boolean);
  const child = spawn(process.execPath, [...options, "--import=tsx", script, address], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit").then(() => Promise.reject(new Error("the store ended at its start")));
  const [port] = (await Promise.race([once(child.stdout, "data"), ended])) as [Buffer];
  const agent = new Agent({ connections: Math.max(...Object.values(connections)) });
  const url = `http://127.0.0.1:${port.toString().trim()}/xapi/statements`;
  return {
    process: child,
    async ask(query, body) {
      const answer = await request(`${url}${query}`, {
        ...{ dispatcher: agent, method: body === undefined ? "GET" : "POST", headers },
        ...(body === undefined ? {} : { body }),
      });
      const text = await answer.body.text();
      if (answer.statusCode !== 200) throw new Error(`${String(answer.statusCode)} ${text}`);
    },
    async close() {
      await agent.close();
      const end = once(child, "exit");
      child.kill();
      await end;
    },
  };
}

const agentOf = (n: number) => ({
  account: { homePage: "https://example.org", name: `trainee-${String(n % 997)}` },
});
const verbOf = (n: number): string => `http://example.org/verbs/${String(n % 7)}`;
const courseOf = (n: number): string => `http://example.org/courses/${String(n % 13)}`;

const aStatement = (n: number) => ({
  actor: agentOf(n),
  verb: { id: verbOf(n), display: { en: "did" } },
  object: { id: `http://example.org/activities/${String(n % 499)}`, definition: { name: { en: "A page" } } },
  context: { contextActivities: { parent: [{ id: courseOf(n) }] } },
  result: { score: { scaled: 0.5 }, success: true },
});

const statements = (first: number, count: number): string =>
  JSON.stringify(Array.from({ length: count }, (_, index) => aStatement(first + index)));

function queries(): ((n: number) => string)[] {
  const since = new Date(Date.now() - 24 * 3_600_000).toISOString();
  return [
    (n) => `?limit=100&agent=${encodeURIComponent(JSON.stringify(agentOf(n)))}`,
    (n) => `?limit=100&verb=${encodeURIComponent(verbOf(n))}&since=${since}`,
    (n) => `?limit=100&activity=${encodeURIComponent(courseOf(n))}&related_activities=true`,
  ];
}

/** Says how many statements it stored and how long that took. */
async function fill(store: Store, from: number, to: number): Promise<string> {
  const begun = performance.now();
  await together((to - from) / inAFilling, connections.batches, (n) =>
    store.ask("", statements(from + n * inAFilling, inAFilling)),
  );
  return `${String(to - from)} in ${((performance.now() - begun) / 1000).toFixed(0)}`;
}

/** How many a second, `atOnce` under way; by the clock, and by the processor time of the store. */
async function rate(
  store: Store,
  count: number,
  atOnce: number,
  work: (n: number) => Promise<void>,
): Promise<Rate> {
  const [begun, cpu] = [performance.now(), await cpuSecondsOf(store.process)];
  await together(count, atOnce, work);
  const seconds = (performance.now() - begun) / 1000;
  return { perSecond: count / seconds, perCpuSecond: count / ((await cpuSecondsOf(store.process)) - cpu) };
}

async function together(count: number, atOnce: number, work: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** User and system time, all threads; Linux alone tells it of another process. */
async function cpuSecondsOf({ pid }: ChildProcess): Promise<number> {
  const stat = await readFile(`/proc/${String(pid)}/stat`, "utf8").catch(() => "");
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13)
    .map(Number);
  return (user + system) / 100;
}

/** One after the other, the first few not counted; median and 99th percentile in milliseconds. */
async function latency(work: (n: number) => Promise<void>): Promise<string> {
  const times: number[] = [];
  for (let n = 0; n < 20; n += 1) await work(n);
  for (let n = 0; n < measured.queries; n += 1) {
    const begun = performance.now();
    await work(n);
    times.push(performance.now() - begun);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): string => (times[Math.floor(share * (times.length - 1))] ?? 0).toFixed(1);
  return `${at(0.5)} / ${at(0.99)}`;
}
