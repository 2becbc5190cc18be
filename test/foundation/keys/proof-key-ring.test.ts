import { createPublicKey, verify } from "node:crypto";
import { expect } from "chai";
import { Secret, type Tenant } from "../../../src/foundation/kernel/index.js";
import {
  createKeyRing,
  createSealer,
  KeysError,
  type ProofKeyRing,
} from "../../../src/foundation/keys/index.js";
import type { Storage } from "../../../src/storage/index.js";
import { fixedAt } from "../../kit/clock.js";
import { aStore } from "../../kit/store.js";

const north: Tenant = { academyId: "north", jurisdictionId: "XA" };
const south: Tenant = { academyId: "south", jurisdictionId: "XA" };
const bytes = Buffer.from("what is signed");

describe("an academy's ring of Ed25519 keys", function () {
  this.timeout(30_000);
  const clock = fixedAt("2026-03-01T08:00:00Z");
  let store: Storage;
  beforeEach(async () => (store = await aStore(clock)));
  afterEach(() => store.close());

  const ring = (tenant = north, secret = Buffer.alloc(32, 1)): ProofKeyRing => {
    const sealer = createSealer(new Secret(secret));
    return createKeyRing("credentials", { store: store.keys, sealer, clock }, { tenant, alg: "EdDSA" });
  };
  const holds = (publicKey: Uint8Array, signature: Uint8Array): boolean => {
    const x = Buffer.from(publicKey).toString("base64url");
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    return verify(null, bytes, key, signature);
  };
  const failure = async (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => "no error",
      (error: unknown) => error,
    );

  it("agrees with another one on the same store on the first key, however many ask at once", async () => {
    const [one, other] = [ring(), ring()];
    const kids = await Promise.all([
      ...[one, other, one].map((from) => from.signer().then(({ kid }) => kid)),
      other.publicKeys().then((keys) => keys[0]?.kid),
    ]);
    expect(new Set(kids).size).to.equal(1);
    expect(await store.keys.keysOf(north, "credentials")).to.have.length(1);
    const [published] = await other.publicKeys();
    expect(published).to.include({ createdAt: clock.now() }).and.not.have.property("retiredAt");
    expect(holds(published!.publicKey, (await one.signer()).sign(bytes))).to.equal(true);
  });

  it("signs with 64 bytes that its public half verifies, and no other academy's", async () => {
    const [mine, theirs] = [await ring().signer(), await ring(south).signer()];
    const signature = mine.sign(bytes);
    expect(signature).to.have.length(64);
    expect([mine.publicKey.length, theirs.publicKey.length]).to.deep.equal([32, 32]);
    expect(holds(mine.publicKey, signature)).to.equal(true);
    expect(holds(theirs.publicKey, signature)).to.equal(false);
    expect(await ring(south).publicKeys()).to.have.length(1);
  });

  it("gives nothing out by which the private half could be had", async () => {
    const signer = await ring().signer();
    expect(signer).to.have.all.keys("kid", "publicKey", "sign");
    const [key] = await store.keys.keysOf(north, "credentials");
    expect(key?.publicJwk).to.have.all.keys("kty", "crv", "x");
    expect(key?.sealedPrivateJwk).to.match(/^v1(\.[\w-]+){3}$/);
    expect(key).to.include({ alg: "EdDSA", generation: 1, academyId: "north", jurisdictionId: "XA" });
  });

  it("signs with the newest key that is not retired, and publishes all", async () => {
    const old = await ring().signer();
    const young = await ring(south).signer();
    const [donor] = await store.keys.keysOf(south, "credentials");
    const sealer = createSealer(new Secret(Buffer.alloc(32, 1)));
    const context = (kid: string): string => `key credentials ${kid}`;
    const add = (kid: string, generation: number, retired: { retiredAt?: number }): Promise<unknown> =>
      store.keys.addKey({
        ...{ ...donor!, ...north, kid, generation, ...retired },
        sealedPrivateJwk: sealer.seal(
          sealer.open(donor!.sealedPrivateJwk, context(donor!.kid)),
          context(kid),
        ),
      });
    await add("second", 2, {});
    await add("third", 3, { retiredAt: 9 });
    const signer = await ring().signer();
    expect(signer.kid).to.equal("second");
    expect(holds(young.publicKey, signer.sign(bytes))).to.equal(true);
    const published = await ring().publicKeys();
    expect(published.map(({ kid, retiredAt }) => [kid, retiredAt])).to.deep.equal([
      [old.kid, undefined],
      ["second", undefined],
      ["third", 9],
    ]);
  });

  it("is refused when a sealed key was put in another's place, or under another secret", async () => {
    await ring().signer();
    expect(await failure(ring(north, Buffer.alloc(32, 2)).signer()))
      .to.be.instanceOf(KeysError)
      .with.property("code", "sealed_unreadable");
    const [key] = await store.keys.keysOf(north, "credentials");
    await store.keys.addKey({ ...key!, kid: "moved", generation: 2 });
    expect(await failure(ring().signer()))
      .to.be.instanceOf(KeysError)
      .with.property("code", "sealed_unreadable");
  });

  it("says so when all its keys are retired, and still publishes them", async () => {
    await ring(south).signer();
    const [key] = await store.keys.keysOf(south, "credentials");
    await store.keys.addKey({ ...key!, ...north, kid: "old", retiredAt: 9 });
    expect(await failure(ring().signer()))
      .to.be.instanceOf(KeysError)
      .with.property("code", "key_set_retired");
    expect(await ring().publicKeys()).to.have.length(1);
  });
});
