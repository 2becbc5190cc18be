import { randomInt, randomUUID } from "node:crypto";
import { expect } from "chai";
import { createDirectory } from "../../src/foundation/directory/index.js";
import { systemClock } from "../../src/foundation/kernel/index.js";
import { aScene } from "../kit/beside-sandbox.js";
import { openBeside } from "../kit/finished-path.js";
import { KillHarness, pause } from "../kit/kill-harness.js";
import { describeWith } from "../kit/needs.js";
import { seeded } from "../kit/random.js";
import { ToolStarter } from "../kit/tool-process.js";
import { mongoDatabase, newId, sqliteDatabase, type TestDatabase } from "../storage/contract/database.js";

const scale = Number(process.env["TESSERA_TEST_KILLS"] ?? 20);
const kills = Math.max(1, Math.round(scale / 4));
const fewer = Math.max(1, Math.round(scale / 20));
const seed = Number(process.env["TESSERA_TEST_SEED"] ?? randomInt(1_000_000));
const writers = 4;
const largestBatch = 20;

describe(`the record store, killed at ${kills} moments under a load of writes (TESSERA_TEST_SEED=${seed})`, () => {
  killed(kills, sqliteDatabase);
});

describeWith(
  "mongodb",
  `the record store on MongoDB, killed at ${fewer} moments under a load of writes`,
  (server) => {
    killed(fewer, () => mongoDatabase(server));
  },
);

/** The ids of one request's statements. */
type Batch = readonly string[];

interface Load {
  /** Answered with 200. */
  readonly kept: Batch[];
  /** Nobody knows whether they were stored: the answer never came, and they were not sent again. */
  readonly unknown: Batch[];
}

function killed(total: number, database: () => TestDatabase): void {
  it("has every statement that it answered for, none twice, and no half of a batch", async function () {
    this.timeout(30_000 + total * 10_000);
    const starter = new ToolStarter();
    const scene = await aScene({ database: database() });
    const headers = await aClient(scene.address);
    const { environments, origin } = scene;
    const harness = await KillHarness.start({ starter, environments, seed, kills: total });
    const load: Load = { kept: [], unknown: [] };
    const until = { over: false };
    const send = async (ids: Batch, random: () => number): Promise<void> => {
      const body = JSON.stringify(ids.map(statementOf));
      const post = async (): Promise<number> => {
        const answer = await fetch(`${origin}/xapi/statements`, { method: "POST", headers, body });
        await answer.text();
        return answer.status;
      };
      if (random() < 0.5) {
        expect(await harness.answered(post)).to.equal(200);
        load.kept.push(ids);
        return;
      }
      const status = await post().catch(() => undefined);
      expect(status).to.be.oneOf([200, undefined]);
      (status === 200 ? load.kept : load.unknown).push(ids);
    };
    const write = async (random: () => number): Promise<void> => {
      while (!until.over) {
        const size = random() < 0.3 ? 1 : 1 + Math.floor(random() * largestBatch);
        const ids = Array.from({ length: size }, () => randomUUID());
        await send(ids, random);
        await pause(load.unknown.at(-1) === ids ? 200 : 30);
      }
    };
    try {
      const writing = Promise.all(
        Array.from({ length: writers }, (_, index) => write(seeded(seed + 10 + index))),
      );
      await Promise.race([writing, harness.spendRest()]);
      until.over = true;
      await writing;
      expect(harness.killed, "kills").to.equal(total);
      expectWhole(load, await allIds(origin, headers));
      await harness.stop();
    } catch (error) {
      process.stderr.write(`${harness.output()}\n`);
      throw error;
    } finally {
      until.over = true;
      await harness.abandon();
      await starter.close();
      await scene.close();
    }
  });
}

function statementOf(id: string): Record<string, unknown> {
  return {
    id,
    actor: { account: { homePage: "https://example.org", name: "a load" } },
    verb: { id: "http://adlnet.gov/expapi/verbs/experienced" },
    object: { id: `https://example.org/activities/${id.slice(0, 1)}` },
    timestamp: "2026-11-01T09:00:00.000Z",
  };
}

function expectWhole({ kept, unknown }: Load, stored: readonly string[]): void {
  const there = new Set(stored);
  expect(stored, "statements there twice").to.have.length(there.size);
  expect(kept, "batches that were answered").to.not.have.length(0);
  expect(
    kept.flat().filter((id) => !there.has(id)),
    "answered but not there",
  ).to.deep.equal([]);
  const halves = unknown.filter((ids) => new Set(ids.map((id) => there.has(id))).size > 1);
  expect(halves, "half batches").to.deep.equal([]);
  const sent = new Set([...kept, ...unknown].flat());
  expect(
    stored.filter((id) => !sent.has(id)),
    "never sent",
  ).to.deep.equal([]);
}

/** All there is, by `more` links. */
async function allIds(origin: string, headers: Readonly<Record<string, string>>): Promise<string[]> {
  const ids: string[] = [];
  let next = "/xapi/statements?ascending=true&limit=100";
  while (next !== "") {
    const answer = await fetch(`${origin}${next}`, { headers });
    expect(answer.status).to.equal(200);
    const { statements, more } = (await answer.json()) as { statements: { id: string }[]; more: string };
    ids.push(...statements.map(({ id }) => id));
    next = more;
  }
  return ids;
}

/** Headers of a client that may do all, made before the tool starts. */
async function aClient(address: string): Promise<Readonly<Record<string, string>>> {
  const storage = await openBeside(address);
  try {
    const { apiClients } = createDirectory({ store: storage.directory, clock: systemClock, newId });
    const tenant = { academyId: "academy-of-load", jurisdictionId: "XA" };
    const { key, secret } = await apiClients.add({ tenant, name: "a load", scopes: ["all"] });
    return {
      authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`,
      "x-experience-api-version": "1.0.3",
      "content-type": "application/json",
    };
  } finally {
    await storage.close();
  }
}
