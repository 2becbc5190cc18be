import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { createDirectory } from "../../src/foundation/directory/index.js";
import { createLogger, createNewId, installation, systemClock } from "../../src/foundation/kernel/index.js";
import { openStorage, type Storage } from "../../src/storage/index.js";
import { describeWith } from "../kit/needs.js";
import { mongoDatabase } from "../storage/contract/database.js";

const command = fileURLToPath(new URL("../../src/cli/tessera.js", import.meta.url));

interface Key {
  readonly kid: string;
  readonly generation: number;
  readonly signsFrom: string;
  readonly retired?: string;
}

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `tessera …` on this database. */
async function tessera(folder: string, database: string, words: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const env = {
      ...{ ...process.env, TESSERA_DATABASE: database, TESSERA_SANDBOX: "off" },
      ...{ TESSERA_URL: "http://localhost:3000", TESSERA_SECRET_FILE: join(folder, "secret") },
    };
    execFile(process.execPath, [command, ...words], { cwd: folder, env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
  });
}

const aFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "tessera-keys-"));
  await writeFile(join(folder, "secret"), "the master secret of every test office, 48 bytes");
  return folder;
};

describe("tessera keys", function () {
  this.timeout(300_000);
  let folder: string;
  let storage: Storage;
  beforeEach(async () => {
    folder = await aFolder();
    const newId = createNewId(systemClock);
    const options = { clock: systemClock, newId, logger: createLogger("silent"), serving: true };
    storage = await openStorage(`file:${join(folder, "t.db")}`, options);
    const directory = createDirectory({ store: storage.directory, clock: systemClock, newId });
    await directory.ensureAcademy({
      ...{ slug: "northgate", name: "Northgate", jurisdictionId: "XA", demonstration: true },
    });
  });
  afterEach(async () => {
    await storage.close();
    await rm(folder, { recursive: true, force: true });
  });
  const run = (...words: string[]) => tessera(folder, `file:${join(folder, "t.db")}`, words);
  const does = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(...words);
    expect({ code, stderr }, words.join(" ")).to.deep.equal({ code: 0, stderr: "" });
    return stdout;
  };
  const keysOf = async (...of: string[]) => JSON.parse(await does("keys", "list", ...of, "--json")) as Key[];
  const logged = async (kind: string) =>
    (await storage.log.entries(0, 99)).filter((entry) => entry.kind === kind);

  it("names every set, whose it is and how many keys are in it, also those that nobody used yet", async () => {
    await does(
      "authority",
      "add",
      "council",
      "--root",
      "--name",
      "Council",
      "--jurisdiction",
      "ZZ",
      "--jurisdiction-name",
      "All",
    );
    await does("keys", "rotate", "--set", "log");
    const lines = (await does("keys", "sets")).trimEnd().split("\n");
    expect(lines).to.deep.equal([
      "lti  installation  0 keys, 0 of them retired",
      "certificates  northgate  0 keys, 0 of them retired",
      "certificates-jwt  northgate  0 keys, 0 of them retired",
      "recognition  council  0 keys, 0 of them retired",
      "log  installation  1 keys, 0 of them retired",
      "log-witness  installation  0 keys, 0 of them retired",
    ]);
  });

  it("changes an academy's or an authority's keys, and the log has the new DID document at once", async () => {
    await does(
      "authority",
      "add",
      "belmora",
      "--name",
      "Board",
      "--jurisdiction",
      "XB",
      "--jurisdiction-name",
      "Belmora",
    );
    for (const [set, subject] of [
      ["certificates", "did:web:localhost%3A3000:academies:northgate"],
      ["recognition", "did:web:localhost%3A3000:authorities:belmora"],
    ] as const) {
      await does("keys", "rotate", "--set", set);
      await does("keys", "rotate", "--set", set, "--now");
      const [first, second] = await keysOf("--set", set);
      expect(first, set).to.include.keys("retired");
      expect(second).not.to.include.keys("retired");
      const documents = (await logged("did-document")).filter((entry) => entry.subject === subject);
      expect(documents.map(({ content }) => content.split('"Multikey"').length - 1)).to.deep.equal([1, 2]);
      expect(documents[1]!.content).to.contain('"expires"');
    }
  });

  it("changes the keys of the log and of its witness: the next one stands in the log at once, once", async () => {
    for (const set of ["log", "log-witness"]) {
      await does("keys", "rotate", "--set", set);
      await does("keys", "rotate", "--set", set, "--now");
      const told = await does("keys", "rotate", "--set", set, "--now");
      expect(told).to.contain("tessera log partner");
      const [first, second] = await keysOf("--set", set);
      expect(first).to.include.keys("retired");
      expect(second!.generation).to.equal(2);
    }
    const subjects = (await logged("log-key")).map(({ subject }) => subject);
    expect(subjects).to.deep.equal(["localhost:3000/log", "localhost:3000/witness"]);
    expect(await does("log", "verify")).to.match(/^Unchanged/);
  });

  it("refuses a set that there is not, and an authority that is not there or is not named among several", async () => {
    expect((await run("keys", "list", "--set", "others")).code).to.equal(2);
    const refused = async (...words: string[]): Promise<void> => {
      const { code, stderr } = await run("keys", "rotate", "--set", "recognition", ...words);
      expect(code).to.be.within(1, 2);
      expect(stderr).to.contain("authority");
    };
    await refused();
    for (const slug of ["belmora", "castellan"])
      await does(
        "authority",
        "add",
        slug,
        "--name",
        "Board",
        "--jurisdiction",
        "XB",
        "--jurisdiction-name",
        "There",
      );
    await refused();
    await refused("--authority", "arvenia");
    await does("keys", "rotate", "--set", "recognition", "--authority", "castellan");
    expect(await keysOf("--set", "recognition", "--authority", "castellan")).to.have.length(1);
    expect(await keysOf("--set", "recognition", "--authority", "belmora")).to.have.length(0);
  });
});

