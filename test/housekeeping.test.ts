import { expect } from "chai";
import { createLogger } from "../src/foundation/kernel/index.js";
import type { LoginState } from "../src/standards/lti/index.js";
import type { Visit } from "../src/foundation/web/index.js";
import { createHousekeeping } from "../src/housekeeping.js";
import { fixedAt } from "./kit/clock.js";
import { aStore } from "./kit/store.js";
import { anAttempt } from "./storage/contract/samples.js";
import { aBatch, aStatement } from "./storage/contract/statements.js";
import { aTool } from "./kit/tool.js";

const tenant = { academyId: "academy", jurisdictionId: "XA" };
const [minute, hour] = [60_000, 3_600_000];

const aLogin = (id: string, expiresAt: number): LoginState => ({
  ...{ ...tenant, id, expiresAt },
  ...{ platformId: "platform", nonce: "n", browserHash: "b", targetLinkUri: "https://tessera.example/" },
});
const aVisit = (id: string, expiresAt: number): Visit => ({
  ...{ ...tenant, id, expiresAt, startedAt: 0, role: "trainee", personId: "person", locale: "en" },
  ...{ browserHash: "b", platformId: "platform", placementId: "placement", moduleId: "M01" },
  frameOrigin: "https://lms.example",
});

const others = { upkeep: () => Promise.resolve(), effectDue: () => Promise.resolve(0) };

