import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { createLogger, createNewId, systemClock } from "../../src/foundation/kernel/index.js";
import { parseJson, statusBit, type JsonObject } from "../../src/standards/vc/index.js";
import { openStorage } from "../../src/storage/index.js";
import { CanarySearch } from "../kit/canaries.js";
import { aCertificate, anOffice, untilDone, type Office } from "../trust/certificates/an-office.js";

const command = fileURLToPath(new URL("../../src/cli/tessera.js", import.meta.url));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly signed: { readonly url: string; readonly life: readonly { readonly step: string }[] };
}

describe("tessera certificate", function () {
  this.timeout(300_000);
  let folder: string;
  let office: Office;

  const run = (...words: string[]): Promise<Outcome> =>
    new Promise((resolve) => {
      const env = {
        ...process.env,
        TESSERA_DATABASE: `file:${join(folder, "t.db")}`,
        TESSERA_URL: office.origin,
        TESSERA_SANDBOX: "off",
        TESSERA_SECRET_FILE: join(folder, "secret"),
        LANG: "en_GB.UTF-8",
      };
      execFile(
        process.execPath,
        [command, "certificate", ...words],
        { cwd: folder, env },
        (error, stdout, stderr) =>
          resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
      );
    });
  const shown = async (...words: string[]): Promise<Shown> => {
    const { code, stdout, stderr } = await run(...words, "--json");
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
    return JSON.parse(stdout) as Shown;
  };
  /** What the running server says to anyone. */
  const isWithdrawn = async (id: string): Promise<boolean> => {
    const { statusList, statusIndex } = (await office.issuing.find(id))!;
    const list = parseJson(await (await fetch(`${office.origin}/status/${statusList}`)).text());
    const { encodedList } = list["credentialSubject"] as { encodedList: string } & JsonObject;
    return statusBit(encodedList, statusIndex);
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "tessera-cli-"));
    await writeFile(join(folder, "secret"), "the master secret of every test office, 48 bytes");
    const options = {
      ...{ clock: systemClock, newId: createNewId(systemClock), logger: createLogger("silent") },
      serving: true,
    };
    office = await anOffice({ storage: await openStorage(`file:${join(folder, "t.db")}`, options) });
  });
  afterEach(async () => {
    await office.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("lists and shows certificates, and says of nobody who holds one", async () => {
    const { id, ownerId } = await aCertificate(office, "lms-user-4711");
    const { pseudonym } = await office.directory.person(ownerId);
    const outputs = [
      await run("list"),
      await run("list", "--academy", "northgate", "--json"),
      await run("show", id),
      await run("show", id, "--json"),
    ];
    for (const { code, stdout, stderr } of outputs) {
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
      expect(stdout).to.contain(id).and.to.contain("valid").and.to.contain("hcp-induction");
    }
    const search = new CanarySearch([ownerId, pseudonym, "lms-user-4711"]);
    expect(search.found(outputs.map(({ stdout }, place) => [String(place), stdout]))).to.deep.equal([]);
    expect(outputs[2]?.stdout).to.contain(`${office.origin}/certificates/${id}`);
    expect(outputs[2]?.stdout).to.contain("demonstration, draft");
  });

  it("revokes beside the running server: its status list says so at once, its outbox finds the event", async () => {
    const { id } = await aCertificate(office);
    const other = await aCertificate(office, "lms-user-4712");
    const revoke = () => shown("revoke", id, "--reason", "issued-in-error", "--by", "Registrar");
    expect(await isWithdrawn(id)).to.equal(false);
    const first = await revoke();
    expect(first).to.include({ id, state: "revoked" });
    expect(first.signed.life.at(-1)).to.include({
      ...{ step: "revoked", reason: "issued-in-error", decidedBy: "Registrar" },
    });
    expect([await isWithdrawn(id), await isWithdrawn(other.id)]).to.deep.equal([true, false]);
    expect(await revoke()).to.deep.equal(first);

    const { academyId, jurisdictionId } = office.tenant;
    const revocations = async (): Promise<number> => {
      const query = {
        academyId,
        jurisdictionId,
        classes: ["evidence"] as const,
        ascending: true,
        limit: 100,
      };
      const found = await office.storage.statements.queryStatements({ ...query, classes: ["evidence"] });
      return found.filter(({ text }) => text.includes("issued-in-error")).length;
    };
    expect(await revocations()).to.equal(0);
    await untilDone(office);
    expect(await revocations()).to.be.greaterThan(0);
  });

  it("suspends, and lifts by a successor that is in force while the old one never is again", async () => {
    const { id } = await aCertificate(office);
    expect(await shown("suspend", id, "--reason", "appeal", "--by", "Appeals office")).to.include({
      ...{ id, state: "suspended" },
    });
    expect(await isWithdrawn(id)).to.equal(true);
    const successor = await shown("lift", id, "--reason", "appeal-upheld", "--by", "Appeals office");
    expect(successor.state).to.equal("valid");
    expect(successor.id).not.to.equal(id);
    expect([await isWithdrawn(id), await isWithdrawn(successor.id)]).to.deep.equal([true, false]);
    const old = await run("show", id);
    expect(old.stdout).to.contain("superseded").and.to.contain(`successor  ${successor.signed.url}`);
    expect(old.stdout).to.contain("lifted").and.to.contain("by Appeals office");
    expect(await shown("lift", id, "--reason", "appeal-upheld", "--by", "Appeals office")).to.deep.equal(
      successor,
    );
  });

  it("announces a revocation, takes an appeal in and upholds it, before and after it took effect", async () => {
    const [early, late] = [await aCertificate(office), await aCertificate(office, "lms-user-4712")];
    const revoke = ["--reason", "assessment-fraud", "--by", "Registrar", "--notice"];
    const announced = await shown("revoke", early.id, ...revoke);
    expect(announced).to.include({ id: early.id, state: "valid" });
    expect(announced.signed.life.at(-1)).to.include({ step: "announced", reason: "assessment-fraud" });
    const show = await run("show", early.id);
    expect(show.stdout).to.match(/announced .*assessment-fraud {2}takes effect 20\d\d-.* {2}by Registrar/);
    expect(await run("appeal", "uphold", early.id, "--by", "Board")).to.include({ code: 2, stdout: "" });
    await shown("appeal", "open", early.id, "--by", "Registry");
    const upheld = await shown("appeal", "uphold", early.id, "--by", "Board");
    expect(upheld).to.include({ id: early.id, state: "valid" });
    expect(upheld.signed.life.map(({ step }) => step)).to.deep.equal([
      ...["issued", "announced", "appealed", "appeal-upheld"],
    ]);

    await shown("revoke", late.id, "--reason", "assessment-fraud", "--by", "Registrar", "--days", "1");
    await shown("appeal", "open", late.id, "--by", "Registry");
    const { dueAt = 0 } = (await office.issuing.find(late.id))!;
    expect(await office.certificates.effectDue(dueAt)).to.equal(1);
    expect([await isWithdrawn(early.id), await isWithdrawn(late.id)]).to.deep.equal([false, true]);
    const successor = await run("appeal", "uphold", late.id, "--by", "Board");
    expect(successor.stdout)
      .to.contain("its successor:")
      .and.to.contain(`in the place of  ${office.origin}/certificates/${late.id}`);
    expect((await run("show", late.id)).stdout)
      .to.contain("revoked")
      .and.to.contain("successor  ");
    expect(await isWithdrawn(late.id)).to.equal(true);
    const refused = [
      ["appeal", "dismiss", early.id, "--by", "Board"],
      ["appeal", "open", early.id, "--by", " "],
      ["revoke", early.id, ...revoke, "--days", "soon"],
      ["revoke", early.id, "--reason", "holder-request", "--by", "Registrar", "--notice"],
    ];
    const outcomes = await Promise.all(refused.map((words) => run(...words)));
    for (const [at, outcome] of outcomes.entries())
      expect(outcome, refused[at]?.join(" ")).to.include({ code: 2, stdout: "" });
  });

  it("decides nothing without a known reason and without who decided", async () => {
    const { id } = await aCertificate(office);
    const wrong = await run("revoke", id, "--reason", "dislike", "--by", "Registrar");
    expect(wrong).to.include({ code: 2, stdout: "" });
    expect(wrong.stderr).to.contain("assessment-fraud").and.to.contain("issuer-accreditation-lost");
    const refused = [
      ["revoke", id, "--reason", "issued-in-error"],
      ["revoke", id, "--by", "Registrar"],
      ["revoke", id, "--reason", "issued-in-error", "--by", " "],
      ["lift", id, "--reason", "cleared", "--by", "Registrar"],
      ["revoke", "no-such-id", "--reason", "issued-in-error", "--by", "Registrar"],
      ["show", "no-such-id"],
      ["list", "--academy", "eastgate"],
    ];
    const outcomes = await Promise.all(refused.map((words) => run(...words)));
    for (const [at, outcome] of outcomes.entries())
      expect(outcome, refused[at]?.join(" ")).to.include({ code: 2, stdout: "" });
    expect(await office.issuing.find(id)).to.include({ state: "valid", withdrawn: 0 });
  });

  it("can't lift under another secret than the keys were sealed with, and says why", async () => {
    const { id } = await aCertificate(office);
    await run("suspend", id, "--reason", "appeal", "--by", "Appeals office");
    await writeFile(join(folder, "secret"), "another secret than the one of every test office");
    const outcome = await run("lift", id, "--reason", "cleared", "--by", "Appeals office");
    expect(outcome).to.include({ code: 3, stdout: "" });
    expect(outcome.stderr).to.contain("sealed_unreadable");
    expect(await office.issuing.find(id)).to.include({ state: "suspended" });
  });
});
