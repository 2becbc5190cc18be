import { expect } from "chai";
import fc from "fast-check";
import {
  createDirectory,
  DirectoryError,
  type Academy,
  type Directory,
} from "../../../src/foundation/directory/index.js";
import { createNewId, days, hours } from "../../../src/foundation/kernel/index.js";
import type { Storage } from "../../../src/storage/index.js";
import { fixedAt, type FixedClock } from "../../kit/clock.js";
import { aStore } from "../../kit/store.js";

describe("an invite", () => {
  let clock: FixedClock;
  let store: Storage;
  let directory: Directory;
  let academy: Academy;
  beforeEach(async () => {
    clock = fixedAt("2026-03-01T08:00:00Z");
    store = await aStore(clock);
    directory = createDirectory({ store: store.directory, clock, newId: createNewId(clock) });
    academy = await directory.ensureAcademy({
      ...{ slug: "north", name: "North Academy", jurisdictionId: "XA", demonstration: true },
    });
  });
  afterEach(() => store.close());

  const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => "no error",
      (error: unknown) => (error instanceof DirectoryError ? error.code : error),
    );
  const forOwner = { purpose: "owner", label: "Ms Oduya's office" } as const;

  it("belongs to one academy and its jurisdiction, and is good for a week", async () => {
    const { invite, token } = await directory.invites.make(academy, forOwner);
    expect(token).to.match(/^[\w-]{43}$/);
    expect(invite).to.include({ academyId: academy.academyId, jurisdictionId: "XA", label: forOwner.label });
    clock.advance(days(7) - 1);
    expect(await directory.invites.look(token)).to.deep.equal(invite);
    clock.advance(1);
    expect(await codeOf(directory.invites.look(token))).to.equal("invite_expired");
  });

  it("for one registration is good for a day, or as long as its maker says", async () => {
    const { invite } = await directory.invites.make(academy, { purpose: "registration", label: "Moodle" });
    expect(invite.expiresAt - invite.createdAt).to.equal(days(1));
    const short = await directory.invites.make(academy, { ...forOwner, lifetimeMs: hours(2) });
    expect(short.invite.expiresAt - short.invite.createdAt).to.equal(hours(2));
  });

  it("is kept as a hash alone: its secret stands in no row", async () => {
    const { token } = await directory.invites.make(academy, forOwner);
    expect(JSON.stringify(await directory.invites.list(academy))).not.to.include(token);
  });

  it("can be used by one of many who try at once", async () => {
    const { token } = await directory.invites.make(academy, forOwner);
    const tried = await Promise.all(Array.from({ length: 20 }, () => codeOf(directory.invites.use(token))));
    expect(tried.filter((code) => code === "no error")).to.have.length(1);
    expect(new Set(tried)).to.deep.equal(new Set(["no error", "invite_used"]));
  });

  it("can be given back by who used it, when that came to nothing", async () => {
    const { invite, token } = await directory.invites.make(academy, forOwner);
    const used = await directory.invites.use(token);
    await directory.invites.reopen(invite);
    expect(await codeOf(directory.invites.look(token))).to.equal("invite_used");
    await directory.invites.reopen(used);
    expect(await directory.invites.look(token)).to.deep.equal(invite);
  });

  it("can be taken back by its own academy until it is used, and not later", async () => {
    const other = await directory.ensureAcademy({
      ...{ slug: "south", name: "South Academy", jurisdictionId: "XB", demonstration: true },
    });
    const { invite, token } = await directory.invites.make(academy, forOwner);
    expect(await codeOf(directory.invites.end(other, invite.id))).to.equal("invite_unknown");
    await directory.invites.end(academy, invite.id);
    await directory.invites.end(academy, invite.id);
    expect(await codeOf(directory.invites.use(token))).to.equal("invite_expired");
    const used = await directory.invites.make(academy, forOwner);
    await directory.invites.use(used.token);
    expect(await codeOf(directory.invites.end(academy, used.invite.id))).to.equal("invite_used");
    expect(await directory.invites.list(other)).to.deep.equal([]);
  });

  it("is unknown for whatever else is sent", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.stringMatching(/^[\w-]{43}$/)), async (token) => {
        expect(await codeOf(directory.invites.look(token))).to.equal("invite_unknown");
      }),
      { numRuns: 200 },
    );
  });

  it("is made for someone who can be named in one line", async () => {
    for (const label of ["", "  ", "two\nlines", "turned \u202E round", "x".repeat(121)]) {
      const made = directory.invites.make(academy, { purpose: "owner", label });
      expect(await codeOf(made), JSON.stringify(label)).to.equal("invite_label_refused");
    }
  });
});

describe("a person's name", () => {
  it("is kept for thirty days after it was said last, in one plain line", async () => {
    const clock = fixedAt("2026-03-01T08:00:00Z");
    const store = await aStore(clock);
    const { names } = createDirectory({ store: store.directory, clock, newId: createNewId(clock) });
    const tenant = { academyId: "academy", jurisdictionId: "XA" };
    await names.remember(tenant, "one", " Ada\u202E\nMeru ");
    await names.remember(tenant, "two", "\u0000");
    await names.remember(tenant, "three", "😀".repeat(300));
    const known = await names.of(["one", "two", "three", "four"]);
    expect(known.get("one")).to.equal("Ada Meru");
    expect(known.get("three")).to.equal("😀".repeat(200));
    expect([...known.keys()]).to.have.members(["one", "three"]);
    clock.advance(days(29));
    await names.remember(tenant, "one", "Ada Meru-Sol");
    clock.advance(days(1));
    expect([...(await names.of(["one", "three"]))]).to.deep.equal([["one", "Ada Meru-Sol"]]);
    expect(await store.directory.purgePersonNames(clock.now() + 1)).to.equal(1);
    await store.close();
  });
});