describeWith("mongodb", "keys that two processes change at once", function (server) {
  this.timeout(300_000);
  let folder: string;
  const database = mongoDatabase(server);
  before(async () => (folder = await aFolder()));
  after(async () => {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  for (const [set, ...how] of [["lti"], ["log", "--now"], ["log-witness"], ["lti", "--now"]])
    it(`end with one new key: ${[set, ...how].join(" ")}`, async () => {
      const run = (...words: string[]) => tessera(folder, database.address, words);
      const options = { clock: systemClock, newId: createNewId(systemClock), logger: createLogger("silent") };
      const storage = await openStorage(database.address, { ...options, serving: false });
      const keys = () => storage.keys.keysOf(installation, set!);
      if ((await keys()).length === 0) await run("keys", "rotate", "--set", set!);
      const before = (await keys()).length;
      const told = await Promise.all(
        [0, 1].map(() => run("keys", "rotate", "--set", set!, ...how, "--json")),
      );
      expect(told.map(({ code, stderr }) => [code, stderr])).to.deep.equal([
        [0, ""],
        [0, ""],
      ]);
      const kids = told.map(({ stdout }) => (JSON.parse(stdout) as Key).kid);
      expect(kids[0]).to.equal(kids[1]);
      const after = await keys();
      expect(after.length).to.be.within(before, before + 1);
      expect(after.filter(({ retiredAt }) => retiredAt === undefined).at(-1)!.kid).to.equal(kids[0]);
      if (how.length > 0) expect(after.filter(({ retiredAt }) => retiredAt === undefined)).to.have.length(1);
      const named = (await storage.log.entries(0, 99)).filter(({ kind }) => kind === "log-key");
      expect(new Set(named.map(({ key }) => key)).size).to.equal(named.length);
      await storage.close();
    });
});