describe("housekeeping", () => {
  it("removes logins that nobody launched from and visits that ended, and keeps those that may be asked for", async () => {
    const clock = fixedAt("2026-11-21T09:00:00Z");
    const storage = await aStore(clock);
    const now = clock.now();
    await storage.lti.addLoginState(aLogin("old", now - 11 * minute));
    await storage.lti.addLoginState(aLogin("just over", now - minute));
    await storage.visits.addVisit(aVisit("old", now - 25 * hour));
    await storage.visits.addVisit(aVisit("just over", now - hour));
    await createHousekeeping({ storage, ...others, clock, logger: createLogger("silent") }).sweep();
    expect(await storage.lti.takeLoginState("old")).to.equal(undefined);
    expect(await storage.visits.findVisit("old")).to.equal(undefined);
    expect(await storage.lti.takeLoginState("just over")).to.have.property("id", "just over");
    expect(await storage.visits.findVisit("just over")).to.have.property("id", "just over");
    await storage.close();
  });

  it("removes holders' codes that ran out", async () => {
    const clock = fixedAt("2026-11-21T09:00:00Z");
    const storage = await aStore(clock);
    const codes = [
      ["old", clock.now() - 11 * minute],
      ["just over", clock.now() - minute],
    ] as const;
    for (const [id, expiresAt] of codes)
      await storage.holderCodes.putHolderCode({
        ...{ ...tenant, id, expiresAt, codeHash: "h", madeAt: 0, triesLeft: 5 },
      });
    await createHousekeeping({ storage, ...others, clock, logger: createLogger("silent") }).sweep();
    expect(await storage.holderCodes.holderCode("old")).to.equal(undefined);
    expect(await storage.holderCodes.holderCode("just over")).to.have.property("id", "just over");
    await storage.close();
  });

  it("removes offers to wallets that have run out", async () => {
    const clock = fixedAt("2026-11-21T09:00:00Z");
    const storage = await aStore(clock);
    for (const [id, expiresAt] of [
      ["old", clock.now() - 1],
      ["open", clock.now() + 1],
    ] as const)
      await storage.wallet.putOffer({
        ...{ ...tenant, id, expiresAt, codeHash: id, txCodeHash: "h", triesLeft: 5 },
      });
    await createHousekeeping({ storage, ...others, clock, logger: createLogger("silent") }).sweep();
    expect(await storage.wallet.offerByCode("old")).to.equal(undefined);
    expect(await storage.wallet.offerByCode("open")).to.have.property("id", "open");
    await storage.close();
  });

  it("deletes attachments that no statement names, at its first sweep and then each day", async () => {
    const clock = fixedAt("2026-11-21T09:00:00Z");
    const storage = await aStore(clock);
    const housekeeping = createHousekeeping({
      ...{ storage, ...others, clock, logger: createLogger("silent") },
    });
    const sha2 = "0".repeat(64);
    const isThere = async (): Promise<boolean> => {
      const { statements } = storage;
      return (await statements.findAttachment({ ...tenant, academyId: "academy-1" }, sha2)) !== undefined;
    };
    const leave = () =>
      storage.statements.appendStatements(
        aBatch([aStatement()], { attachments: [{ sha2, content: Buffer.from("left") }] }),
      );
    await leave();
    expect(await isThere()).to.equal(true);
    await housekeeping.sweep();
    expect(await isThere()).to.equal(false);
    await leave();
    clock.advance(23 * hour);
    await housekeeping.sweep();
    expect(await isThere()).to.equal(true);
    clock.advance(hour);
    await housekeeping.sweep();
    expect(await isThere()).to.equal(false);
    await storage.close();
  });

  it("deletes learning whose 90 days are over, at its first sweep and then each hour, and says how much", async () => {
    const clock = fixedAt("2026-11-21T09:00:00Z");
    const storage = await aStore(clock);
    const lines: string[] = [];
    const logger = createLogger("info", { write: (line) => void lines.push(line) });
    let scrubbed = 0;
    const scrub = async (): Promise<void> => {
      scrubbed += 1;
      await storage.scrub();
    };
    const housekeeping = createHousekeeping({ storage: { ...storage, scrub }, ...others, clock, logger });
    for (const [n, wait] of [0, 2 * minute, hour].entries())
      await storage.attempts.addAttempt(anAttempt({ cycle: n + 1, formativeUntil: clock.now() + wait }), []);
    const due = async () => (await storage.attempts.attemptsToTrim(clock.now() + hour, 10)).length;
    await housekeeping.sweep();
    expect(await due()).to.equal(2);
    clock.advance(hour - 1);
    await housekeeping.sweep();
    expect(await due()).to.equal(2);
    clock.advance(1);
    await housekeeping.sweep();
    await housekeeping.sweep();
    expect(await due()).to.equal(0);
    expect(scrubbed, "out of the files too, at each run").to.equal(2);
    const said = lines.map((line) => JSON.parse(line) as { msg: string; count: number });
    expect(said.map(({ count }) => count)).to.deep.equal([1, 2]);
    expect(said[0]?.msg).to.include("90 days");
    await storage.close();
  });

  it("removes desks, names, tokens and counted requests whose time is over, and no others", async () => {
    const clock = fixedAt("2026-11-21T09:00:00Z");
    const storage = await aStore(clock);
    const { directory, rates } = storage;
    const now = clock.now();
    for (const [id, ago] of [
      ["old", 1],
      ["open", -1],
    ] as const) {
      const [expiresAt, personId] = [now - ago, id];
      await directory.addDesk({
        ...{ ...tenant, id, browserHash: "b", inviteId: "i", startedAt: 0, expiresAt: expiresAt - 24 * hour },
      });
      await directory.savePersonName({ ...tenant, personId, name: "N", expiresAt });
      await directory.addOAuthToken({
        ...tenant,
        id,
        clientKey: "k",
        credential: "c",
        scopes: [],
        expiresAt,
      });
      await rates.countRequest(id, minute, expiresAt - minute);
    }
    await createHousekeeping({ storage, ...others, clock, logger: createLogger("silent") }).sweep();
    const left = async (id: string) => [
      (await directory.desk(id)) !== undefined,
      (await directory.personNames([id])).length === 1,
      (await directory.oauthToken(id)) !== undefined,
      // A window that is still known counts on.
      (await rates.countRequest(id, minute, now - 2)).count === 2,
    ];
    expect(await left("old")).to.deep.equal([false, false, false, false]);
    expect(await left("open")).to.deep.equal([true, true, true, true]);
    await storage.close();
  });

  it("survives a store that fails, and says so", async () => {
    const clock = fixedAt("2026-11-21T09:00:00Z");
    const storage = await aStore(clock);
    const lines: string[] = [];
    const logger = createLogger("warn", { write: (line) => void lines.push(line) });
    const housekeeping = createHousekeeping({ storage, ...others, clock, logger });
    await storage.close();
    housekeeping.start();
    await housekeeping.stop();
    expect(lines.join("")).to.include("what has run out could not be removed");
  });

  it("is done by a tool that runs", async function () {
    this.timeout(30_000);
    const tool = await aTool();
    await tool.storage.visits.addVisit(aVisit("old", 1000));
    tool.app.start();
    for (let tries = 0; tries < 100 && (await tool.storage.visits.findVisit("old")); tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await tool.storage.visits.findVisit("old")).to.equal(undefined);
    await tool.close();
  });
});
