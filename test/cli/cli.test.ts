import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { createDirectory } from "../../src/foundation/directory/index.js";
import { createLogger, createNewId, systemClock } from "../../src/foundation/kernel/index.js";
import { openStorage } from "../../src/storage/index.js";

const command = fileURLToPath(new URL("../../src/cli/tessera.js", import.meta.url));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe("the command line", function () {
  this.timeout(180_000);
  let folder: string;
  const run = (...words: string[]): Promise<Outcome> =>
    new Promise((resolve) => {
      const env = { ...process.env, TESSERA_DATABASE: `file:${join(folder, "t.db")}`, LANG: "en_GB.UTF-8" };
      execFile(process.execPath, [command, ...words], { cwd: folder, env }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
      );
    });

  /** Academies as a first start of the server leaves them; the server's own connection stays open beside the CLI. */
  const withAcademies = async (...slugs: string[]) => {
    const newId = createNewId(systemClock);
    const options = { clock: systemClock, newId, logger: createLogger("silent"), serving: true };
    const storage = await openStorage(`file:${join(folder, "t.db")}`, options);
    const directory = createDirectory({ store: storage.directory, clock: systemClock, newId });
    for (const slug of slugs) {
      await directory.ensureAcademy({
        slug,
        name: `Academy ${slug}`,
        jurisdictionId: "XA",
        demonstration: true,
      });
    }
    return { storage, directory };
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "tessera-cli-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("makes LRS credentials beside the running server, which lets them in at once, and ends them", async () => {
    const { storage, directory } = await withAcademies("northgate");
    const made = await run("lrs", "client", "add", "Inspectorate", "--scope", "statements/read", "--json");
    expect(made).to.include({ code: 0, stderr: "" });
    const { key, secret } = JSON.parse(made.stdout) as { key: string; secret: string };
    const header = `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`;
    expect(await directory.apiClients.authenticate(header)).to.include({ name: "Inspectorate" });

    const listed = await run("lrs", "client", "list");
    expect(listed.stdout).to.contain(key).and.to.contain("in force").and.not.to.contain(secret);
    expect(listed.stdout).not.to.contain("Hash");

    expect(await run("lrs", "client", "end", key)).to.include({ code: 0 });
    expect(await directory.apiClients.authenticate(header)).to.equal(undefined);
    expect((await run("lrs", "client", "list", "--json")).stdout).to.contain('"ended"');
    await storage.close();
  });

  it("gives LRS credentials another secret, or takes a public key in its place", async () => {
    const { storage, directory } = await withAcademies("northgate");
    const made = await run("lrs", "client", "add", "Body", "--scope", "all", "--days", "30", "--json");
    const { key, secret } = JSON.parse(made.stdout) as { key: string; secret: string };
    const before = `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`;
    const rotated = await run("lrs", "client", "rotate", key, "--json");
    const fresh = JSON.parse(rotated.stdout) as { key: string; secret: string };
    expect(fresh.key).to.equal(key);
    expect(await directory.apiClients.authenticate(before)).to.equal(undefined);
    expect(await directory.apiClients.proven(key, fresh.secret)).to.have.property("expiresAt");

    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const [good, bad] = [join(folder, "public.json"), join(folder, "private.json")];
    await writeFile(good, JSON.stringify(publicKey.export({ format: "jwk" })));
    await writeFile(bad, JSON.stringify(privateKey.export({ format: "jwk" })));
    expect((await run("lrs", "client", "rotate", key, "--jwk", bad)).code).to.equal(2);
    expect(await directory.apiClients.proven(key, fresh.secret)).not.to.equal(undefined);
    expect(
      JSON.parse((await run("lrs", "client", "rotate", key, "--jwk", good, "--json")).stdout),
    ).to.deep.equal({ key });
    expect(await directory.apiClients.proven(key, fresh.secret)).to.equal(undefined);
    expect((await run("lrs", "client", "rotate", "nobody")).code).to.equal(2);
    expect((await run("lrs", "client", "add", "Body", "--scope", "all", "--days", "0")).code).to.equal(2);
    await storage.close();
  });

  it("asks which academy is meant when there are several, and takes the named one", async () => {
    const { storage } = await withAcademies("northgate", "southgate");
    const unnamed = await run("lrs", "client", "add", "Body", "--scope", "all");
    expect(unnamed.code).to.equal(2);
    expect(unnamed.stderr).to.contain("Which academy?").and.to.contain("--academy");
    expect(await run("lrs", "client", "add", "Body", "--scope", "all", "--academy", "southgate")).to.include({
      code: 0,
    });
    expect(
      (await run("lrs", "client", "add", "Body", "--scope", "all", "--academy", "eastgate")).stderr,
    ).to.contain("eastgate");
    expect((await run("academy", "list")).stdout.trim().split("\n")).to.have.length(2);
    await storage.close();
  });

  it("adds an academy once, and refuses a name or a jurisdiction that can't stand in addresses and statements", async () => {
    const add = (slug: string, code: string) =>
      run(
        "academy",
        "add",
        slug,
        "--name",
        "Port Academy",
        "--jurisdiction",
        code,
        "--jurisdiction-name",
        "Portland",
      );
    expect(await add("port", "XP")).to.include({ code: 0, stdout: "port  Port Academy  (XP)\n" });
    expect(await add("port", "XP")).to.include({ code: 0 });
    expect((await add("port", "XQ")).stderr).to.contain("taken");
    expect(await add("Port Academy", "XP")).to.include({ code: 2 });
    expect(await add("harbour", "portland")).to.include({ code: 2 });
    expect((await run("academy", "list")).stdout).to.equal("port  Port Academy  (XP)\n");
  });

  it("says how much waits in the outbox, and no to a dead letter that is not there", async () => {
    const listed = await run("outbox", "list", "--json");
    expect(listed.code).to.equal(0);
    expect(JSON.parse(listed.stdout)).to.deep.equal({ waiting: 0, dead: [] });
    expect(await run("outbox", "revive", "evidence:nothing")).to.include({ code: 1 });
  });

  it("ends with 2 for wrong use, and every command has a help page", async () => {
    expect((await run("lrs", "client", "add", "Body")).code).to.equal(2);
    expect((await run("lrs", "client", "add", "Body", "--scope", "everything")).code).to.equal(2);
    expect((await run("no-such-command")).code).to.equal(2);
    for (const words of [
      [],
      ["lrs"],
      ["lrs", "client", "add"],
      ["curriculum", "validate"],
      ["outbox", "revive"],
    ]) {
      const help = await run(...words, "--help");
      expect(help.code, words.join(" ")).to.equal(0);
      expect(help.stdout).to.contain("Usage: tessera");
    }
  });

  it("ends with 3 when the settings are wrong, and names each of them", async () => {
    const env = { ...process.env, TESSERA_DATABASE: "postgres://x", TESSERA_PORT: "much" };
    const outcome = await new Promise<Outcome>((resolve) => {
      execFile(process.execPath, [command, "outbox", "list"], { cwd: folder, env }, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      );
    });
    expect(outcome.code).to.equal(3);
    expect(outcome.stderr)
      .to.contain("TESSERA_DATABASE")
      .and.to.contain("TESSERA_PORT")
      .and.not.to.contain("postgres");
  });
});
