import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { JsonObject } from "../../src/standards/vc/index.js";
import { aStranger, type Stranger } from "../trust/verification/a-stranger.js";

const command = fileURLToPath(new URL("../../src/cli/tessera.js", import.meta.url));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe("tessera certificate verify", function () {
  this.timeout(180_000);
  let folder: string;
  let stranger: Stranger;
  const run = (words: readonly string[], settings: Record<string, string> = {}): Promise<Outcome> =>
    new Promise((resolve) => {
      const env = { ...process.env, LANG: "en_GB.UTF-8", ...settings };
      execFile(
        process.execPath,
        [command, "certificate", "verify", ...words],
        { cwd: folder, env },
        (error, stdout, stderr) =>
          resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
      );
    });
  const file = async (text: string): Promise<string> => {
    await writeFile(join(folder, "c.json"), text);
    return "c.json";
  };
  const lasting = { validFrom: "2020-01-01T00:00:00Z", validUntil: "2999-01-01T00:00:00Z" };
  const certificate = (more: JsonObject = {}): Promise<string> =>
    stranger.certificate({ ...lasting, ...more });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "tessera-cli-"));
    stranger = await aStranger();
    stranger.json("/status/1", await stranger.list(lasting));
  });
  afterEach(async () => {
    await stranger.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("says yes to a sound certificate in a file or at an address, without a database or a secret", async () => {
    const text = await certificate();
    stranger.pages.set("/c", (_req, res) => res.end(text));
    for (const given of [await file(text), `${stranger.origin}/c`]) {
      const { code, stdout, stderr } = await run([given]);
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
      expect(stdout).to.contain("Custody officers (Far Academy)");
      expect(stdout).to.match(/✓ Yes +Is it unaltered\? Both signatures match/);
      expect(stdout).to.match(/\? Unknown +Do other jurisdictions recognise it\? Nothing is known here/);
    }
    expect(await readdir(folder)).to.deep.equal(["c.json"]);
  });

  it("says no to one that is revoked or altered, and shows nothing of what the altered one says", async () => {
    const revoked = await run([await file(await certificate({ credentialStatus: stranger.entry("7") }))]);
    expect(revoked.code).to.equal(1);
    expect(revoked.stdout).to.match(/✗ No +Is it in force/);
    const text = (await certificate()).replace("Custody officers", "Chief inspectors");
    const altered = await run([await file(text), "--json"]);
    expect(altered.code).to.equal(1);
    const { certificate: stated, answers } = JSON.parse(altered.stdout) as {
      certificate: unknown;
      answers: { question: string; answer: string; reason: string; text: string }[];
    };
    expect(stated).to.equal(null);
    expect(answers[0]).to.include({ question: "unaltered", answer: "no", reason: "signatureWrong" });
    expect(answers).to.have.length(7);
    expect(altered.stdout).not.to.contain("Chief inspectors");
  });

  it("says that it can't tell when the issuer can't be asked, and asks no private address in production", async () => {
    const path = await file(await certificate());
    stranger.asked.length = 0;
    const strict = await run([path, "--json"], {
      TESSERA_URL: "https://verifier.example",
      TESSERA_SECRET_FILE: "/nowhere",
    });
    expect({ code: strict.code, stderr: strict.stderr }).to.deep.equal({ code: 3, stderr: "" });
    expect(strict.stdout).to.contain("inside a private network");
    expect(stranger.asked).to.deep.equal([]);
    const gone = await run([`${stranger.origin}/gone`]);
    expect(gone.code).to.equal(3);
    expect(gone.stderr).to.contain("could not be fetched");
  });

  it("ends with 2 when what it is given is no file, or no certificate", async () => {
    expect(await run(["no-such.json"])).to.include({ code: 2, stdout: "" });
    expect(await run(["."])).to.include({ code: 2, stdout: "" });
    expect(await run([])).to.include({ code: 2, stdout: "" });
    for (const text of ["{}", "%PDF-1.7", "", "x".repeat(600_000)]) {
      const { code, stderr } = await run([await file(text)]);
      expect(code, text.slice(0, 10)).to.equal(2);
      expect(stderr).to.match(/verification_(no_certificate|not_json|too_large|nothing_inside)/);
    }
  });
});
