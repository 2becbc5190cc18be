import { randomInt } from "node:crypto";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { systemClock } from "../../src/foundation/kernel/index.js";
import { requireCurriculum, type Curriculum } from "../../src/standards/curriculum/index.js";
import type { Storage } from "../../src/storage/index.js";
import { copyOf } from "../kit/database-copy.js";
import {
  expectedOfProgrammes,
  expectedStatements,
  lineOf,
  openBeside,
  outboxIsEmpty,
  statementsIn,
} from "../kit/finished-path.js";
import { HttpBrowser, unescapeHtml } from "../kit/http-browser.js";
import { KillHarness, pause } from "../kit/kill-harness.js";
import { beforeLastAnswer, type BeforeLastAnswer } from "../kit/last-answer.js";
import { describeWith } from "../kit/needs.js";
import { seeded } from "../kit/random.js";
import { ToolStarter } from "../kit/tool-process.js";
import { mongoDatabase, sqliteDatabase, type TestDatabase } from "../storage/contract/database.js";

const kills = Number(process.env["TESSERA_TEST_KILLS"] ?? 20);
const seed = Number(process.env["TESSERA_TEST_SEED"] ?? randomInt(1_000_000));
const killsATest = 10;
const content = fileURLToPath(new URL("../../curriculum", import.meta.url));
const moduleId = "M01";
/** So many of the first kills come before the last answer is confirmed. */
const earlyKill = 0.25;

describe(`between the last answer and the certificate, killed at ${kills} moments (TESSERA_TEST_SEED=${seed})`, () => {
  killed({ kills, database: sqliteDatabase, processes: 1 });
});

const fewer = Math.max(1, Math.round(kills / 10));
describeWith(
  "mongodb",
  `between the last answer and the certificate, two tools on one MongoDB, killed at ${fewer} moments`,
  (server) => {
    killed({ kills: fewer, database: () => mongoDatabase(server), processes: 2 });
  },
);

interface Killing {
  readonly kills: number;
  readonly database: () => TestDatabase;
  readonly processes: 1 | 2;
}

/** What everything has come to when a process dies. */
type Stage = "answer not kept" | "answer kept" | "place reserved" | "issued";

/** How long it takes undisturbed, in milliseconds from the moment at which the last answer is sent. */
interface Window {
  readonly answered: number;
  readonly issued: number;
}

