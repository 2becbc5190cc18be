import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import express from "express";
import { Agent, request } from "undici";
import { createLogger, createNewId, systemClock } from "../../src/foundation/kernel/index.js";
import { createLrs, lrsRoutes } from "../../src/standards/lrs/index.js";
import { openStorage } from "../../src/storage/index.js";

const sizes = (process.env["BENCH_LRS_SIZES"] ?? "10000,100000").split(",").map(Number);
const singles = 500;
const queries = 60;
const inABatch = 50;
const tenant = { academyId: "bench", jurisdictionId: "XA" };
const headers = {
  "x-experience-api-version": "1.0.3",
  "content-type": "application/json",
  authorization: "x",
};

/**
 * The record store over HTTP on an SQLite file, server and client in this one process: statements a second, and how
 * long queries take, at growing sizes (`BENCH_LRS_SIZES`, default 10000,100000). Beside it, in the same run, the same
 * rows and indexes as they stand in the file, inserted into a new one by bare SQLite, a commit for each batch.
 */
export async function bench(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tessera-bench-lrs-"));
  const path = join(folder, "lrs.db");
  const [clock, logger] = [systemClock, createLogger("silent")];
  const newId = createNewId(clock);
  const storage = await openStorage(`file:${path}`, { clock, newId, logger, serving: true });
  const client = { tenant, key: "bench", name: "bench", scopes: ["all"] };
  const app = express().use(
    "/xapi",
    lrsRoutes({
      ...{ clock, newId, statements: storage.statements, documents: storage.lrsDocuments },
      lrs: createLrs({ statements: storage.statements, clock, newId }),
      homePage: "https://tessera.example",
      authenticate: () => Promise.resolve(client),
    }),
  );
  const server = createServer(app).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const agent = new Agent({ connections: 8 });
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/xapi/statements`;
  const ask: Ask = async (query, body) => {
    const answer = await request(`${url}${query}`, {
      ...{ dispatcher: agent, method: body === undefined ? "GET" : "POST", headers },
      ...(body === undefined ? {} : { body }),
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`${String(answer.statusCode)} ${text}`);
  };
  try {
    const lines: string[] = [];
    let stored = 0;
    for (const size of sizes) {
      const batches = await rate((size - stored) / inABatch, 4, (n) =>
        ask("", JSON.stringify(Array.from({ length: inABatch }, (_, one) => aStatement(n * inABatch + one)))),
      );
      stored = size;
      const single = await rate(singles, 8, (n) => ask("", JSON.stringify(aStatement(n))));
      const since = new Date(clock.now() - 3_600_000).toISOString();
      const asked = [
        (n: number) => `?limit=100&agent=${encodeURIComponent(JSON.stringify(agentOf(n)))}`,
        (n: number) => `?limit=100&verb=${encodeURIComponent(verbOf(n))}&since=${since}`,
        (n: number) => `?limit=100&activity=${encodeURIComponent(courseOf(n))}&related_activities=true`,
      ];
      const took: string[] = [];
      for (const query of asked) took.push(await latency((n) => ask(query(n))));
      lines.push(
        `| ${[size, single, batches * inABatch].map(Math.round).join(" | ")} | ${took.join(" | ")} |`,
      );
    }
    return [
      "| statements | single POSTs/s | in batches of 50/s | ?agent, ms: median / p99 | ?verb&since | ?activity&related_activities |",
      "|---|---|---|---|---|---|",
      ...lines,
      `The same rows by bare SQLite, 50 a commit: ${String(Math.round(bareSqlite(path, join(folder, "bare.db"))))} statements/s`,
    ].join("\n");
  } finally {
    await agent.close();
    server.closeAllConnections();
    server.close();
    await storage.close();
    await rm(folder, { recursive: true, force: true });
  }
}

type Ask = (query: string, body?: string) => Promise<void>;

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

/** How many a second, `atOnce` under way. */
async function rate(count: number, atOnce: number, work: (n: number) => Promise<void>): Promise<number> {
  const begun = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return count / ((performance.now() - begun) / 1000);
}

/** One after the other; median and 99th percentile in milliseconds. */
async function latency(work: (n: number) => Promise<void>): Promise<string> {
  const times: number[] = [];
  for (let n = 0; n < queries; n += 1) {
    const begun = performance.now();
    await work(n);
    times.push(performance.now() - begun);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): string => (times[Math.floor(share * (times.length - 1))] ?? 0).toFixed(1);
  return `${at(0.5)} / ${at(0.99)}`;
}

/** Statements a second; at most 20,000 are copied. */
function bareSqlite(from: string, to: string): number {
  const [source, target] = [new Database(from, { readonly: true }), new Database(to)];
  target.pragma("journal_mode = WAL");
  target.pragma("synchronous = FULL");
  const schema = source
    .prepare(
      "SELECT sql FROM sqlite_schema WHERE tbl_name IN ('statements', 'statement_keys', 'statement_owners') AND sql IS NOT NULL",
    )
    .pluck()
    .all() as string[];
  for (const sql of schema) target.exec(sql);
  target.exec("INSERT INTO statement_owners VALUES (1, 'bench', 'XA')");
  const rows = source.prepare("SELECT * FROM statements ORDER BY position LIMIT 20000").raw().all() as [
    number,
  ][];
  const keysOf = source
    .prepare("SELECT * FROM statement_keys WHERE owner = 1 AND key = ? AND class = 0 AND position = ?")
    .raw();
  const keys = rows.map((row) => {
    const all = row[10 as 0] as unknown as Buffer;
    return Array.from(
      { length: all.length / 16 },
      (_, n) => keysOf.get(all.subarray(n * 16, n * 16 + 16), row[0]) as unknown[],
    );
  });
  const add = target.prepare(`INSERT INTO statements VALUES (${rows[0]!.map(() => "?").join(", ")})`);
  const addKey = target.prepare("INSERT INTO statement_keys VALUES (?, ?, ?, ?, ?)");
  const commit = target.transaction((first: number) => {
    for (let n = first; n < Math.min(first + inABatch, rows.length); n += 1) {
      add.run(...(rows[n] ?? []));
      for (const key of keys[n] ?? []) addKey.run(...key);
    }
  });
  const begun = performance.now();
  for (let n = 0; n < rows.length; n += inABatch) commit(n);
  const seconds = (performance.now() - begun) / 1000;
  source.close();
  target.close();
  return rows.length / seconds;
}
