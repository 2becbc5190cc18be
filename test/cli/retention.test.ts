import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { days } from "../../src/foundation/kernel/index.js";
import type { Storage } from "../../src/storage/index.js";
import { open, sqliteDatabase, type TestDatabase } from "../storage/contract/database.js";
import { aJob, anAttempt, anEvent, arvenia } from "../storage/contract/samples.js";
import { aBatch, aStatement } from "../storage/contract/statements.js";

const command = fileURLToPath(new URL("../../src/cli/tessera.js", import.meta.url));

describe("tessera retention run", function () {
  this.timeout(120_000);
  let database: TestDatabase;
  let server: Storage;

  beforeEach(async () => {
    database = sqliteDatabase();
    server = await open(database, { serving: true });
  });
  afterEach(async () => {
    await server.close();
    await database.drop();
  });

  const run = (...options: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      const env = { ...process.env, TESSERA_DATABASE: database.address };
      const words = [command, "retention", "run", ...options];
      execFile(process.execPath, words, { env }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
      );
    });

  it("counts first, then deletes what is due beside the running server, and then finds nothing", async () => {
    const now = Date.now();
    const due = anAttempt({ completedAt: now - days(91), formativeUntil: now - days(1) });
    const young = anAttempt({ moduleId: "M02", completedAt: now, formativeUntil: now + days(90) });
    for (const attempt of [due, young]) {
      await server.attempts.addAttempt(attempt, []);
      const keys = { registration: attempt.registration };
      await server.statements.appendStatements(aBatch([aStatement({ class: "formative", keys })], arvenia));
    }
    const found = { attempts: 1, statements: 1, events: 0, waiting: 0, failed: 0 };
    const counted = await run("--dry-run", "--json");
    expect(counted).to.include({ code: 0, stderr: "" });
    expect(JSON.parse(counted.stdout)).to.deep.equal({ dryRun: true, ...found });
    expect(await server.attempts.findAttempt(arvenia, "person", "M01")).to.deep.equal(due);

    const done = await run();
    expect(done).to.include({ code: 0, stderr: "" });
    expect(done.stdout).to.match(/^deleted +1 attempts, 1 statements$/m);
    expect(await server.attempts.findAttempt(arvenia, "person", "M01")).not.to.have.property(
      "formativeUntil",
    );
    expect(await server.attempts.findAttempt(arvenia, "person", "M02")).to.deep.equal(young);
    expect(await server.statements.countFormative(arvenia, due.registration)).to.equal(0);
    expect(await server.statements.countFormative(arvenia, young.registration)).to.equal(1);
    expect(JSON.parse((await run("--json")).stdout)).to.include({ attempts: 0, statements: 0 });
  });
  it("answers no while something is left for the next run", async () => {
    const attempt = anAttempt({ completedAt: 1, formativeUntil: 2 });
    await server.attempts.addAttempt(attempt, []);
    const event = anEvent(attempt.id, 1, { type: "question.answered" });
    await server.outbox.dispatch([event], [aJob("evidence", event)]);
    const first = await run();
    expect(first).to.include({ code: 1, stderr: "" });
    expect(first.stdout).to.match(/^waiting +1 attempts/m);
    expect(await run()).to.include({ code: 0 });
  });
});
