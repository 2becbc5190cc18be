import { expect } from "chai";
import type { CurriculumModule } from "../../src/standards/curriculum/index.js";
import type { Attempt } from "../../src/training/learning/index.js";
import type { TestDatabase } from "../storage/contract/database.js";
import { aScene, type Scene } from "./beside-sandbox.js";
import { attemptOf, openBeside, outboxIsEmpty } from "./finished-path.js";
import type { Page } from "./http-browser.js";
import { KillHarness } from "./kill-harness.js";
import type { ToolStarter } from "./tool-process.js";
import { Trainee } from "./trainee.js";

const userKey = "trainee-one";

/** Where one trainee has given all answers of a module but one. Its database is there to be copied: nobody has it open. */
export interface BeforeLastAnswer {
  readonly scene: Scene;
  readonly database: TestDatabase;
  readonly trainee: Trainee;
  /** As it stands before the last answer. */
  readonly attempt: Attempt;
  /** Gives the last answer to whatever tool runs at the scene's address. */
  answer(): Promise<Page>;
}

export interface LastAnswerOptions {
  readonly database: TestDatabase;
  readonly processes: 1 | 2;
  readonly starter: ToolStarter;
  readonly module: CurriculumModule;
}

/** Goes the whole way but for the last answer, lets the outbox empty, and ends the tool. */
export async function beforeLastAnswer(options: LastAnswerOptions): Promise<BeforeLastAnswer> {
  const { database, processes, starter, module } = options;
  const scene = await aScene({ database, processes });
  const { environments, sandbox, sandboxOrigin } = scene;
  const harness = await KillHarness.start({ starter, environments, seed: 0, kills: 0 });
  try {
    const trainee = new Trainee({ sandboxOrigin, userKey, module });
    const { page, form, values } = await trainee.lastAnswer();
    const storage = await openBeside(scene.address);
    await outboxIsEmpty(storage, 30_000);
    const attempt = await attemptOf(storage, sandbox, { userKey, moduleId: module.id });
    expect(attempt.completedAt, "completed").to.equal(undefined);
    await harness.stop();
    await storage.close();
    const answer = () => trainee.browser.submit(page, form, values);
    return { scene, database, trainee, attempt, answer };
  } catch (error) {
    process.stderr.write(`${harness.output()}\n`);
    await harness.abandon();
    await scene.close();
    throw error;
  }
}
