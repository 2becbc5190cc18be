import { expect } from "chai";
import { KnownError } from "../../../src/foundation/kernel/index.js";
import {
  createLogPartners,
  entryHash,
  logRoutes,
  verifyConsistency,
  verifyHead,
  verifyInclusion,
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

interface Installation {
  storage: Storage;
  readonly log: () => Log;
  readonly partners: () => LogPartners;
  readonly url: string;
  readonly site: Site;
}

describe("two installations that watch each other's logs", function () {
  this.timeout(60_000);
  let outbound: Outbound;
  let north: Installation;
  let south: Installation;

  const anInstallation = async (): Promise<Installation> => {
    const storage = await aStore(clock);
    const itself = { storage } as { storage: Storage; url: string };
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
    [north, south] = [await anInstallation(), await anInstallation()];
    for (let n = 0; n < 5; n += 1)
      await north.log().append(aLeaf(n, { kind: n % 2 === 0 ? "status-list" : "credential" }));
    await south.partners().add(north.url);
    await north.partners().add(south.url);
  });
  afterEach(async () => {
    await Promise.all([north.site.close(), south.site.close(), outbound.close()]);
    await Promise.all([north.storage.close(), south.storage.close()]);
  });
  const codeOf = async (work: Promise<unknown>) => {
    const thrown: unknown = await work.catch((error: unknown) => error);
    expect(thrown).to.be.instanceOf(KnownError);
    return thrown as KnownError;
  };
  /** The same log on a store of its own, as someone with its keys would write it anew. */
  const rewritten = async (change: (entry: LogEntry) => LogEntry): Promise<Storage> => {
    const other = await aStore(clock);
    for (const key of await north.storage.keys.keysOf(
      { academyId: "installation", jurisdictionId: "installation" },
      "log",
    ))
      await other.keys.addKey(key);
    for (const entry of await north.storage.log.entries(0, 99))
      await aLog(other, clock, { origin: north.url }).append(change(entry));
    for (const partner of await north.storage.log.partners()) await other.log.savePartner(partner);
    return other;
  };
  const audit = async () => {
    const witnesses = (await north.partners().list()).flatMap(({ witnessKeys }) => witnessKeys);
    return verifyLog(north.storage.log, { keys: await north.log().keys(), witnesses });
  };

  it("co-sign a log that goes on from what they saw, and the log serves it", async () => {
    expect(await north.partners().collect(south.url)).to.equal(undefined);
    expect(await south.partners().witness(north.url)).to.include({ size: 5 });
    await north.partners().collect(south.url);
    const [partner] = await north.partners().list();
    const { text } = await north.site.ask("/log/checkpoint");
    expect(verifyHead(text, [...(await north.log().keys()), ...partner!.witnessKeys])).to.have.length(2);
    expect(await audit()).to.deep.include({ faults: [], witnessed: 5 });
    for (let n = 5; n < 12; n += 1) await north.log().append(aLeaf(n));
    const again = await south.partners().witness(north.url);
    expect([again.size, again.leafHashes.length]).to.deep.equal([12, 7]);
    expect(await south.partners().witness(north.url)).to.deep.equal(again);
    await north.partners().collect(south.url);
    expect(await audit()).to.deep.include({ faults: [], witnessed: 12 });
  });

  it("find that a log was wholly rewritten and signed anew: by the co-signature here, by the entry there", async () => {
    await south.partners().witness(north.url);
    await north.partners().collect(south.url);
    const cosignatures = await north.storage.log.allCosignatures();
    const former = north.storage;
    const altered = await rewritten((entry) => (entry.index === 3 ? { ...entry, content: "{}" } : entry));
    north.storage = altered;
    for (const cosignature of cosignatures) await altered.log.addCosignature(cosignature);
    const { faults, witnessed } = await audit();
    expect(faults).to.deep.equal([
      { what: "cosignature-differs", size: 5, witness: cosignatures[0]!.witness },
    ]);
    expect(witnessed).to.equal(0);
    const refused = await codeOf(south.partners().witness(north.url));
    expect([refused.code, refused.data["index"]]).to.deep.equal(["log_partner_rewritten", "3"]);
    expect((await codeOf(north.partners().collect(south.url))).code).to.equal("log_head_disputed");
    await altered.log.addEntry({ ...aLeaf("later"), index: 5, loggedAt: clock.now() });
    const grown = await codeOf(south.partners().witness(north.url));
    expect([grown.code, grown.data["index"]]).to.deep.equal(["log_partner_rewritten", "3"]);
    await former.close();
  });

  it("sign nothing by another key, and for nobody whom they do not know", async () => {
    const ring = aRing(await aStore(clock), clock, "log");
    const other = aLog(north.storage, clock, { origin: north.url, keyRing: ring });
    await other.append(aLeaf("by another key"));
    expect((await codeOf(south.partners().witness(north.url))).code).to.equal("log_partner_key_changed");
    expect((await codeOf(south.partners().witness("http://127.0.0.1:1"))).code).to.equal(
      "log_partner_unknown",
    );
    expect((await codeOf(south.partners().witness("no address"))).code).to.equal("log_partner_unknown");
    expect(await south.partners().seen(north.log().origin)).to.equal(undefined);
  });

  it("prove every entry over the network, and show nobody the address of a certificate", async () => {
    const read = async (path: string) => JSON.parse((await north.site.ask(`/log/${path}`)).text) as never;
    const { size, root } = await north.log().head();
    const { entries } = (await read("entries?from=0&to=5")) as {
      entries: (LogEntry & { leafHash: string })[];
    };
    for (const entry of entries) {
      const { proof } = (await read(`proof/inclusion?index=${entry.index}&size=5`)) as { proof: string[] };
      const { index, leafHash } = entry;
      expect(verifyInclusion({ leafHash, index, size, root }, proof)).to.equal(true);
      if (entry.kind === "credential") expect(entry).not.to.have.any.keys("subject", "key", "content");
      else expect(entryHash(entry)).to.equal(leafHash);
    }
    const { proof } = (await read("proof/consistency?from=3&to=5")) as { proof: string[] };
    const fromRoot = (await north.storage.log.headOfSize(3))!.root;
    expect(verifyConsistency({ from: 3, fromRoot, to: 5, toRoot: root }, proof)).to.equal(true);
    const byKey = (await read("entry?key=key%201")) as LogEntry & { leafHash: string; proof: string[] };
    expect(byKey.kind).to.equal("credential");
    expect(verifyInclusion({ leafHash: byKey.leafHash, index: 1, size, root }, byKey.proof)).to.equal(true);
  });

  it("answer programs on any page, and refuse what is outside of the log", async () => {
    for (const [path, status, code] of [
      ["entries?from=0&to=257", 400, "log_range_refused"],
      ["entries?from=2&to=1", 400, "log_range_refused"],
      ["entries?from=0&from=1&to=2", 400, "log_range_refused"],
      ["entries", 400, "log_range_refused"],
      ["proof/inclusion?index=5&size=5", 400, "log_range_refused"],
      ["proof/inclusion?index=0&size=6", 400, "log_range_refused"],
      ["proof/consistency?from=-1&to=5", 400, "log_range_refused"],
      ["proof/consistency?from=1e1&to=5", 400, "log_range_refused"],
      ["entry?key=none", 404, "log_entry_unknown"],
      ["cosignature?origin=none", 404, "log_entry_unknown"],
    ] as const) {
      const answer = await north.site.ask(`/log/${path}`, { headers: { accept: "application/json" } });
      expect(answer.status, path).to.equal(status);
      expect(JSON.parse(answer.text)).to.include({ code });
    }
    const head = await north.site.ask("/log/checkpoint");
    expect(head.headers).to.include({
      "access-control-allow-origin": "*",
      "cache-control": "public, max-age=10",
    });
    expect(head.headers["content-type"]).to.equal("text/plain; charset=utf-8");
    expect((await north.site.ask("/log/checkpoint", { method: "OPTIONS" })).status).to.equal(204);
    expect((await north.site.ask("/log/checkpoint", { method: "POST" })).status).to.equal(405);
  });
});
