import { expect } from "chai";
import fc from "fast-check";
import { createNewId, digest, hours, type Tenant } from "../../../src/foundation/kernel/index.js";
import {
  createDirectory,
  DirectoryError,
  scopes,
  type ApiClients,
} from "../../../src/foundation/directory/index.js";
import type { Storage } from "../../../src/storage/index.js";
import { fixedAt, type FixedClock } from "../../kit/clock.js";
import { aStore } from "../../kit/store.js";

const tenant: Tenant = { academyId: "a", jurisdictionId: "XA" };
const basic = (key: string, secret: string): string =>
  `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`;

describe("an API client", () => {
  let clock: FixedClock;
  let store: Storage;
  let clients: ApiClients;
  let key: string;
  let secret: string;
  beforeEach(async () => {
    clock = fixedAt("2026-03-01T08:00:00Z");
    store = await aStore(clock);
    clients = createDirectory({ store: store.directory, clock, newId: createNewId(clock) }).apiClients;
    ({ key, secret } = await clients.add({
      tenant,
      name: "Evidence pull",
      scopes: ["statements/read", "state"],
    }));
  });
  afterEach(() => store.close());

  it("is known by its Basic credentials, with its scopes and its tenant", async () => {
    const client = await clients.authenticate(basic(key, secret));
    expect(client).to.deep.include({
      ...tenant,
      key,
      name: "Evidence pull",
      scopes: ["statements/read", "state"],
    });
    expect(await clients.authenticate(basic(key, secret).replace("Basic", "bASIC"))).to.deep.equal(client);
  });

  it("has a secret of 256 bits that nothing stored or listed holds", async () => {
    expect(Buffer.from(secret, "base64url")).to.have.length(32);
    const [listed] = await clients.list();
    expect(JSON.stringify(listed)).not.to.contain(secret);
    expect(listed?.secretHash).to.equal(digest(secret));
  });

  it("has a key that a terminal never takes for an option", async () => {
    for (let count = 0; count < 400; count += 1) {
      const made = await clients.add({ tenant, name: "Many", scopes: ["all"] });
      expect(made.key).to.match(/^[a-z]/);
    }
  });

  it("is not known by anything else", async () => {
    const other = await clients.add({ tenant, name: "Other", scopes: ["all"] });
    const wrong = [
      undefined,
      "",
      "Basic",
      "Basic ",
      basic(key, ""),
      basic("", secret),
      basic("", ""),
      basic(key, `${secret}x`),
      basic(key, secret.slice(1)),
      basic(key, secret.toUpperCase()),
      basic(`${key}x`, secret),
      basic(key.toLowerCase(), secret),
      basic(secret, key),
      basic(key, other.secret),
      basic(other.key, secret),
      basic(key, digest(secret)),
      `Bearer ${secret}`,
      `Basic ${key}:${secret}`,
      `${basic(key, secret)} x`,
      `x${basic(key, secret)}`,
      basic(`${key}\n`, secret),
      basic(key, `${secret}\n`),
      basic(key, `${secret}\0`),
      basic("ключ", "секрет"),
      basic(key, "ſecret"),
      "Basic !!!!",
      "Basic " + "A".repeat(8000),
      basic("__proto__", "x"),
      basic("toString", "x"),
      basic("*", "*"),
      basic("%", "%"),
      "Basic OjoOg==",
      `Digest username="${key}"`,
    ];
    for (const header of wrong) expect(await clients.authenticate(header), header).to.equal(undefined);
  });

  it("is not known by whatever else comes in a header, and nothing breaks", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string(), async (left, right) => {
        for (const header of [left, `Basic ${left}`, basic(left, right), basic(key, right)]) {
          expect(await clients.authenticate(header)).to.equal(undefined);
        }
      }),
    );
  });

  it("is in force until the moment its time ends", async () => {
    const expiring = await clients.add({
      tenant,
      name: "Short",
      scopes: ["all"],
      expiresAt: clock.now() + hours(1),
    });
    clock.advance(hours(1) - 1);
    expect(await clients.authenticate(basic(expiring.key, expiring.secret))).to.include({ name: "Short" });
    clock.advance(1);
    expect(await clients.authenticate(basic(expiring.key, expiring.secret))).to.equal(undefined);
  });

  it("is ended at once and for good, also when it is ended twice", async () => {
    await clients.end(key);
    expect(await clients.authenticate(basic(key, secret))).to.equal(undefined);
    const [ended] = await clients.list();
    clock.advance(1000);
    await clients.end(key);
    expect(await clients.list()).to.deep.equal([ended]);
    expect(await clients.authenticate(basic(key, secret))).to.equal(undefined);
  });

  it("can't be ended when it is not there", async () => {
    const error = await clients.end("nobody").catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(DirectoryError).with.property("code", "client_unknown");
  });

  it("is given scopes that exist, and at least one", async () => {
    for (const asked of [[], ["everything"], ["all", "toString"], ["All"], [""]]) {
      const error = await clients
        .add({ tenant, name: "x", scopes: asked })
        .catch((thrown: unknown) => thrown);
      expect(error, String(asked)).to.be.instanceOf(DirectoryError).with.property("code", "scope_unknown");
    }
    expect(await clients.list()).to.have.length(1);
    await clients.add({ tenant, name: "x", scopes });
  });

  it("belongs to the tenant it was made for and to nothing that came along", async () => {
    const wide = { ...tenant, secretHash: digest("known"), key: "chosen" };
    const made = await clients.add({ tenant: wide, name: "x", scopes: ["all"] });
    expect(await clients.authenticate(basic("chosen", "known"))).to.equal(undefined);
    expect(await clients.authenticate(basic(made.key, made.secret))).to.include(tenant);
  });
});
