import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent } from "undici";
import { launchOnce, type Jar, type Launching } from "./launch-browser.js";
import {
  cpuMsOf,
  ended,
  startLtijs,
  startPlatform,
  startTessera,
  type Peer,
  type Platform,
} from "./launch-peers.js";

/** How many platforms are registered: each a Tessera of its own. */
const platformCounts = (process.env.BENCH_PLATFORMS ?? "1,10,1000").split(",").map(Number);
/** Both tools serve for weeks: what they cost before their code is compiled is not what is asked for. */
const warmUp = Number(process.env.BENCH_WARMUP ?? 1000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const launchesPerRound = Number(process.env.BENCH_LAUNCHES ?? 200);
const concurrency = 8;

/** What is measured of a launch. */
interface Kind {
  readonly title: string;
  /** Each of the browsers keeps its cookies from launch to launch. */
  readonly beenHere: boolean;
  readonly until: Launching["until"];
}

const kinds: readonly Kind[] = [
  { title: "a browser that was here before, until the first page", beenHere: true, until: "page" },
  {
    title: "a browser that was here before, until the id_token is answered",
    beenHere: true,
    until: "answered",
  },
  { title: "a browser that was never here, until the first page", beenHere: false, until: "page" },
];

/**
 * Launches a second: login, id_token (RS256, 2048 bits, the same key for all), first page. The tools take turns, each in
 * a process of its own; this process is the platforms and the browsers. ltijs has one platform: it makes a key of 4096
 * bits for each that it is told of.
 */
export async function bench(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "tessera-bench-"));
  const platform = await startPlatform();
  const peers: Peer[] = [];
  try {
    for (const count of platformCounts) peers.push(await startTessera(platform, directory, count));
    peers.push(await startLtijs(platform));
    const all = kinds.map((kind) => ({ kind, figures: emptyFigures(peers) }));
    for (const peer of peers)
      for (const kind of kinds) await launches({ peer, platform, kind }, warmUp / kinds.length);
    for (let round = 0; round < rounds; round += 1)
      for (const { kind, figures } of all)
        for (const peer of peers) await measure({ peer, platform, kind }, figures.get(peer.name));
    return [explanation, ...all.map(({ kind, figures }) => table(kind, figures))].join("\n\n");
  } finally {
    await Promise.all(peers.map(({ process }) => ended(process)));
    platform.close();
    await rm(directory, { recursive: true, force: true });
  }
}

interface Figures {
  /** Launches per second, a round each. */
  readonly rates: number[];
  /** What a launch cost the tool's own process, a round each. */
  readonly cpuMs: number[];
}

interface Turn {
  readonly peer: Peer;
  readonly platform: Platform;
  readonly kind: Kind;
}

const emptyFigures = (peers: readonly Peer[]): ReadonlyMap<string, Figures> =>
  new Map(peers.map(({ name }) => [name, { rates: [], cpuMs: [] }]));

async function measure(turn: Turn, figures: Figures | undefined): Promise<void> {
  const before = await cpuMsOf(turn.peer);
  figures?.rates.push(await launches(turn, launchesPerRound));
  figures?.cpuMs.push(((await cpuMsOf(turn.peer)) - before) / launchesPerRound);
}

const explanation = [
  `launch: ${String(rounds)} rounds of ${String(launchesPerRound)} launches, ${String(concurrency)} at once, after ${String(warmUp)} of each tool. The rate`,
  "counts the platform and the browsers too (this process); the CPU time is the tool's own process alone.",
].join("\n");

function table({ title }: Kind, figures: ReadonlyMap<string, Figures>): string {
  const median = (values: readonly number[]): number =>
    [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
  const peer = figures.get("ltijs 5.9.9") ?? { rates: [], cpuMs: [] };
  const rows = [...figures].map(([name, { rates, cpuMs }]) =>
    [
      name.padEnd(26),
      `${Math.min(...rates).toFixed(0)} / ${median(rates).toFixed(0)} / ${Math.max(...rates).toFixed(0)}`,
      `${(median(rates) / median(peer.rates)).toFixed(2)} ×`,
      `${Math.min(...cpuMs).toFixed(2)} / ${median(cpuMs).toFixed(2)}`,
      `${(median(peer.cpuMs) / median(cpuMs)).toFixed(2)} ×`,
    ].join(" | "),
  );
  return [
    `${title}:`,
    "| tool | launches/s: least / median / most | to ltijs | CPU ms a launch: least / median | launches per CPU second, to ltijs |",
    "|---|---|---|---|---|",
    ...rows.map((row) => `| ${row} |`),
  ].join("\n");
}

/** Runs so many launches, some at once; returns how many a second. */
async function launches({ peer, platform, kind }: Turn, count: number): Promise<number> {
  const agent = new Agent({ connections: concurrency });
  const begun = process.hrtime.bigint();
  let left = Math.ceil(count);
  const worker = async (_: unknown, place: number): Promise<void> => {
    const own = jarOf(peer, place);
    while (left > 0) {
      left -= 1;
      const jar: Jar = kind.beenHere ? own : new Map<string, string>();
      await launchOnce({ peer, platform, agent, jar, user: left, until: kind.until });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  await agent.close();
  return count / (Number(process.hrtime.bigint() - begun) / 1e9);
}

const jars = new Map<string, Jar>();

/** The cookies of one of the browsers that have been at a tool before. */
function jarOf(peer: Peer, place: number): Jar {
  const key = `${peer.name} ${String(place)}`;
  const jar = jars.get(key) ?? new Map<string, string>();
  jars.set(key, jar);
  return jar;
}
