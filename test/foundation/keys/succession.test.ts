import { expect } from "chai";
import { days, hours, installation, minutes, Secret } from "../../../src/foundation/kernel/index.js";
import {
  createKeyRing,
  createKeyRotation,
  createSealer,
  type KeyRotation,
  type KeySetName,
  type ProofKeyRing,
} from "../../../src/foundation/keys/index.js";
import type { Storage } from "../../../src/storage/index.js";
import { fixedAt, type FixedClock } from "../../kit/clock.js";
import { aStore } from "../../kit/store.js";

describe("keys of a set that is looked after by command", () => {
  let clock: FixedClock;
  let store: Storage;
  let ring: ProofKeyRing;
  let rotation: KeyRotation;
  const log: KeySetName = { tenant: installation, keySet: "log", alg: "EdDSA" };
  const care = { renews: false, staysMs: days(7) };
  beforeEach(async () => {
    clock = fixedAt("2026-03-01T08:00:00Z");
    store = await aStore(clock);
    const deps = { store: store.keys, sealer: createSealer(new Secret(Buffer.alloc(32, 1))), clock };
    ring = createKeyRing("log", deps, { tenant: installation, alg: "EdDSA" });
    rotation = createKeyRotation(deps);
  });
  afterEach(() => store.close());
  const signers = async () => (await ring.signers()).map(({ kid }) => kid);

  it("is the one that waits for its day, however often the next one is asked for until then", async () => {
    await ring.signer();
    const { kid } = await rotation.rotate(log);
    clock.advance(days(1) - 1);
    expect((await rotation.rotate(log)).kid).to.equal(kid);
    clock.advance(1);
    expect((await rotation.rotate(log)).kid).not.to.equal(kid);
    expect(await rotation.list(log)).to.have.length(3);
  });

  it("is the one that another process made within the last minute, when it is to sign at once", async () => {
    await ring.signer();
    const { kid } = await rotation.rotate(log, true);
    clock.advance(minutes(1) - 1);
    expect((await rotation.rotate(log, true)).kid).to.equal(kid);
    clock.advance(1);
    expect((await rotation.rotate(log, true)).kid).not.to.equal(kid);
    expect((await rotation.list(log)).filter(({ retiredAt }) => retiredAt === undefined)).to.have.length(1);
  });

  it("leaves none of the old ones in force where a process was cut off between making and retiring", async () => {
    const { kid: first } = await ring.signer();
    const { kid } = await rotation.rotate(log, true);
    // As if it had been cut off: the first one is in force.
    const keys = store.keys;
    const cut = {
      ...keys,
      keysOf: async (...of: Parameters<typeof keys.keysOf>) =>
        (await keys.keysOf(...of)).map((key) =>
          key.kid === first
            ? (Object.fromEntries(
                Object.entries(key).filter(([name]) => name !== "retiredAt"),
              ) as unknown as typeof key)
            : key,
        ),
    };
    const retired: string[] = [];
    const again = createKeyRotation({
      ...{ clock, sealer: createSealer(new Secret(Buffer.alloc(32, 1))) },
      store: {
        ...cut,
        addKey: (key) => keys.addKey(key),
        retireKey: (one) => {
          retired.push(one);
          return Promise.resolve(true);
        },
      },
    });
    expect((await again.rotate(log, true)).kid).to.equal(kid);
    expect(retired).to.deep.equal([first]);
  });

  it("sign beside each other until the older one's week is over, to the millisecond, and none comes by itself", async () => {
    const { kid: first } = await ring.signer();
    clock.advance(days(400));
    expect(await rotation.maintain(log, care)).to.deep.equal({ made: false, retired: 0 });
    const { kid } = await rotation.rotate(log);
    expect(await signers()).to.deep.equal([first, kid]);
    expect((await ring.signer()).kid).to.equal(first);
    clock.advance(days(1));
    expect((await ring.signer()).kid).to.equal(kid);
    clock.advance(days(7) - 1);
    expect(await rotation.maintain(log, care)).to.deep.equal({ made: false, retired: 0 });
    expect(await signers()).to.deep.equal([first, kid]);
    clock.advance(1);
    expect(await rotation.maintain(log, care)).to.deep.equal({ made: false, retired: 1 });
    expect(await signers()).to.deep.equal([kid]);
    clock.advance(hours(1));
    expect(await rotation.maintain(log, care)).to.deep.equal({ made: false, retired: 0 });
  });

  it("are never all gone: with none in force nothing signs", async () => {
    const { kid } = await ring.signer();
    await store.keys.retireKey(kid, clock.now());
    const refused: unknown = await ring.signers().catch((error: unknown) => error);
    expect(refused).to.include({ code: "key_set_retired" });
  });
});
