import { expect } from "chai";
import { createNewId, type Tenant } from "../../../src/foundation/kernel/index.js";
import { createDirectory, DirectoryError, type Directory } from "../../../src/foundation/directory/index.js";
import type { Storage } from "../../../src/storage/index.js";
import { fixedAt } from "../../kit/clock.js";
import { aStore } from "../../kit/store.js";

const arvenian = { slug: "north", name: "North Academy", jurisdictionId: "XA", demonstration: true };

describe("the directory", () => {
  const clock = fixedAt("2026-03-01T08:00:00Z");
  let store: Storage;
  let directory: Directory;
  beforeEach(async () => {
    store = await aStore(clock);
    directory = createDirectory({ store: store.directory, clock, newId: createNewId(clock) });
  });
  afterEach(() => store.close());

  const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => "no error",
      (error: unknown) => (error instanceof DirectoryError ? error.code : error),
    );

  it("makes an academy once, also when two ask at once", async () => {
    const [one, other] = await Promise.all([
      directory.ensureAcademy(arvenian),
      directory.ensureAcademy(arvenian),
    ]);
    expect(one).to.deep.include(arvenian);
    expect(other.academyId).to.equal(one.academyId);
    expect(await directory.academy(one.academyId)).to.deep.equal(one);
  });

  it("does not hand out an academy of another jurisdiction for its short name", async () => {
    await directory.ensureAcademy(arvenian);
    expect(await codeOf(directory.ensureAcademy({ ...arvenian, jurisdictionId: "XB" }))).to.equal(
      "academy_slug_taken",
    );
  });

  it("takes only short names that can stand in an address", async () => {
    for (const slug of [
      "",
      "North",
      "a b",
      "a/b",
      "../a",
      "a%2f",
      "-a",
      "a-",
      "a--b",
      "é",
      "a".repeat(64),
      "a\n",
    ]) {
      expect(await codeOf(directory.ensureAcademy({ ...arvenian, slug })), slug).to.equal(
        "academy_slug_malformed",
      );
    }
    expect((await directory.ensureAcademy({ ...arvenian, slug: "north-2" })).slug).to.equal("north-2");
  });

  it("knows no academy and no person that is not there, and says whom it was asked for", async () => {
    expect(await codeOf(directory.academy("nobody"))).to.equal("academy_unknown");
    expect(await codeOf(directory.person("nobody"))).to.equal("person_unknown");
    expect(await codeOf(directory.chooseAcademy("nobody"))).to.equal("academy_unknown");
    const error = await directory.academy("nobody").catch((thrown: unknown) => thrown);
    expect((error as DirectoryError).data).to.deep.equal({ slug: "nobody" });
  });

  it("chooses the only academy, and asks for a name when there are none or several", async () => {
    expect(await codeOf(directory.chooseAcademy(undefined))).to.equal("academy_not_named");
    const north = await directory.ensureAcademy(arvenian);
    expect(await directory.chooseAcademy(undefined)).to.deep.equal(north);
    const south = await directory.ensureAcademy({ ...arvenian, slug: "south" });
    expect(await codeOf(directory.chooseAcademy(undefined))).to.equal("academy_not_named");
    expect(await directory.chooseAcademy("south")).to.deep.equal(south);
  });

  it("keeps jurisdictions, the later word replacing the earlier", async () => {
    await directory.saveJurisdiction({ id: "XA", name: "Arvenja", demonstration: true });
    await directory.saveJurisdiction({ id: "XA", name: "Arvenia", demonstration: true });
    expect(await directory.jurisdictions()).to.deep.equal([
      { id: "XA", name: "Arvenia", demonstration: true },
    ]);
  });

  describe("a person", () => {
    let north: Tenant;
    beforeEach(async () => (north = await directory.ensureAcademy(arvenian)));

    it("is admitted once, also when twenty launches come at once", async () => {
      const all = await Promise.all(
        Array.from({ length: 20 }, () => directory.admit(north, "moodle", "u-1")),
      );
      expect(new Set(all.map(({ id }) => id)).size).to.equal(1);
      expect(new Set(all.map(({ pseudonym }) => pseudonym)).size).to.equal(1);
      clock.advance(1000);
      expect(await directory.admit(north, "moodle", "u-1")).to.deep.equal(all[0]);
      expect(await directory.person(all[0]!.id)).to.deep.equal(all[0]);
    });

    it("has a pseudonym that tells nothing of the platform's id", async () => {
      const person = await directory.admit(north, "moodle", "u-1");
      expect(person.pseudonym).to.match(/^[\w-]{20}$/);
      expect(person).to.deep.include({ platformId: "moodle", platformUserId: "u-1", createdAt: clock.now() });
      expect(person).to.include({ academyId: north.academyId, jurisdictionId: "XA" });
    });

    it("is another one on another platform, for another user, and at another academy", async () => {
      const south = await directory.ensureAcademy({ ...arvenian, slug: "south" });
      const people = await Promise.all([
        directory.admit(north, "moodle", "u-1"),
        directory.admit(north, "canvas", "u-1"),
        directory.admit(north, "moodle", "u-2"),
        directory.admit(north, "moodle", "U-1"),
        directory.admit(south, "moodle", "u-1"),
      ]);
      expect(new Set(people.map(({ id }) => id)).size).to.equal(5);
      expect(new Set(people.map(({ pseudonym }) => pseudonym)).size).to.equal(5);
    });
  });
});
