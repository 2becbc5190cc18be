import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { bareSqlite, type Bare } from "./lrs-bare.js";
import { startStore, type Store } from "./lrs-store.js";

const sizes = (process.env["BENCH_LRS_SIZES"] ?? "10000,100000,1000000").split(",").map(Number);
/** Other stores than new SQLite files: the beginning of an address, to which the size is added; empty at first. */
const elsewhere = process.env["BENCH_LRS_DATABASE"];
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);
/** In each round and at each size. */
const each = { batches: 60, singles: 300, queries: 40 };
const [inABatch, inAFilling] = [50, 500];
const atOnce = { batches: 4, singles: 32 };

/** A store of one size, and what was measured of it. */
interface Subject {
  readonly size: number;
  readonly store: Store;
  readonly bare?: Bare;
  readonly filled: string;
  readonly singles: Sum;
  readonly batches: Sum;
  readonly rows: Sum;
  readonly took: number[][];
}

interface Sum {
  count: number;
  seconds: number;
  cpuSeconds: number;
}

const nothing = (): Sum => ({ count: 0, seconds: 0, cpuSeconds: 0 });

/**
 * The record store over HTTP, at growing sizes (`BENCH_LRS_SIZES`), each in a process of its own: statements a second,
 * by the clock and by the processor time of the store (what one core does that does nothing else), and how long queries
 * take. The sizes take turns, so whatever else the machine does slows all of them alike. In the same turns bare SQLite
 * inserts the same rows into a copy of the store's file.
 */
export async function bench(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tessera-bench-lrs-"));
  const subjects: Subject[] = [];
  try {
    for (const size of sizes) subjects.push(await aSubject(folder, size));
    const loads: number[] = [];
    for (let round = 0; round < rounds; round += 1)
      for (const subject of subjects) {
        await measure(subject, round);
        loads.push(loadavg()[0] ?? 0);
      }
    return [
      row("statements", "single POSTs/s", "batches of 50, /s", "bare SQLite, /s", ...names, "filled"),
      row(...Array.from({ length: 8 }, () => "---")),
      ...subjects.map(lineOf),
      `Rates: by the clock (by processor time). Queries: median / 99th percentile, ms. Largest to smallest: ${growth(subjects)}.`,
      `${String(rounds)} rounds; load ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}.`,
    ].join("\n");
  } finally {
    for (const { store, bare } of subjects) {
      await store.close();
      bare?.close();
    }
    await rm(folder, { recursive: true, force: true });
  }
}

async function aSubject(folder: string, size: number): Promise<Subject> {
  const path = join(folder, `${String(size)}.db`);
  const address = elsewhere === undefined ? `file:${path}` : `${elsewhere}${String(size)}`;
  const store = await startStore(address, atOnce.singles);
  const begun = performance.now();
  await together(size / inAFilling, atOnce.batches, (n) =>
    store.ask("", statements(n * inAFilling, inAFilling)),
  );
  const filled = `${((performance.now() - begun) / 1000).toFixed(0)} s`;
  const bare =
    elsewhere === undefined
      ? { bare: await bareSqlite(path, join(folder, `${String(size)}-bare.db`)) }
      : undefined;
  const sums = { singles: nothing(), batches: nothing(), rows: nothing() };
  return { size, store, filled, ...bare, ...sums, took: [[], [], []] };
}

async function measure(subject: Subject, round: number): Promise<void> {
  const { store, bare, singles, batches, rows, took } = subject;
  const first = round * each.batches * inABatch;
  await timed(store, batches, each.batches * inABatch, () =>
    together(each.batches, atOnce.batches, (n) => store.ask("", statements(first + n * inABatch, inABatch))),
  );
  if (bare !== undefined) {
    const count = each.batches * inABatch;
    const { seconds, cpuSeconds } = bare.insert(count, inABatch);
    add(rows, { count, seconds, cpuSeconds });
  }
  await timed(store, singles, each.singles, () =>
    together(each.singles, atOnce.singles, (n) => store.ask("", JSON.stringify(aStatement(first + n)))),
  );
  for (const [kind, query] of queries().entries())
    for (let n = 0; n < each.queries; n += 1) {
      const begun = performance.now();
      await store.ask(query(round * each.queries + n));
      took[kind]?.push(performance.now() - begun);
    }
}

async function timed(store: Store, sum: Sum, count: number, work: () => Promise<void>): Promise<void> {
  const [begun, cpu] = [performance.now(), await store.cpuSeconds()];
  await work();
  const seconds = (performance.now() - begun) / 1000;
  add(sum, { count, seconds, cpuSeconds: (await store.cpuSeconds()) - cpu });
}

function add(sum: Sum, { count, seconds, cpuSeconds }: Sum): void {
  sum.count += count;
  sum.seconds += seconds;
  sum.cpuSeconds += cpuSeconds;
}

async function together(count: number, most: number, work: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: most }, worker));
}

const agent = (name: string) => ({ account: { homePage: "https://example.org", name } });
/** Every other statement is about one of few trainees, who then have a full page each; the rest is about many. */
const agentOf = (n: number) => (n % 2 === 0 ? regular(n / 2) : agent(`trainee-${String(n % 20_011)}`));
const regular = (n: number) => agent(`regular-${String(n % 40)}`);
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

const names = ["?agent", "?verb&since", "?activity&related_activities"];

/** Each finds a hundred statements and more. */
function queries(): ((n: number) => string)[] {
  const since = new Date(Date.now() - 24 * 3_600_000).toISOString();
  return [
    (n) => `?limit=100&agent=${encodeURIComponent(JSON.stringify(regular(n)))}`,
    (n) => `?limit=100&verb=${encodeURIComponent(verbOf(n))}&since=${since}`,
    (n) => `?limit=100&activity=${encodeURIComponent(courseOf(n))}&related_activities=true`,
  ];
}

const row = (...cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

function lineOf({ size, singles, batches, rows, took, filled }: Subject): string {
  const rate = ({ count, seconds, cpuSeconds }: Sum): string =>
    count === 0 ? "–" : `${(count / seconds).toFixed(0)} (${(count / cpuSeconds).toFixed(0)})`;
  const times = took.map((some) => `${at(some, 0.5).toFixed(1)} / ${at(some, 0.99).toFixed(1)}`);
  return row(String(size), rate(singles), rate(batches), rate(rows), ...times, filled);
}

/** How much longer the median of each query takes. */
function growth(subjects: readonly Subject[]): string {
  const [smallest, largest] = [subjects[0], subjects.at(-1)];
  return names
    .map((_, kind) => at(largest?.took[kind] ?? [], 0.5) / at(smallest?.took[kind] ?? [], 0.5))
    .map((times) => `${times.toFixed(2)} ×`)
    .join(", ");
}

function at(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
}
