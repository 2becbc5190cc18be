import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect } from "chai";
import { createLogger, createNewId, installation, Secret } from "../../src/foundation/kernel/index.js";
import { createKeyRing, createSealer } from "../../src/foundation/keys/index.js";
import { createLog, type LogEntry } from "../../src/foundation/log/index.js";
import { openStorage } from "../../src/storage/index.js";
import { shippedCurriculum } from "../kit/chromium.js";
import { authorityDid, inShort, Installation, type Told, type VerifiedAnswer } from "../kit/installations.js";
import { twoFreePorts } from "../kit/ports.js";
import { ToolStarter } from "../kit/tool-process.js";

/**
 * Northgate's installation in Arvenia, and one of Dorvale's board, which has a root of its own. Each trusts both roots.
 */
describe("two installations, each with its own jurisdiction", function () {
  this.timeout(400_000);
  let starter: ToolStarter;
  let north: Installation;
  let south: Installation;
  let certificate: string;
  let achievement: string;
  let issuer: string;
  let recognition: string;

  const kept = (name: string): string => join(north.folder, name);
  const partner = (of: Installation, code: string, name: string): string[] => [
    ...["recognition", "partner", "add", of.origin],
    ...["--jurisdiction", code, "--jurisdiction-name", name],
  ];
  /** Of the jurisdictions' answers, those of this one. */
  const of = (code: string, answers: readonly VerifiedAnswer[]): string[] =>
    inShort(answers.filter((one) => one.recognition?.jurisdiction === code));

  before(async () => {
    starter = new ToolStarter(0);
    const [northPort, southPort] = [await twoFreePorts(), await twoFreePorts()];
    const roots = [authorityDid(northPort, "demonstration-root"), authorityDid(southPort, "council")];
    north = await Installation.prepare(starter, { demonstration: true, port: northPort, roots });
    south = await Installation.prepare(starter, { demonstration: false, port: southPort, roots });
    await north.start();
    await south.start();
    const [module] = (await shippedCurriculum()).modules;
    certificate = await north.certificateBy("trainee-one", module!);
    const answer = await fetch(certificate, { headers: { accept: "application/vc" } });
    const signed = (await answer.json()) as {
      issuer: { id: string };
      credentialSubject: { achievement: { id: string } };
    };
    [issuer, achievement] = [signed.issuer.id, signed.credentialSubject.achievement.id];
  });
  after(async () => {
    await Promise.all([north.remove(), south.remove()]);
    await starter.close();
  });

  it("one recognises in part what the other one issues, under the mandate of its own root", async () => {
    const council = ["--root", "--name", "Council", "--jurisdiction", "ZZ"];
    await south.does("authority", "add", "council", ...council, "--jurisdiction-name", "All partners");
    const board = ["--name", "Board of Dorvale", "--jurisdiction", "XD", "--jurisdiction-name", "Dorvale"];
    await south.does("authority", "add", "board", ...board);
    await south.does("authority", "mandate", "board", "--root", "council", "--from", "2026-01-01");
    const decided = await south.does(
      ...["recognition", "grant", "--authority", "board", "--by", "Board of Dorvale", "--json"],
      ...["--achievement", achievement, "--issuer", issuer, "--title", "Induction"],
      ...["--as", "Dorvale Certificate in Policing Ethics", "--level", "Level 4", "--from", "2026-01-01"],
      ...["--equivalence", "partial", "--measure", "an interview", "--basis", "Training Act, article 14"],
    );
    recognition = (JSON.parse(decided) as { id: string }).id;
    expect(of("XD", await north.verified(certificate))).to.deep.equal([]);
  });

  it("each pulls what the other one signed, and they say the same of it", async () => {
    await north.does(...partner(south, "XD", "Dorvale"));
    await south.does(...partner(north, "XA", "Arvenia"));
    const [here, there] = [await north.verified(certificate), await south.verified(certificate)];
    expect(of("XD", here)).to.deep.equal(["XD yes partial"]);
    expect(of("XD", there)).to.deep.equal(["XD yes partial"]);
    const [own, pulled] = [there, here].map((all) =>
      all.find((one) => one.recognition?.jurisdiction === "XD"),
    );
    expect(pulled!.recognition).to.deep.equal(own!.recognition);
    expect(pulled!.recognition).to.include({ compensationMeasure: "an interview", localLevel: "Level 4" });
    // Dorvale has heard of Northgate from Arvenia's list alone.
    expect(inShort(there).slice(0, 4)).to.deep.equal([
      "unaltered yes bothMatch",
      "issuer yes listed",
      "dates yes daysLeft",
      "standing yes clear",
    ]);
  });

  it("without a network a bundle proves the recognition to whoever chose its root", async () => {
    await keepBundle("before.json");
    const { code, answers } = await offline("before.json");
    expect(of("XD", answers)).to.deep.equal(["XD yes partial"]);
    expect(code).to.equal(0);
    // Who did not choose it learns nothing from the same file.
    await writeFile(kept("nobody.json"), JSON.stringify({ logs: (await logKeys(north)).keys }));
    const stranger = await offline("before.json", "nobody.json");
    expect(inShort(stranger.answers)).to.include("standing yes clear");
    expect(of("XD", stranger.answers)[0]).to.match(/^XD unknown/);
    expect(stranger.code).to.equal(3);
  });

  it("what one withdraws the other one says with its next pull, and a bundle off line", async () => {
    const before = new Date().toISOString();
    await south.does(
      ...["recognition", "withdraw", recognition, "--authority", "board", "--by", "Board of Dorvale"],
      ...["--reason", "the law changed"],
    );
    // Until it pulls it can't know.
    expect(of("XD", await north.verified(certificate))).to.deep.equal(["XD yes partial"]);
    await north.does("recognition", "partner", "pull");
    expect(of("XD", await north.verified(certificate))).to.deep.equal(["XD no withdrawn"]);
    expect(of("XD", await south.verified(certificate))).to.deep.equal(["XD no withdrawn"]);
    expect(of("XD", await north.verified(certificate, before))).to.deep.equal(["XD yes partial"]);
    await keepBundle("after.json");
    const { code, answers } = await offline("after.json");
    expect(of("XD", answers)).to.deep.equal(["XD no withdrawn"]);
    expect(code).to.equal(1);
    // A bundle is as old as it is, and says so.
    const old = (await offline("before.json")).answers.find((one) => one.recognition?.jurisdiction === "XD");
    expect(Date.parse(old?.asOf ?? "")).to.be.at.most(Date.parse(before));
  });

  it("one co-signs the other one's log, which then has a witness", async () => {
    await north.does("log", "partner", south.origin);
    await south.does("log", "partner", north.origin);
    expect(await north.does("log", "verify")).to.include("No witness vouches for it");
    await south.does("log", "witness", north.origin);
    await north.does("log", "cosign", south.origin);
    await north.does("log", "head", "--out", kept("head.json"));
    expect(await north.does("log", "verify", "--against", kept("head.json"))).to.match(
      /^Unchanged: .*A witness vouches for the first \d+ of them\./,
    );
  });

  it("a log that was wholly written anew with its own key is found out by the co-signature", async () => {
    expect(await north.stop()).to.equal(0);
    const changed = await writtenAnew();
    const own = await north.tessera("log", "verify");
    expect(own.code, own.stdout + own.stderr).to.equal(1);
    expect(own.stdout).to.match(/The log was rewritten: \S+ signed another head/);
    const against = await north.tessera("log", "verify", "--against", kept("head.json"));
    expect(against.stdout).to.include(`Entry ${String(changed)} is not what it was.`);
    await north.start();
    const watched = await south.tessera("log", "witness", north.origin);
    expect(watched.code).not.to.equal(0);
    expect(watched.stderr).to.include(String(changed));
  });

  async function keepBundle(name: string): Promise<void> {
    const answer = await fetch(`${certificate}?as=bundle`);
    expect(answer.status).to.equal(200);
    await writeFile(kept(name), await answer.text());
    await writeFile(kept("trust.json"), JSON.stringify(await chosen()));
  }

  /** What a border officer got in another way before: the root, the board's and the root's keys, the keys of the log. */
  async function chosen(): Promise<object> {
    const documents = await Promise.all(
      ["council", "board"].map(async (slug) =>
        (await fetch(`${south.origin}/authorities/${slug}/did.json`)).json(),
      ),
    );
    return { roots: [authorityDid(south.port, "council")], logs: (await logKeys(north)).keys, documents };
  }

  async function logKeys({ origin }: Installation): Promise<{ keys: string[] }> {
    return (await (await fetch(`${origin}/log/key`)).json()) as { keys: string[] };
  }

  async function offline(
    name: string,
    trust = "trust.json",
  ): Promise<{ code: number; answers: VerifiedAnswer[] }> {
    const words = ["certificate", "verify", kept(name), "--offline", "--roots", kept(trust), "--json"];
    const { code, stdout, stderr }: Told = await south.tessera(...words, "--jurisdiction", "XD");
    expect(stdout, stderr).not.to.equal("");
    return { code, answers: (JSON.parse(stdout) as { answers: VerifiedAnswer[] }).answers };
  }

  /** By someone who holds the store and its keys. Answers the index of the entry that is another one now. */
  async function writtenAnew(): Promise<number> {
    let now = 0;
    const clock = { now: () => now };
    const secret = new Secret(await readFile(join(north.folder, "secret")));
    const storage = await openStorage(`file:${north.database}`, {
      ...{ clock, newId: createNewId(clock), logger: createLogger("silent"), serving: false },
    });
    try {
      const entries = await storage.log.entries(0, 10_000);
      const chosenEntry = entries.find(({ kind }) => kind === "credential")!;
      const db = new Database(north.database);
      for (const table of ["log_entries", "log_nodes", "log_heads"]) db.exec(`DELETE FROM "${table}"`);
      db.close();
      const log = createLog({
        ...{ store: storage.log, origin: north.origin, clock },
        keyRing: createKeyRing(
          "log",
          { store: storage.keys, sealer: createSealer(secret), clock },
          { tenant: installation, alg: "EdDSA" },
        ),
      });
      for (const { kind, subject, key, at, content, loggedAt, index } of entries) {
        now = loggedAt;
        const leaf: Omit<LogEntry, "index" | "loggedAt"> = { kind, subject, key, at, content };
        await log.append(index === chosenEntry.index ? { ...leaf, at: at - 1000 } : leaf);
      }
      return chosenEntry.index;
    } finally {
      await storage.close();
    }
  }
});
