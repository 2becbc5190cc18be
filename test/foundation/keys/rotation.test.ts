import { expect } from "chai";
import { days, installation, Secret } from "../../../src/foundation/kernel/index.js";
import {
  createKeyRing,
  createKeyRotation,
  createSealer,
  type KeyRing,
  type KeyRotation,
  type KeySetName,
} from "../../../src/foundation/keys/index.js";
import type { Storage } from "../../../src/storage/index.js";
import { fixedAt, type FixedClock } from "../../kit/clock.js";
import { aStore } from "../../kit/store.js";

describe("the rotation of keys", function () {
  this.timeout(30_000);
  let clock: FixedClock;
  let store: Storage;
  let ring: KeyRing;
  let rotation: KeyRotation;
  const lti: KeySetName = { tenant: installation, keySet: "lti", alg: "RS256" };
  beforeEach(async () => {
    clock = fixedAt("2026-03-01T08:00:00Z");
    store = await aStore(clock);
    const deps = { store: store.keys, sealer: createSealer(new Secret(Buffer.alloc(32, 1))), clock };
    ring = createKeyRing("lti", deps);
    rotation = createKeyRotation(deps);
  });
  afterEach(() => store.close());

  const signs = async (): Promise<string> => (await ring.signingKey()).kid;
  const published = async (): Promise<unknown[]> => (await ring.jwks()).keys.map(({ kid }) => kid);

  it("publishes the next key for a day before it signs, each with its alg", async () => {
    const first = await signs();
    const { kid } = await rotation.rotate(lti);
    expect(await published()).to.deep.equal([first, kid]);
    expect((await ring.jwks()).keys.map(({ alg }) => alg)).to.deep.equal(["RS256", "RS256"]);
    clock.advance(days(1) - 1);
    expect(await signs()).to.equal(first);
    clock.advance(1);
    expect(await signs()).to.equal(kid);
  });

  it("publishes the last key for a week after another signs, and no longer", async () => {
    const first = await signs();
    const { kid } = await rotation.rotate(lti);
    clock.advance(days(1));
    expect(await rotation.maintain(lti)).to.deep.equal({ made: false, retired: 1 });
    clock.advance(days(7) - 1);
    expect(await published()).to.deep.equal([first, kid]);
    clock.advance(1);
    expect(await published()).to.deep.equal([kid]);
  });

  it("takes a key that others may know out of use at once", async () => {
    const first = await signs();
    const { kid } = await rotation.rotate(lti, true);
    expect(await signs()).to.equal(kid);
    const [retired] = await rotation.list(lti);
    expect(retired).to.include({ kid: first, retiredAt: clock.now() });
  });

  it("is due every ninety days, once, however many look after it at once", async () => {
    expect(await rotation.maintain(lti)).to.deep.equal({ made: false, retired: 0 });
    await signs();
    clock.advance(days(90) - 1);
    await rotation.maintain(lti);
    expect(await rotation.list(lti)).to.have.length(1);
    clock.advance(1);
    await Promise.all([rotation.maintain(lti), rotation.maintain(lti)]);
    await rotation.maintain(lti);
    expect((await rotation.list(lti)).map(({ generation }) => generation)).to.deep.equal([1, 2]);
  });

  it("never leaves a set without a key that signs, over two years of hourly care", async () => {
    await signs();
    for (let day = 0; day < 730; day += 1) {
      clock.advance(days(1));
      await rotation.maintain(lti);
      expect(await published()).to.include(await signs());
    }
    const kids = (await rotation.list(lti)).length;
    expect(kids).to.be.within(8, 9);
  });
});
