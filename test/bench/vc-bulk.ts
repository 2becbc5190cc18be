import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "undici";
import type { DomainEvent } from "../../src/foundation/events/index.js";
import { createLogger, createNewId, systemClock } from "../../src/foundation/kernel/index.js";
import { openStorage } from "../../src/storage/index.js";
import { anAchiever, anOffice, untilDone, type Office } from "../trust/certificates/an-office.js";

const many = 10_000;
const few = 1_000;
/** As many as are worked at the same time: what they write in one turn shares one commit. */
const atOnce = 32;
const listRequests = 2_000;
const withdrawnPlaces = 50;

/**
 * Certificates issued in bulk on SQLite, on the disk, each on the whole way that an entitlement takes: its place reserved,
 * twelve statements sealed, manifest and both proofs signed, saved with its event. Then the academy's status list of 131,072
 * places, as the server gives it to whoever asks.
 */
export async function benchBulk(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tessera-bench-"));
  try {
    const options = {
      ...{ clock: systemClock, newId: createNewId(systemClock), logger: createLogger("silent") },
      serving: true,
    };
    const office = await anOffice({
      storage: await openStorage(`file:${join(folder, "bench.db")}`, options),
    });
    const rows = [...(await issueMany(office)), ...(await serveList(office))];
    await office.close();
    return rows.join("\n");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function issueMany(office: Office): Promise<string[]> {
  const achiever = await anAchiever(office);
  await achiever.save();
  await untilDone(office);
  const { entitled } = achiever;
  const issue = async (count: number): Promise<void> => {
    let left = count;
    const work = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await handle(office, anotherOf(entitled, office));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  };
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await issue(few);
  const early = await residentMiB();
  await issue(many - few);
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const late = await residentMiB();
  const kept = (await office.issuing.all(office.tenant)).filter(({ text }) => text !== undefined).length;
  if (kept !== many + 1) throw new Error(`${String(kept)} certificates are there`);
  return [
    `bulk: ${String(many)} certificates on SQLite in ${seconds.toFixed(1)} s (${(many / seconds).toFixed(0)} a second; ` +
      `${((user + system) / 1e6).toFixed(1)} s of CPU), ${String(atOnce)} at a time.`,
    `resident memory: ${early} MiB after ${String(few)}, ${late} MiB after ${String(many)}.`,
  ];
}

/** The same entitlement of someone else, as far as certificates can tell. */
function anotherOf(
  entitled: DomainEvent<"programme.entitled">,
  { newId }: Office,
): DomainEvent<"programme.entitled"> {
  const entitlementId = newId();
  return { ...entitled, id: newId(), lane: entitlementId, data: { ...entitled.data, entitlementId } };
}

function handle({ certificates }: Office, event: DomainEvent): Promise<void> | void {
  return certificates.subscriber.handle(event as never, { attempt: 1 } as never);
}

/** What the operating system says that the process holds; not the most that it ever held. */
async function residentMiB(): Promise<string> {
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  const kib = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? process.memoryUsage().rss / 1024);
  return (kib / 1024).toFixed(0);
}

async function serveList(office: Office): Promise<string[]> {
  const records = (await office.issuing.all(office.tenant)).filter(({ text }) => text !== undefined);
  for (const { id } of records.slice(0, withdrawnPlaces))
    await office.certificates.revoke(office.tenant, id, { reason: "holder-request", decidedBy: "Registry" });
  const url = `${office.origin}/status/${records[0]?.statusList ?? ""}`;
  const first = await fetch(url);
  const bytes = (await first.arrayBuffer()).byteLength;
  const tag = first.headers.get("etag") ?? "";
  const rate = async (headers: Record<string, string>, expected: number): Promise<number> => {
    let left = listRequests;
    const ask = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const { statusCode, body } = await request(url, { headers });
        await body.arrayBuffer();
        if (statusCode !== expected) throw new Error(`the list answers ${String(statusCode)}`);
      }
    };
    const begun = performance.now();
    await Promise.all(Array.from({ length: 16 }, ask));
    return listRequests / ((performance.now() - begun) / 1000);
  };
  const whole = await rate({}, 200);
  const unchanged = await rate({ "if-none-match": tag }, 304);
  return [
    `status list of 131,072 places, ${String(withdrawnPlaces)} of them set, ${String(bytes)} bytes: ` +
      `${whole.toFixed(0)} requests a second, ${unchanged.toFixed(0)} that find it unchanged; client and server in one process.`,
  ];
}