function killed({ kills: total, database, processes }: Killing): void {
  let starter: ToolStarter;
  let curriculum: Curriculum;
  let ground: BeforeLastAnswer;
  let window: Window;
  const stages = new Map<Stage, number>();

  before(async function () {
    this.timeout(240_000);
    starter = new ToolStarter();
    curriculum = await requireCurriculum(content, { overlays: ["XA", "XB", "XC"], production: false });
    const module = curriculum.modules.find(({ id }) => id === moduleId)!;
    ground = await beforeLastAnswer({ database: database(), processes, starter, module });
    window = await measure();
  });
  after(async () => {
    await starter.close();
    await ground.scene.close();
  });

  for (let test = 1; (test - 1) * killsATest < total; test += 1) {
    const share = Math.min(killsATest, total - (test - 1) * killsATest);
    it(`makes one certificate, in one place, and says so once, with ${share} of them (${test})`, async function () {
      this.timeout(240_000);
      let left = share;
      for (let round = 0; left > 0; round += 1) {
        expect(round, "rounds").to.be.lessThan(share * 3);
        left -= await aRound(seed + test * 1000 + round * 10, left);
      }
    });
  }
  it("has been killed where the last answer is kept and there is no certificate", function () {
    const found = [...stages].map(([stage, count]) => `${stage} ${count}`).sort();
    this.test!.title += `: ${found.join(", ")} (${Math.round(window.issued)} ms)`;
    if (total >= killsATest) expect([...stages.keys()]).to.include.oneOf(["answer kept", "place reserved"]);
  });

  /** From the last answer to an empty outbox, with at most so many kills; answers how many there were. */
  async function aRound(from: number, most: number): Promise<number> {
    const random = seeded(from + 2);
    const firstMs = random() * (random() < earlyKill ? window.answered : window.issued);
    const killed = await onACopy({ seed: from, kills: most }, async (harness, storage) => {
      const come = async () => {
        const stage = await stageOf(storage);
        if (stage !== "issued") stages.set(stage, (stages.get(stage) ?? 0) + 1);
        return stage === "issued";
      };
      const [page] = await Promise.all([
        harness.answered(() => ground.answer()),
        // A start has less left to do than there was, and less each time.
        harness.killUntil(come, { firstMs, withinMs: (window.issued - window.answered) / 2 }),
      ]);
      expect(page.status, page.html).to.equal(200);
    });
    // It was quicker than measured: the machine has less to do now.
    if (killed === 0) window = { ...window, issued: (window.issued + firstMs) / 2 };
    return killed;
  }

  async function measure(): Promise<Window> {
    let found: Window | undefined;
    await onACopy({ seed: 0, kills: 0 }, async (_harness, storage) => {
      const sent = systemClock.now();
      expect((await ground.answer()).status).to.equal(200);
      const answered = systemClock.now() - sent;
      while ((await stageOf(storage)) !== "issued") {
        expect(systemClock.now() - sent, "milliseconds").to.be.lessThan(60_000);
        await pause(5);
      }
      found = { answered, issued: systemClock.now() - sent };
    });
    return found!;
  }

  async function onACopy(
    plan: { readonly seed: number; readonly kills: number },
    work: (harness: KillHarness, storage: Storage) => Promise<void>,
  ): Promise<number> {
    const copy = await copyOf(ground.database);
    const environments = ground.scene.environments.map((one) => ({ ...one, TESSERA_DATABASE: copy.address }));
    const harness = await KillHarness.start({ starter, environments, ...plan });
    const storage = await openBeside(copy.address);
    try {
      await work(harness, storage);
      // A dead process's lanes wait until its leases run out, where several serve one store.
      await outboxIsEmpty(storage, processes === 1 ? 20_000 : 60_000);
      await expectOne(storage);
      await harness.stop();
    } catch (error) {
      process.stderr.write(`${harness.output()}\n`);
      throw error;
    } finally {
      await harness.abandon();
      await storage.close();
      await copy.drop();
    }
    return harness.killed;
  }

  async function stageOf({ attempts, credentials }: Storage): Promise<Stage> {
    const { attempt } = ground;
    const certificates = await credentials.credentials(attempt);
    if (certificates.some(({ text }) => text !== undefined)) return "issued";
    if (certificates.length > 0) return "place reserved";
    const now = await attempts.findAttempt(attempt, attempt.personId, moduleId);
    return now?.completedAt === undefined ? "answer not kept" : "answer kept";
  }

  /** One certificate, one place in one status list, each statement once; the trainee sees it, and anyone can check it. */
  async function expectOne(storage: Storage): Promise<void> {
    const { attempt, trainee, scene } = ground;
    // A place in a status list is taken by a credential and by nothing else.
    const ofAcademy = await storage.credentials.credentials(attempt);
    expect(ofAcademy, "credentials, reserved ones too").to.have.length(1);
    const [record] = ofAcademy;
    expect(record).to.include({ state: "valid", withdrawn: 0, ownerId: attempt.personId });
    const { credentialStatus } = JSON.parse(record!.text!) as { credentialStatus: Record<string, unknown> };
    expect(credentialStatus).to.include({
      statusListIndex: String(record!.statusIndex),
      statusListCredential: `${scene.origin}/status/${record!.statusList}`,
    });

    const statements = await statementsIn(storage, attempt);
    const ids = statements.map(({ id }) => id);
    expect(new Set(ids).size, "statements by id").to.equal(ids.length);
    expect(statements.map(lineOf)).to.have.members([
      ...expectedStatements(moduleId, trainee.played(), { formative: true }),
      ...expectedOfProgrammes(curriculum, moduleId),
    ]);

    const certificate = `${scene.origin}/certificates/${record!.id}`;
    const programmes = await trainee.browser.get(`${trainee.home!}/programmes`);
    const shown = [...programmes.html.matchAll(/href="[^"]*\/certificates\/([\w-]+)"/g)];
    expect(new Set(shown.map(([, id]) => id))).to.deep.equal(new Set([record!.id]));
    expect(await askedOf(certificate)).to.include.members([
      ...["unaltered yes", "issuer yes", "dates yes", "standing yes", "evidence yes"],
    ]);
  }
}

/** What the public page answers to whoever opens a certificate and has it checked. */
async function askedOf(certificate: string): Promise<string[]> {
  const browser = new HttpBrowser();
  const { html } = await browser.get(certificate);
  const [, href = ""] = /href="([^"]*\/verify[^"]*)"/.exec(html) ?? [];
  const answers = await browser.get(new URL(unescapeHtml(href), certificate).href);
  const said = answers.html.matchAll(/data-question="(\w+)"[^>]*data-answer="(\w+)"/g);
  return [...said].map(([, question, answer]) => `${question ?? ""} ${answer ?? ""}`);
}
