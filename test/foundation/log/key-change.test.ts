import { expect } from "chai";
import { days, hours, installation, KnownError, Secret } from "../../../src/foundation/kernel/index.js";
import { createKeyRotation, createSealer, type KeySetName } from "../../../src/foundation/keys/index.js";
import {
  createLogPartners,
  logRoutes,
  verifyHead,
  verifyLog,
  type Log,
  type LogPartners,
} from "../../../src/foundation/log/index.js";
import { createOutbound, type Outbound } from "../../../src/foundation/outbound/index.js";
import type { Storage } from "../../../src/storage/index.js";
import { fixedAt, type FixedClock } from "../../kit/clock.js";
import { aStore } from "../../kit/store.js";
import { aSite, type Site } from "../web/site.js";
import { aLeaf, aLog, aRing } from "./a-log.js";

const logSet: KeySetName = { tenant: installation, keySet: "log", alg: "EdDSA" };
const witnessSet: KeySetName = { ...logSet, keySet: "log-witness" };
const care = { renews: false, staysMs: days(7) };

interface Installation {
  readonly storage: Storage;
  readonly log: () => Log;
  readonly partners: () => LogPartners;
  readonly rotation: ReturnType<typeof createKeyRotation>;
  readonly url: string;
  readonly site: Site;
}

