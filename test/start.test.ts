import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { createNewId, createLogger, systemClock, Secret } from "../src/foundation/kernel/index.js";
import { createKeyRing, createSealer } from "../src/foundation/keys/index.js";
import { openStorage } from "../src/storage/index.js";
import { twoFreePorts } from "./kit/ports.js";

const root = fileURLToPath(new URL("..", import.meta.url));

describe("a start that can't be", function () {
  // Each starts a process.
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tessera-start-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const start = async (settings: Readonly<Record<string, string>> = {}) => {
    const env = {
      ...{ PATH: process.env.PATH, LANG: "en_GB.UTF-8" },
      TESSERA_URL: `http://localhost:${String(await twoFreePorts())}`,
      TESSERA_DATABASE: `file:${join(folder, "t.db")}`,
      ...settings,
    };
    const child = spawn(process.execPath, ["--import=tsx", "src/main.ts"], { cwd: root, env });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (data: Buffer) => {
      stdout += data.toString();
      // It was not to get this far; the test then fails by what was said.
      child.kill();
    });
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
    return { code, stdout, stderr };
  };
  /** Plain words, then the code, and nothing of the program's inside. */
  const expectWords = ({ code, stdout, stderr }: Awaited<ReturnType<typeof start>>, ...said: string[]) => {
    expect({ code, stdout }, stderr).to.deep.equal({ code: 1, stdout: "" });
    expect(stderr).to.include("Tessera could not start. ");
    for (const words of said) expect(stderr).to.include(words);
    expect(stderr).not.to.match(/\n\s+at /);
  };

  it("with another secret than the database's says which file is to be restored", async () => {
    const newId = createNewId(systemClock);
    const options = { clock: systemClock, newId, logger: createLogger("silent"), serving: true };
    const storage = await openStorage(`file:${join(folder, "t.db")}`, options);
    const sealer = createSealer(new Secret(Buffer.from("the secret that this database began with")));
    await createKeyRing("lti", { store: storage.keys, sealer, clock: systemClock }).signingKey();
    await storage.close();
    expectWords(await start(), "Restore the secret file that belongs to this database.", "sealed_unreadable");
  });

  it("with a file of the sandbox that can't be read names it", async () => {
    writeFileSync(join(folder, "sandbox.json"), '{"version":1');
    expectWords(await start(), "Move the file away", join(folder, "sandbox.json"));
  });

  it("with an address that is not this machine's names the settings", async () => {
    expectWords(await start({ TESSERA_HOST: "192.0.2.1" }), "192.0.2.1", "TESSERA_HOST");
  });
});
