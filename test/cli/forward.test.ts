import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { competencyIri, Secret } from "../../src/foundation/kernel/index.js";
import { createSealer } from "../../src/foundation/keys/index.js";
import type { Storage } from "../../src/storage/index.js";
import { open, sqliteDatabase, type TestDatabase } from "../storage/contract/database.js";

const command = fileURLToPath(new URL("../../src/cli/tessera.js", import.meta.url));
const masterSecret = "the master secret of this test, of 48 bytes or so";

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe("tessera forward", function () {
  this.timeout(120_000);
  let database: TestDatabase;
  let server: Storage;
  let files: { readonly master: string; readonly theirs: string };

  before(async () => {
    database = sqliteDatabase();
    server = await open(database, { serving: true });
    const folder = database.address.slice("file:".length);
    files = { master: `${folder}.secret`, theirs: `${folder}.theirs` };
    writeFileSync(files.master, masterSecret, { mode: 0o600 });
    writeFileSync(files.theirs, "their secret\n");
    expect(
      await run(
        "academy",
        "add",
        "a",
        "--name",
        "A",
        "--jurisdiction",
        "XA",
        "--jurisdiction-name",
        "Arvenia",
      ),
    ).to.include({
      code: 0,
    });
  });
  after(async () => {
    await server.close();
    await database.drop();
  });

  const run = (...words: string[]): Promise<Answer> =>
    new Promise((resolve) => {
      const env = {
        ...process.env,
        ...{ TESSERA_DATABASE: database.address, TESSERA_SECRET_FILE: files.master },
      };
      execFile(process.execPath, [command, ...words], { env }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
      );
    });
  const add = (name: string, ...more: string[]): Promise<Answer> =>
    run(
      ...["forward", "add", name, "--endpoint", "https://lrs.example.org/xapi", "--key", "their-key"],
      ...["--secret-file", files.theirs, "--json", ...more],
    );

  it("adds one, shows it without its secret, pauses it, lets it go on and removes it", async () => {
    const added = await add("theirs", "--verb", "http://example.org/verbs/passed", "--since", "2026-01-01");
    expect(added).to.include({ code: 0, stderr: "" });
    const { id } = JSON.parse(added.stdout) as { id: string };
    const forwarding = (await server.forwardings.forwarding(id))!;
    expect(forwarding).to.deep.include({
      ...{ name: "theirs", endpoint: "https://lrs.example.org/xapi/", state: "active" },
      ...{ since: Date.parse("2026-01-01T00:00:00Z") },
      filter: { verbs: ["http://example.org/verbs/passed"], activities: [] },
    });
    const listed = await run("forward", "list");
    expect(listed.stdout).to.equal(`${id}  theirs  active  https://lrs.example.org/xapi/\n`);
    expect(await run("forward", "pause", id)).to.include({ code: 0, stdout: `paused  ${id}\n` });
    expect((await server.forwardings.forwarding(id))!.state).to.equal("paused");
    await run("forward", "resume", id);
    expect((await server.forwardings.forwarding(id))!.state).to.equal("active");
    await run("forward", "rotate", id, "--key", "new-key", "--secret-file", files.theirs);
    const sealed = (await server.forwardings.forwarding(id))!.credentials;
    const opened = createSealer(new Secret(Buffer.from(masterSecret))).open(sealed, `forwarding ${id}`);
    expect(JSON.parse(opened)).to.deep.equal(["new-key", "their secret"]);
    expect(await run("forward", "remove", id)).to.include({ code: 0 });
    expect(await run("forward", "remove", id)).to.include({ code: 2 });
    expect((await run("forward", "status")).stdout).to.equal("");
  });

  it("says how far one has got, and exits with 1 when it fails", async () => {
    const { id } = JSON.parse((await add("status")).stdout) as { id: string };
    const well = await run("forward", "status");
    expect(well).to.deep.include({ code: 0, stdout: `${id}  status  active  through -  waiting 0\n` });
    const standing = (await server.forwardings.forwarding(id))!;
    const failure = { code: "forwarding_not_taken", status: 401, since: 0 };
    await server.forwardings.saveForwarding({ ...standing, version: 2, queued: 3, done: 1, failure }, 1, []);
    const ill = await run("forward", "status");
    expect(ill.code).to.equal(1);
    expect(ill.stdout).to.include("waiting 2").and.to.include("forwarding_not_taken 401");
  });

  it("takes a programme for what its statements are about, and refuses one that is not there", async () => {
    const added = await add("foundation", "--programme", "hcp-induction");
    expect(added.code, added.stderr).to.equal(0);
    const { id } = JSON.parse(added.stdout) as { id: string };
    const { activities } = (await server.forwardings.forwarding(id))!.filter;
    expect(activities.filter((iri) => iri.startsWith(competencyIri("")))).not.to.deep.equal([]);
    expect(await add("other", "--programme", "nope")).to.include({ code: 2 });
  });
});