describe("a log whose key changes", function () {
  this.timeout(60_000);
  let clock: FixedClock;
  let outbound: Outbound;
  let north: Installation;
  let south: Installation;

  const anInstallation = async (): Promise<Installation> => {
    const storage = await aStore(clock);
    const itself = { url: "" };
    const log = () => aLog(storage, clock, { origin: itself.url });
    const partners = () =>
      createLogPartners({
        ...{ store: storage.log, log: log(), outbound, clock },
        keyRing: aRing(storage, clock, "log-witness"),
      });
    const site = await aSite(
      (app) =>
        app.use("/log", (req, res, next) => {
          logRoutes({ log: log(), store: storage.log, partners: partners() })(req, res, next);
        }),
      { clock },
    );
    const sealer = createSealer(new Secret(Buffer.alloc(32, 1)));
    const rotation = createKeyRotation({ store: storage.keys, sealer, clock });
    itself.url = `http://127.0.0.1:${site.port}`;
    return { storage, log, partners, rotation, site, url: itself.url };
  };
  beforeEach(async () => {
    clock = fixedAt("2027-03-14T10:20:30.456Z");
    outbound = createOutbound({ allowPrivate: true, userAgent: "test" });
    [north, south] = [await anInstallation(), await anInstallation()];
    for (let n = 0; n < 3; n += 1) await north.log().append(aLeaf(n));
    await south.partners().add(north.url);
    await north.partners().add(south.url);
  });
  afterEach(async () => {
    await Promise.all([north.site.close(), south.site.close(), outbound.close()]);
    await Promise.all([north.storage.close(), south.storage.close()]);
  });
  const rotate = async (immediately = false): Promise<void> => {
    await north.rotation.rotate(logSet, immediately);
    await north.log().head();
  };
  const audit = async (keys?: readonly string[]) => {
    const witnesses = (await north.partners().list()).flatMap(({ witnessKeys }) => witnessKeys);
    return verifyLog(north.storage.log, { keys: keys ?? (await north.log().keys()), witnesses });
  };
  const believed = async (): Promise<readonly string[]> => (await south.partners().list())[0]!.keys;
  const codeOf = async (work: Promise<unknown>): Promise<string> => {
    const thrown: unknown = await work.catch((error: unknown) => error);
    expect(thrown).to.be.instanceOf(KnownError);
    return (thrown as KnownError).code;
  };

  it("names the next key in an entry, under a head that both signed; each alone is enough to believe it", async () => {
    await rotate();
    const [before, key] = await north.log().keys();
    const entry = await north.log().byKey(`log-key ${key!}`);
    expect(entry).to.include({ kind: "log-key", subject: north.log().origin, index: 3 });
    expect(JSON.parse(entry!.content)).to.deep.equal({ before, key });
    const { text, size } = await north.log().head();
    expect(size).to.equal(4);
    for (const one of [before!, key!]) expect(verifyHead(text, [one])).to.have.length(1);
    await rotate();
    expect((await north.log().head()).size).to.equal(4);
  });

  it("is unchanged to an audit through the whole of it: every head by the key of its time", async () => {
    await rotate();
    await north.log().append(aLeaf("between"));
    clock.advance(days(8));
    expect(await north.rotation.maintain(logSet, care)).to.include({ retired: 1 });
    await north.log().append(aLeaf("after"));
    const [before, key] = await north.log().keys();
    const { text } = await north.log().head();
    expect(verifyHead(text, [before!])).to.have.length(0);
    expect(verifyHead(text, [key!])).to.have.length(1);
    expect((await audit()).faults).to.deep.equal([]);
    // Whoever knows the first key alone sees that it ended.
    expect((await audit([before!])).faults).to.not.deep.equal([]);
    await rotate(true);
    await north.log().append(aLeaf("by the third"));
    expect((await audit()).faults).to.deep.equal([]);
  });

  it("does not let the key that ended sign what came after it", async () => {
    await rotate(true);
    const [retired] = await north.storage.keys.keysOf(installation, "log");
    // A ring that opens the retired key as if nothing had happened.
    const asBefore = await aStore(clock);
    await asBefore.keys.addKey(
      Object.fromEntries(Object.entries(retired!).filter(([name]) => name !== "retiredAt")) as never,
    );
    const thief = aRing(asBefore, clock, "log");
    const forged = aLog(north.storage, clock, { origin: north.url, keyRing: thief });
    await forged.append(aLeaf("forged"));
    const { faults } = await audit();
    expect(faults).to.deep.equal([
      { what: "head-unsigned", number: (await north.storage.log.lastHead())!.number },
    ]);
    await asBefore.close();
  });

  it("is followed by a partner who looks while both sign; the key that ended is not believed any more", async () => {
    await south.partners().witness(north.url);
    await rotate();
    const [before, key] = await north.log().keys();
    expect(await believed()).to.deep.equal([before]);
    expect(await south.partners().witness(north.url)).to.include({ size: 4 });
    expect(await believed()).to.deep.equal([key]);
    clock.advance(days(8));
    await north.rotation.maintain(logSet, care);
    await north.log().append(aLeaf("after"));
    expect(await south.partners().witness(north.url)).to.include({ size: 5 });
    expect(await south.partners().add(north.url)).to.deep.include({ keys: [key] });
  });

  it("is said to a partner who looked too late, or whose key was lost, and is believed once he adds it again", async () => {
    await south.partners().witness(north.url);
    await rotate(true);
    expect(await codeOf(south.partners().witness(north.url))).to.equal("log_partner_key_changed");
    expect(await believed()).to.deep.equal([(await north.log().keys())[0]]);
    await south.partners().add(north.url);
    expect(await south.partners().witness(north.url)).to.include({ size: 4 });
    // Adding the key again forgives nothing else.
    expect((await south.storage.log.allSeen(north.log().origin)).map(({ size }) => size)).to.deep.equal([
      3, 4,
    ]);
  });

  it("believes no key that is named for another log, after another key, or that signed nothing", async () => {
    await south.partners().witness(north.url);
    const [own] = await north.log().keys();
    const [strange] = await aLog(await aStore(clock), clock, { origin: north.url }).keys();
    const say = (subject: string, before: string, key: string) =>
      north.log().append({
        ...{ kind: "log-key", subject, key: `log-key ${subject} ${before} ${key}`, at: 1 },
        content: JSON.stringify({ before, key }),
      });
    await say(north.log().origin, own!, strange!);
    await say(south.log().origin, own!, strange!);
    await say(north.log().origin, strange!, own!);
    await say(north.log().origin, own!, "no key");
    await north.log().append({ ...aLeaf("odd"), kind: "log-key", content: "[]" });
    await north.log().append({ ...aLeaf("odder"), kind: "log-key", content: "no JSON" });
    await south.partners().witness(north.url);
    expect(await believed()).to.deep.equal([own]);
  });

  it("is a witness's too: the log's owner finds it in the witness's log, and believes the old one for what it signed", async () => {
    await south.partners().witness(north.url);
    await north.partners().collect(south.url);
    await south.rotation.rotate(witnessSet);
    await south.partners().announce();
    await south.partners().announce();
    const [before, key] = await south.partners().witnessKeys();
    await north.partners().witness(south.url);
    expect((await north.partners().list())[0]!.witnessKeys).to.deep.equal([before, key]);
    clock.advance(days(1));
    await north.log().append(aLeaf("later"));
    await south.partners().witness(north.url);
    expect(await north.partners().collect(south.url)).to.include({ size: 4, witness: key });
    expect(await audit()).to.deep.include({ faults: [], witnessed: 4 });
    expect((await north.storage.log.allCosignatures()).map(({ witness }) => witness)).to.deep.equal([
      before,
      key,
    ]);
  });

  it("says so where a witness co-signs by a key that nobody told of", async () => {
    await south.partners().witness(north.url);
    await south.rotation.rotate(witnessSet, true);
    clock.advance(hours(1));
    await north.log().append(aLeaf("later"));
    await south.partners().witness(north.url);
    expect(await codeOf(north.partners().collect(south.url))).to.equal("log_partner_key_changed");
    await north.partners().add(south.url);
    expect(await north.partners().collect(south.url)).to.include({ size: 4 });
  });

  it("has one leaf for it, and heads that hold, when several processes sign while it changes", async () => {
    const work = Array.from({ length: 12 }, (_unused, n) => async () => {
      if (n % 4 === 3) await north.rotation.rotate(logSet, n % 8 === 7);
      await north.log().append(aLeaf(`at once ${n}`));
    });
    await Promise.all(work.map((one) => one()));
    await north.log().head();
    expect((await audit()).faults).to.deep.equal([]);
    const entries = await north.storage.log.entries(0, 99);
    const named = entries.filter(({ kind }) => kind === "log-key").map(({ content }) => content);
    expect(new Set(named).size).to.equal(named.length);
  });
});
