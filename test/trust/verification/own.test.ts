import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect } from "chai";
import { createLogger, createNewId } from "../../../src/foundation/kernel/index.js";
import { secure, type JsonObject } from "../../../src/standards/vc/index.js";
import { openStorage } from "../../../src/storage/index.js";
import { fixedAt } from "../../kit/clock.js";
import { HttpBrowser } from "../../kit/http-browser.js";
import { aCertificate, anOffice, type Office } from "../certificates/an-office.js";
import { aDidKey } from "./a-stranger.js";
import { aVerifier, inShort, type FrontDoor } from "./a-verifier.js";

type Issued = Awaited<ReturnType<typeof aCertificate>>;

describe("a certificate of this installation", () => {
  let office: Office;
  let issued: Issued;
  let url: string;
  let door: FrontDoor;
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "tessera-verify-"));
    const clock = fixedAt("2026-11-21T09:00:00Z");
    const logger = createLogger("silent");
    const storage = await openStorage(`file:${join(folder, "t.db")}`, {
      ...{ clock, newId: createNewId(clock), logger, serving: false },
    });
    office = await anOffice({ storage });
    issued = await aCertificate(office);
    url = `${office.origin}/certificates/${issued.id}`;
    door = await aVerifier(verifierOf(office));
  });
  afterEach(async () => {
    await door.close();
    await office.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** As the tool puts it together: what is its own, it reads from its own books. */
  function verifierOf({ issuing, certificates, directory, academy, tenant, clock, origin }: Office) {
    return {
      ...{ clock, origin },
      local: async (at: string) => (await issuing.local(at)) ?? certificates.local(at),
      own: {
        find: (at: string) => certificates.factsAt(at),
        redeemCode: (id: string, code: string) => certificates.redeemCode(id, code),
      },
      issuers: async (did: string) => {
        const [jurisdiction] = await directory.jurisdictions();
        const { name, demonstration } = academy;
        return did === (await issuing.didOf(tenant))
          ? { name, demonstration, jurisdiction: jurisdiction!.name }
          : undefined;
      },
    };
  }
  const whole = {
    unaltered: "yes bothMatch",
    issuer: "yes own",
    dates: "yes daysLeft",
    standing: "yes valid",
    evidence: "yes match",
    recognised: "unknown notKnown",
    holder: "unknown noCode",
  };

  it("is answered for from its own books, by its address, its file and its text", async () => {
    for (const page of [
      await door.ofUrl(url),
      await door.ofFile(issued.text),
      await door.ofText(issued.text),
    ]) {
      expect(page.status).to.equal(200);
      expect(inShort(page)).to.deep.equal(whole);
      expect(page.answers.issuer?.words).to.contain("Arvenia").and.to.contain("invented");
      expect(page.answers.evidence?.words).to.match(/The \d+ statements match the certificate's seal/);
      expect(page.html).to.contain(`href="${url}"`);
    }
  });

  it("is the same to a stranger who asks over the network, but for what only its own books say", async () => {
    const stranger = await aVerifier({ clock: office.clock });
    try {
      expect(inShort(await stranger.ofUrl(url))).to.deep.equal({
        ...whole,
        issuer: "unknown notListed",
        standing: "yes clear",
        evidence: "unknown sealWhole",
        holder: "unknown elsewhere",
      });
      const { certificates, tenant } = office;
      await certificates.revoke(tenant, issued.id, { reason: "issued-in-error", decidedBy: "Registry" });
      expect(inShort(await stranger.ofText(issued.text)).standing).to.equal("no withdrawn");
    } finally {
      await stranger.close();
    }
  });

  it("that was revoked says since when and why, and is not in force for anybody", async () => {
    office.clock.advance(86_400_000);
    const { certificates, tenant, clock } = office;
    await certificates.revoke(tenant, issued.id, { reason: "issued-in-error", decidedBy: "Registry" });
    clock.advance(86_400_000);
    const page = await door.ofUrl(url);
    expect(inShort(page)).to.deep.equal({ ...whole, standing: "no own-revoked" });
    expect(page.answers.standing?.words).to.contain("revoked on 22 November 2026: it was issued in error");
    expect(page.html).not.to.contain("Registry");
  });

  it("that was suspended is not in force, and its successor is once that is lifted", async () => {
    const { certificates, tenant } = office;
    await certificates.suspend(tenant, issued.id, { reason: "appeal", decidedBy: "Registry" });
    const suspended = await door.ofUrl(url);
    expect(inShort(suspended).standing).to.equal("no own-suspended");
    expect(suspended.answers.standing?.words).to.contain("an appeal is under way");
    const lifted = await certificates.lift(tenant, issued.id, { reason: "cleared", decidedBy: "Registry" });
    expect(inShort(await door.ofUrl(url)).standing).to.equal("no own-superseded");
    expect(inShort(await door.ofUrl(`${office.origin}/certificates/${lifted.id}`))).to.deep.equal(whole);
  });

  it("whose last step is one that nobody here knows is out of force", async () => {
    const at = office.clock.now();
    const database = new Database(join(folder, "t.db"));
    const { body } = database.prepare("SELECT body FROM credentials").get() as { body: string };
    const record = JSON.parse(body) as { life: object[] };
    const life = [...record.life, { step: "withheld", at }];
    database.prepare("UPDATE credentials SET body = ?").run(JSON.stringify({ ...record, life }));
    database.close();
    office.clock.advance(1000);
    expect(inShort(await door.ofUrl(url))).to.deep.equal({ ...whole, standing: "no own-revoked" });
  });

  it("that has run out says so", async () => {
    office.clock.advance(731 * 86_400_000);
    expect(inShort(await door.ofUrl(url)).dates).to.equal("no expired");
  });

  it("whose statements were changed in the store is found out", async () => {
    const database = new Database(join(folder, "t.db"));
    const { changes } = database
      .prepare("UPDATE statements SET text = replace(text, '\"success\":true', '\"success\":false')")
      .run();
    database.close();
    expect(changes).to.be.greaterThan(0);
    expect(inShort(await door.ofUrl(url))).to.deep.equal({ ...whole, evidence: "no differ" });
  });

  it("whose statements are gone is not said to be complete", async () => {
    const database = new Database(join(folder, "t.db"));
    database.pragma("foreign_keys = OFF");
    database.prepare("DELETE FROM statements").run();
    database.close();
    expect(inShort(await door.ofUrl(url)).evidence).to.equal("unknown statementsGone");
  });

  it("is no other than the one that was issued under its address, whoever signed the other one", async () => {
    const { key } = aDidKey();
    const { proof, ...unsigned } = JSON.parse(issued.text) as JsonObject & { proof: JsonObject[] };
    const forged = await secure(unsigned, key, office.clock.now());
    const texts = [
      JSON.stringify(forged),
      JSON.stringify({ ...unsigned, proof: [proof[0]!] }),
      JSON.stringify(unsigned),
      issued.text.replace("2028-", "2038-"),
    ];
    for (const text of texts) {
      const page = await door.ofText(text);
      expect(inShort(page).unaltered).to.equal("no differsFromIssued");
      expect(page.html).to.contain("can&#x27;t be relied on");
    }
  });

  it("is the same with its members in another order and other blanks: that is no other value", async () => {
    const { proof, ...rest } = JSON.parse(issued.text) as JsonObject;
    const turned = Object.fromEntries(Object.entries({ ...rest, proof: proof! }).reverse());
    expect(inShort(await door.ofText(JSON.stringify(turned, null, 4)))).to.deep.equal(whole);
  });

  it("that there is not, is not found, and asks nobody", async () => {
    const page = await door.ofUrl(`${office.origin}/certificates/${createNewId(office.clock)()}`);
    expect(page.status).to.equal(422);
    expect(page.html).to.contain("There is nothing at this address");
  });

  describe("and who holds it", () => {
    const newCode = async (): Promise<string> => {
      const browser = new HttpBrowser();
      const form = await browser.get(
        `${office.origin}/enter/trainee/${issued.ownerId}?certificate=${issued.id}`,
      );
      const page = await browser.submit(form, form.forms[0]!);
      return /\b([0-9A-Z]{4}-[0-9A-Z]{4})\b/.exec(page.html)![1]!;
    };

    it("is answered yes by a code from the course page, once, and says when and where it was made", async () => {
      const code = await newCode();
      const time = new Date(office.clock.now()).toISOString().slice(11, 16);
      office.clock.advance(120_000);
      const page = await door.ofCode(url, code.toLowerCase());
      expect(inShort(page)).to.deep.equal({ ...whole, holder: "yes madeCode" });
      expect(page.answers.holder?.words)
        .to.contain(`made at ${time} UTC from the course page of Northgate Police Academy`)
        .and.to.contain("As of 2 minutes ago");
      expect(inShort(await door.ofCode(url, code)).holder).to.equal("unknown codeGone");
    });

    it("stays unknown with a wrong code, an old one or none, and the page says what to do", async () => {
      const wrong = (code: string): string => (code.startsWith("0") ? "1" : "0") + code.slice(1);
      const page = await door.ofCode(url, wrong(await newCode()));
      expect(inShort(page).holder).to.equal("unknown wrongCode");
      expect(page.answers.holder?.words).to.contain("read it out again");
      const late = await newCode();
      office.clock.advance(600_000);
      expect(inShort(await door.ofCode(url, late)).holder).to.equal("unknown codeGone");
      expect(inShort(await door.ofCode(url, "")).holder).to.equal("unknown codeGone");
    });

    it("is not asked about what is no certificate of ours", async () => {
      for (const other of ["", "https://far.example/certificates/1", `${office.origin}/certificates/1`]) {
        const page = await door.ofCode(other, "0000-0000");
        expect(page.status, other).to.equal(422);
        expect(page.html).to.contain("There is no certificate here");
      }
    });
  });
});
