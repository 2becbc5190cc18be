import { expect } from "chai";
import { createLocalJWKSet, jwtVerify, SignJWT } from "jose";
import { installation, Secret } from "../../../src/foundation/kernel/index.js";
import { createKeyRing, createSealer, KeysError, type KeyRing } from "../../../src/foundation/keys/index.js";
import type { Storage } from "../../../src/storage/index.js";
import { fixedAt } from "../../kit/clock.js";
import { aStore } from "../../kit/store.js";

const privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

describe("a key ring", function () {
  this.timeout(30_000);
  const clock = fixedAt("2026-03-01T08:00:00Z");
  let store: Storage;
  before(async () => (store = await aStore(clock)));
  after(() => store.close());

  const ring = (keySet: string, secret = Buffer.alloc(32, 1)): KeyRing =>
    createKeyRing(keySet, { store: store.keys, sealer: createSealer(new Secret(secret)), clock });
  const verifies = async (token: string, by: KeyRing): Promise<boolean> =>
    jwtVerify(token, createLocalJWKSet(await by.jwks()), { currentDate: new Date(clock.now()) }).then(
      () => true,
      () => false,
    );
  const sign = async (by: KeyRing): Promise<string> => {
    const { kid, alg, privateKey } = await by.signingKey();
    return new SignJWT({ sub: "x" }).setProtectedHeader({ alg, kid }).sign(privateKey);
  };

  it("agrees with another one on the same store on the first key, however many ask at once", async () => {
    const [one, other] = [ring("first"), ring("first")];
    const keys = await Promise.all([
      one.signingKey(),
      other.signingKey(),
      one.signingKey(),
      other.jwks().then(({ keys: [key] }) => key),
    ]);
    expect(new Set(keys.map((key) => key?.kid)).size).to.equal(1);
    expect(await store.keys.keysOf(installation, "first")).to.have.length(1);
    expect(await verifies(await sign(one), other)).to.equal(true);
  });

  it("has a key of its own for each purpose", async () => {
    expect((await ring("a").signingKey()).kid).not.to.equal((await ring("b").signingKey()).kid);
    expect(await verifies(await sign(ring("a")), ring("b"))).to.equal(false);
  });

  it("publishes alg, use and kid of each key, and nothing private", async () => {
    const { keys } = await ring("published").jwks();
    expect(keys).to.have.length(1);
    const [key] = keys;
    expect(key).to.have.all.keys("kty", "n", "e", "kid", "alg", "use");
    expect(key).to.include({
      kty: "RSA",
      alg: "RS256",
      use: "sig",
      kid: (await ring("published").signingKey()).kid,
    });
    expect(Buffer.from(key?.n ?? "", "base64url").length * 8).to.be.at.least(2048);
    expect(key).not.to.have.any.keys(...privateMembers);
  });

  it("publishes nothing private even when a stored public key holds it", async () => {
    await ring("careless").signingKey();
    const [key] = await store.keys.keysOf(installation, "careless");
    const secrets = Object.fromEntries(privateMembers.map((name) => [name, "canary"]));
    await store.keys.addKey({
      ...key!,
      kid: "second",
      generation: 2,
      publicJwk: { ...key!.publicJwk, ...secrets },
    });
    expect(JSON.stringify(await ring("careless").jwks())).not.to.contain("canary");
  });

  it("keeps no private key in the clear", async () => {
    await ring("kept").signingKey();
    const [key] = await store.keys.keysOf(installation, "kept");
    expect(key?.createdAt).to.equal(clock.now());
    expect(key?.publicJwk).not.to.have.any.keys(...privateMembers);
    expect(key?.sealedPrivateJwk).to.match(/^v1(\.[\w-]+){3}$/);
  });

  it("gives out keys that can't be taken away", async () => {
    expect((await ring("locked").signingKey()).privateKey.extractable).to.equal(false);
  });

  it("signs with the newest key, and still publishes the older ones", async () => {
    const before = await sign(ring("renewed"));
    const [old] = await store.keys.keysOf(installation, "renewed");
    await ring("donor").signingKey();
    const [donor] = await store.keys.keysOf(installation, "donor");
    const sealer = createSealer(new Secret(Buffer.alloc(32, 1)));
    const kid = "the-second";
    const sealedPrivateJwk = sealer.seal(
      sealer.open(donor!.sealedPrivateJwk, `key donor ${donor!.kid}`),
      `key renewed ${kid}`,
    );
    await store.keys.addKey({ ...donor!, kid, keySet: "renewed", generation: 2, sealedPrivateJwk });
    const renewed = ring("renewed");
    expect((await renewed.signingKey()).kid).to.equal(kid);
    expect((await renewed.jwks()).keys.map((key) => key.kid)).to.deep.equal([old?.kid, kid]);
    expect([await verifies(before, renewed), await verifies(await sign(renewed), renewed)]).to.deep.equal([
      true,
      true,
    ]);
  });

  it("is refused under another secret, each time, and works with the right one", async () => {
    const right = ring("sealed");
    await right.signingKey();
    const wrong = ring("sealed", Buffer.alloc(32, 2));
    for (let n = 0; n < 2; n += 1) {
      const error = await wrong.signingKey().catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(KeysError).with.property("code", "sealed_unreadable");
    }
    expect((await ring("sealed").signingKey()).kid).to.equal((await right.signingKey()).kid);
  });

  it("says so when all its keys are retired", async () => {
    await ring("model").signingKey();
    const [key] = await store.keys.keysOf(installation, "model");
    await store.keys.addKey({
      ...key!,
      kid: "retired-1",
      keySet: "retired",
      generation: 1,
      retiredAt: clock.now(),
    });
    const error = await ring("retired")
      .signingKey()
      .catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(KeysError).with.property("code", "key_set_retired");
  });
});
