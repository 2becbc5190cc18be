import { expect } from "chai";
import type { KnownError } from "../../../src/foundation/kernel/index.js";
import {
  createLogPartners,
  logRoutes,
  verifyLog,
  type Log,
  type LogEntry,
  type LogPartners,
} from "../../../src/foundation/log/index.js";
import { createOutbound, type Outbound } from "../../../src/foundation/outbound/index.js";
import type { Storage } from "../../../src/storage/index.js";
import { fixedAt } from "../../kit/clock.js";
import { aStore } from "../../kit/store.js";
import { aSite, type Site } from "../web/site.js";
import { aLeaf, aLog, aRing } from "./a-log.js";

const clock = fixedAt("2027-03-14T10:20:30.456Z");

/** One Tessera: its log, the partners that it watches, and its site; what it serves may be put into another's hands. */
interface Installation {
  storage: Storage;
  readonly name: string;
  readonly url: string;
  readonly log: () => Log;
  readonly partners: () => LogPartners;
  readonly site: Site;
}

describe("three installations that watch each other's logs", function () {
  this.timeout(60_000);
  let outbound: Outbound;
  let all: Installation[];

  const anInstallation = async (name: string): Promise<Installation> => {
    const itself = { name, storage: await aStore(clock) } as { name: string; storage: Storage; url: string };
    const log = () => aLog(itself.storage, clock, { origin: itself.url });
    const partners = () =>
      createLogPartners({
        ...{ store: itself.storage.log, log: log(), outbound, clock },
        keyRing: aRing(itself.storage, clock, "log-witness"),
      });
    const site = await aSite(
      (app) =>
        app.use("/log", (req, res, next) => {
          logRoutes({ log: log(), store: itself.storage.log, partners: partners() })(req, res, next);
        }),
      { clock },
    );
    return Object.assign(itself, { log, partners, site, url: `http://127.0.0.1:${site.port}` });
  };
  beforeEach(async () => {
    outbound = createOutbound({ allowPrivate: true, userAgent: "test" });
    all = [];
    for (const name of ["north", "east", "south"]) all.push(await anInstallation(name));
    for (const one of all) {
      for (let n = 0; n < 6; n += 1) await one.log().append(aLeaf(`${one.name} ${n}`));
      for (const other of all) if (other !== one) await one.partners().add(other.url);
    }
    await round();
  });
  afterEach(async () => {
    await outbound.close();
    for (const { site, storage } of all) {
      await site.close();
      await storage.close();
    }
  });
  /** What every installation does each hour; answers what it could not do, by whom about whom. */
  const round = async (): Promise<string[]> => {
    const told: string[] = [];
    for (const watch of ["witness", "collect"] as const)
      for (const one of all)
        for (const other of all.filter((another) => another !== one))
          try {
            await one.partners()[watch](other.url);
          } catch (error) {
            const { code, data } = error as KnownError;
            told.push([one.name, watch, other.name, code, data["index"] ?? ""].join(" ").trim());
          }
    return told;
  };
  /** As `tessera log verify` does: by the store and the kept partners alone. */
  const audit = async ({ storage, log, partners }: Installation) => {
    const witnesses = (await partners().list()).flatMap(({ witnessKeys }) => witnessKeys);
    return verifyLog(storage.log, { keys: await log().keys(), witnesses });
  };
  const faults = async () => Promise.all(all.map(async (one) => (await audit(one)).faults));
  const nameOf = (witness: string): string =>
    all.find(({ url }) => witness.startsWith(`${new URL(url).host}/witness+`))?.name ?? "nobody";
  /** The same log written anew by its owner, with its keys, its partners and what they signed. */
  const writtenAnew = async (
    one: Installation,
    change: (entries: LogEntry[]) => LogEntry[],
    withHeads: boolean,
  ): Promise<void> => {
    const [former, other] = [one.storage, await aStore(clock)];
    for (const set of ["log", "log-witness"])
      for (const key of await former.keys.keysOf(
        { academyId: "installation", jurisdictionId: "installation" },
        set,
      ))
        await other.keys.addKey(key);
    const log = aLog(other, clock, { origin: one.url });
    for (const entry of change(await former.log.entries(0, 99)))
      if (withHeads) await log.append(entry);
      else await other.log.addEntry(entry);
    for (const partner of await former.log.partners()) await other.log.savePartner(partner);
    for (const cosignature of await former.log.allCosignatures()) await other.log.addCosignature(cosignature);
    for (const { origin } of await former.log.partners())
      for (const seen of await former.log.allSeen(origin)) await other.log.addSeen(seen);
    one.storage = other;
    await former.close();
  };

  it("vouch for each other, two witnesses a log", async () => {
    expect(await round()).to.deep.equal([]);
    expect(await faults()).to.deep.equal([[], [], []]);
    for (const one of all) {
      expect((await audit(one)).witnessed).to.equal(6);
      expect(await one.storage.log.cosignatures(6)).to.have.length(2);
    }
  });

  it("name the one that withholds an entry, the one that was written anew and the one that stopped, at once", async () => {
    const [north, east, south] = all as [Installation, Installation, Installation];
    // North takes its last entry back, and the head with it; East writes its third entry anew; South is gone.
    await writtenAnew(north, (entries) => entries.slice(0, 5), true);
    await writtenAnew(
      east,
      (entries) =>
        entries.map((entry) => (entry.index === 2 ? { ...entry, content: '{"n":"other"}' } : entry)),
      true,
    );
    await south.site.close();

    const [ofNorth, ofEast, ofSouth] = await faults();
    expect(ofSouth).to.deep.equal([]);
    expect(ofNorth!.map((fault) => [fault.what, "size" in fault ? fault.size : 0])).to.deep.equal([
      ["cosignature-differs", 6],
      ["cosignature-differs", 6],
    ]);
    expect(
      ofEast!.map((fault) => ("witness" in fault ? nameOf(fault.witness) : fault.what)).sort(),
    ).to.deep.equal(["north", "south"]);
    // As `log verify --partners` does, asked of the one that is honest and of one that is not.
    const verdicts = async (one: Installation) => {
      const kept = await one.partners().list();
      return Promise.all(
        kept.map(async ({ url }) => {
          const { verdict, ...found } = await one.partners().check(url);
          return [all.find((other) => other.url === url)?.name, verdict, "index" in found ? found.index : ""]
            .join(" ")
            .trim();
        }),
      );
    };
    expect((await verdicts(south)).sort()).to.deep.equal(["east rewritten 2", "north shorter"]);
    expect((await verdicts(north)).sort()).to.deep.equal(["east rewritten 2", "south unreachable"]);
    const told = await round();
    expect(told.filter((one) => one.startsWith("south witness")).sort()).to.deep.equal([
      "south witness east log_partner_rewritten 2",
    ]);
    expect(told).to.include("north witness east log_partner_rewritten 2");
    expect(
      told.filter((one) => / south /.test(one.slice(5)) && one.includes("outbound_failed")),
    ).to.have.length(4);
    // South saw six entries of North; a head of five that goes on the same way may be an old one from a cache.
    await north.log().append(aLeaf("something else"));
    const later = await round();
    for (const witness of ["south", "east"])
      expect(later).to.include(`${witness} witness north log_partner_rewritten 5`);
    // Nobody signed what was written anew, and what the honest one has stands.
    for (const bad of [north, east])
      expect((await south.storage.log.allSeen(bad.log().origin)).map(({ size }) => size)).to.deep.equal([6]);
    expect((await audit(south)).witnessed).to.equal(6);
  });

  it("name the very entry that was deleted from one store, and say nothing against the others", async () => {
    const [north] = all as [Installation];
    await writtenAnew(north, (entries) => entries.filter(({ index }) => index !== 3), false);
    const [ofNorth, ...others] = await faults();
    expect(others).to.deep.equal([[], []]);
    expect(ofNorth!.some((fault) => "index" in fault && fault.index === 3)).to.equal(true);
  });

  it("go on without the one that stopped, and take it back when it comes again as it was", async () => {
    const [north, east, south] = all as [Installation, Installation, Installation];
    const port = south.site.port;
    await south.site.close();
    await north.log().append(aLeaf("while it was gone"));
    expect((await round()).every((one) => one.includes("south"))).to.equal(true);
    expect(await audit(north)).to.deep.include({ faults: [], witnessed: 7 });
    expect(await north.storage.log.cosignatures(7)).to.have.length(1);
    expect(await faults()).to.deep.equal([[], [], []]);
    expect([port, east.name]).to.deep.equal([south.site.port, "east"]);
  });
});
