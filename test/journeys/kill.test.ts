import { randomInt } from "node:crypto";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { Sandbox } from "../../src/sandbox/index.js";
import {
  requireCurriculum,
  type Curriculum,
  type CurriculumModule,
} from "../../src/standards/curriculum/index.js";
import type { Storage } from "../../src/storage/index.js";
import { aScene } from "../kit/beside-sandbox.js";
import {
  attemptOf,
  expectCycle,
  expectedGrade,
  expectedOfProgrammes,
  expectedStatements,
  expectValid,
  lineOf,
  lrsHeader,
  openBeside,
  outboxIsEmpty,
  statementsIn,
  type Stored,
} from "../kit/finished-path.js";
import { KillHarness } from "../kit/kill-harness.js";
import { describeWith } from "../kit/needs.js";
import { seeded } from "../kit/random.js";
import { storeRows } from "../kit/store-rows.js";
import { ToolStarter } from "../kit/tool-process.js";
import { stepsOfPath, Trainee } from "../kit/trainee.js";
import { mongoDatabase, sqliteDatabase, type TestDatabase } from "../storage/contract/database.js";

const kills = Number(process.env["TESSERA_TEST_KILLS"] ?? 20);
const seed = Number(process.env["TESSERA_TEST_SEED"] ?? randomInt(1_000_000));
const killsAPath = 10;
const content = fileURLToPath(new URL("../../curriculum", import.meta.url));
const userKey = "trainee-one";

describe(`the tool, killed at ${kills} moments (TESSERA_TEST_SEED=${seed})`, () => {
  killed({ kills, database: sqliteDatabase, processes: 1 });
});

const fewer = Math.max(1, Math.round(kills / 10));
describeWith("mongodb", `two tools on one MongoDB, killed at ${fewer} moments`, (server) => {
  killed({ kills: fewer, database: () => mongoDatabase(server), processes: 2 });
});

interface Killing {
  readonly kills: number;
  readonly database: () => TestDatabase;
  readonly processes: 1 | 2;
}

function killed({ kills: total, database, processes }: Killing): void {
  let starter: ToolStarter;
  let curriculum: Curriculum;
  let module: CurriculumModule;
  before(async function () {
    this.timeout(60_000);
    starter = new ToolStarter();
    curriculum = await requireCurriculum(content, { overlays: ["XA", "XB", "XC"], production: false });
    module = curriculum.modules.find(({ id }) => id === "M01")!;
  });
  after(() => starter.close());

  for (let path = 1; (path - 1) * killsAPath < total; path += 1) {
    const share = Math.min(killsAPath, total - (path - 1) * killsAPath);
    it(`loses nothing that a page confirmed on path ${path}, with ${share} of them`, async function () {
      this.timeout(240_000);
      const scene = await aScene({ database: database(), processes });
      const { origin, environments, sandbox, address } = scene;
      const harness = await KillHarness.start({
        starter,
        environments,
        seed: seed + path * 10,
        kills: share,
      });
      const trainee = new Trainee({
        ...{ sandboxOrigin: scene.sandboxOrigin, userKey, module },
        random: seeded(seed + path * 10 + 2),
      });
      let storage: Storage | undefined;
      try {
        await goThrough(harness, trainee, seeded(seed + path * 10 + 3));
        await harness.spendRest();
        await trainee.check();
        expect(harness.killed, "kills").to.equal(share);
        storage = await openBeside(address);
        // A dead process's lanes wait until its leases run out, where several serve one store.
        await outboxIsEmpty(storage, processes === 1 ? 20_000 : 120_000);
        const attempt = await attemptOf(storage, sandbox, { userKey, moduleId: module.id });
        const header = await lrsHeader(storage, attempt);
        const served = await evidenceOverHttp(origin, header, attempt.registration);
        await harness.stop();
        await expectWhole({ storage, address, sandbox, curriculum, module, trainee }, served);
      } catch (error) {
        process.stderr.write(`${harness.output()}\n`);
        throw error;
      } finally {
        await harness.abandon();
        await storage?.close();
        await scene.close();
      }
    });
  }
}

/** The whole path, each step through kills; after each of them what was confirmed must be there. */
async function goThrough(harness: KillHarness, trainee: Trainee, random: () => number): Promise<void> {
  let seen = 0;
  let goesOn = true;
  for (let steps = 0; goesOn; steps += 1) {
    expect(steps, "steps").to.be.lessThan(200);
    goesOn = await harness.through(async () => {
      if (harness.killed !== seen) {
        const now = harness.killed;
        await trainee.check();
        seen = now;
        if (random() < 0.2) trainee.leave();
      }
      return trainee.step();
    }, stepsOfPath - steps);
  }
}

interface Whole {
  readonly storage: Storage;
  readonly address: string;
  readonly sandbox: Sandbox;
  readonly curriculum: Curriculum;
  readonly module: CurriculumModule;
  readonly trainee: Trainee;
}

/** Nothing is missing and nothing is there twice: attempt, statements, grade. */
async function expectWhole(
  { storage, address, sandbox, curriculum, module, trainee }: Whole,
  served: Stored[],
): Promise<void> {
  const attempt = await attemptOf(storage, sandbox, { userKey, moduleId: module.id });
  expect(attempt.completedAt, "completed").to.be.a("number");
  const rows = await storeRows(address);
  expect(rows.get("attempts"), "attempts").to.have.length(1);
  expect(rows.get("persons"), "persons").to.have.length(1);

  const runs = trainee.played();
  const statements = await statementsIn(storage, attempt);
  expect(statements.map(lineOf)).to.have.members([
    ...expectedStatements(module.id, runs, { formative: true }),
    ...expectedOfProgrammes(curriculum, module.id),
  ]);
  expect(served.map(lineOf)).to.have.members(expectedStatements(module.id, runs, { formative: false }));
  expectValid(statements);
  expectCycle(await statementsIn(storage, attempt, { registration: attempt.registration }));

  const grade = expectedGrade(runs);
  const book = sandbox.gradebook();
  expect(book.lineItems, "columns").to.have.length(1);
  expect(book.grades.map(({ userKey: whose, score }) => [whose, score])).to.deep.equal([[userKey, grade]]);
}

async function evidenceOverHttp(origin: string, header: string, registration: string): Promise<Stored[]> {
  const answer = await fetch(`${origin}/xapi/statements?registration=${registration}&limit=100`, {
    headers: { authorization: header, "x-experience-api-version": "1.0.3" },
  });
  expect(answer.status).to.equal(200);
  return ((await answer.json()) as { statements: Stored[] }).statements;
}
