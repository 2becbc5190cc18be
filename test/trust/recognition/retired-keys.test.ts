import { createPrivateKey, sign } from "node:crypto";
import { expect } from "chai";
import { days, hours, Secret, seconds } from "../../../src/foundation/kernel/index.js";
import { createSealer } from "../../../src/foundation/keys/index.js";
import { parseJson, secure } from "../../../src/standards/vc/index.js";
import { fixedAt, type FixedClock } from "../../kit/clock.js";
import {
  anInstallation,
  board,
  didOf,
  shortAnswer,
  subject,
  terms,
  withBelmora,
  type Installation,
} from "./an-installation.js";

const on = "2027-06-01T00:00:00Z";

describe("mandates whose root changed its keys", function () {
  this.timeout(60_000);
  let clock: FixedClock;
  let here: Installation;
  beforeEach(async () => {
    clock = fixedAt("2027-03-14T10:00:00Z");
    here = await anInstallation({ clock });
    await withBelmora(here);
    await here.recognition.grant(board, subject, terms);
  });
  afterEach(() => here.close());

  const retire = async (slug: string): Promise<void> => {
    const owner = (await here.recognition.authorities()).find((one) => one.slug === slug)!;
    await here.rotation.rotate({ tenant: owner, keySet: "recognition", alg: "EdDSA" }, true);
    // What is remembered of a mandate is asked again.
    clock.advance(hours(1));
  };

  it("are good when they were logged before that, and the authority's decisions with them", async () => {
    expect(await shortAnswer(here, on)).to.equal("XB yes partial");
    clock.advance(days(1));
    await retire("council");
    expect(await shortAnswer(here, on)).to.equal("XB yes partial");
    await retire("belmora");
    expect(await shortAnswer(here, on)).to.equal("XB yes partial");
  });

  it("count at the border: logged in the last second before the key's end, not in the one that it ended with", async () => {
    const second = seconds(1);
    for (const [at, answer] of [
      [second, "XB yes partial"],
      [0, "XB unknown mandate-missing"],
    ] as const) {
      const fresh = await anInstallation({ clock: fixedAt("2027-03-14T10:00:00Z") });
      await withBelmora(fresh);
      await fresh.recognition.grant(board, subject, terms);
      fresh.clock.advance(at);
      const root = (await fresh.recognition.authorities()).find((one) => one.slug === "council")!;
      await fresh.rotation.rotate({ tenant: root, keySet: "recognition", alg: "EdDSA" }, true);
      fresh.clock.advance(hours(1));
      expect(await shortAnswer(fresh, on), String(at)).to.equal(answer);
      await fresh.close();
    }
  });

  it("are unknown when somebody made them by the old key afterwards, whatever day is written on them", async () => {
    const root = (await here.recognition.authorities()).find((one) => one.slug === "council")!;
    const text = (await here.recognition.mandatesOf(didOf(here, "belmora")))[0]!;
    const [key] = await here.storage.keys.keysOf(root, "recognition");
    const sealer = createSealer(new Secret(Buffer.alloc(48, 5)));
    const jwk = JSON.parse(sealer.open(key!.sealedPrivateJwk, `key recognition ${key!.kid}`)) as object;
    const stolen = createPrivateKey({ key: { ...jwk }, format: "jwk" });
    const { proof, ...document } = parseJson(text);
    const { verificationMethod } = (proof as { verificationMethod: string }[])[0]!;
    const byTheKey = async (): Promise<string> => {
      const made = { ...document, id: `${here.origin}/recognitions/${here.newId()}` };
      const signer = { verificationMethod, sign: (bytes: Uint8Array) => sign(null, bytes, stolen) };
      return JSON.stringify(await secure(made, signer, Date.parse("2027-03-14T10:00:00Z")));
    };
    const taken = async (one: string) =>
      here.recognition.takeMandate("belmora", one).then(
        () => "taken",
        (error: unknown) => (error as { code: string }).code,
      );
    expect(await taken(await byTheKey())).to.equal("taken");
    clock.advance(days(1));
    await retire("council");
    expect(await taken(await byTheKey())).to.equal("mandate_refused");
    // The one that was logged is good as it was, also with a line's end behind it.
    expect(await taken(`${text}\n`)).to.equal("taken");
    expect(await taken(text.replace("XB", "XC"))).to.equal("mandate_refused");
  });

  it("are logged once, and also where a process was cut off after it signed one", async () => {
    const mandates = async () =>
      (await here.storage.log.entries(0, 99)).filter(({ kind }) => kind === "mandate");
    const [entry, ...more] = await mandates();
    expect(more).to.deep.equal([]);
    expect(JSON.parse(entry!.content)).to.include({
      issuer: didOf(here, "council"),
      authority: didOf(here, "belmora"),
    });
    await here.recognition.finishAll();
    expect(await mandates()).to.have.length(1);
  });

  it("of a root elsewhere are asked of the log at the root's own host", async () => {
    const there = await anInstallation({ clock });
    const [text] = (await here.recognition.mandatesOf(didOf(here, "belmora"))) as [string];
    there.roots.push(didOf(here, "council"));
    await there.recognition.addPartner({
      url: here.origin,
      jurisdictionId: "XB",
      jurisdictionName: "Belmora",
    });
    clock.advance(days(1));
    await retire("council");
    let asked = 0;
    there.wire.fetched = (url, found) => {
      if (!url.includes("/log/entry")) return found;
      asked += 1;
      expect(new URL(url).origin).to.equal(here.origin);
      return found;
    };
    await there.recognition.pull();
    expect(await shortAnswer(there, on)).to.equal("XB yes partial");
    expect(asked).to.equal(1);
    // Another one's log, or none, vouches for nothing.
    there.wire.fetched = (url, found) => (url.includes("/log/entry") ? undefined : found);
    clock.advance(hours(1));
    await there.recognition.pull();
    expect(await shortAnswer(there, on)).to.equal("XB unknown mandate-missing");
    there.wire.fetched = (url, found) =>
      url.includes("/log/entry") ? found?.replace(/"loggedAt":\d+/, '"loggedAt":1e300') : found;
    clock.advance(hours(1));
    await there.recognition.pull();
    expect(await shortAnswer(there, on)).to.equal("XB unknown mandate-missing");
    expect(text).to.contain("PoliceMandateCredential");
    await there.close();
  });
});
