import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { expect } from "chai";
import { createLogger, createNewId, systemClock } from "../../src/foundation/kernel/index.js";
import { openStorage } from "../../src/storage/index.js";
import { aLeaf } from "../foundation/log/a-log.js";

const command = fileURLToPath(new URL("../../src/cli/tessera.js", import.meta.url));

describe("tessera log", function () {
  this.timeout(120_000);
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "tessera-log-"))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const run = (...words: string[]): Promise<{ code: number; stdout: string }> =>
    new Promise((resolve) => {
      const env = {
        ...{ ...process.env, TESSERA_DATABASE: `file:${join(folder, "t.db")}`, TESSERA_SANDBOX: "off" },
        ...{ TESSERA_URL: "http://localhost:3000", TESSERA_SECRET_FILE: join(folder, "secret") },
      };
      execFile(process.execPath, [command, "log", ...words], { cwd: folder, env }, (error, stdout) =>
        resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout }),
      );
    });

  it("keeps a head, finds nothing, and names the entry that was altered since", async () => {
    const options = { clock: systemClock, newId: createNewId(systemClock), logger: createLogger("silent") };
    const storage = await openStorage(`file:${join(folder, "t.db")}`, { ...options, serving: false });
    for (let index = 0; index < 4; index += 1)
      await storage.log.addEntry({ ...aLeaf(index), index, loggedAt: 1000 });
    await storage.close();
    const head = await run("head", "--out", "head.json");
    expect(head.stdout.split("\n").slice(0, 2)).to.deep.equal(["localhost:3000/log", "4"]);
    const good = await run("verify", "--against", "head.json");
    expect(good.code, good.stdout).to.equal(0);
    expect(good.stdout).to.contain("Unchanged: 4 entries").and.contain("No witness");
    const db = new Database(join(folder, "t.db"));
    db.exec(`UPDATE log_entries SET body = json_set(body, '$.content', '{}') WHERE "index" = 2`);
    db.close();
    const bad = await run("verify", "--against", "head.json");
    expect([bad.code, bad.stdout]).to.deep.equal([1, "Entry 2 is not what it was.\n"]);
    const { code, stdout } = await run("verify", "--json");
    expect(code).to.equal(1);
    expect((JSON.parse(stdout) as { faults: unknown }).faults).to.deep.equal([
      { what: "entry-altered", index: 2 },
    ]);
  });
});
