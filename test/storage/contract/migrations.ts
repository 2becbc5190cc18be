import { expect } from "chai";
import type { Placement, Platform } from "../../../src/standards/lti/index.js";
import type { Attempt } from "../../../src/training/learning/index.js";
import { KnownError } from "../../../src/foundation/kernel/index.js";
import { open, type MakeDatabase, type TestDatabase } from "./database.js";
import { aCredential, anAttempt, aPlacement, aPlatform, arvenia, atOnce } from "./samples.js";

export interface FormerRows {
  readonly attempts?: readonly Attempt[];
  readonly platforms?: readonly Platform[];
  readonly placements?: readonly Placement[];
}

export interface RawStore {
  /** Records a migration in the store that this code does not know. */
  pretendNewer: (database: TestDatabase) => Promise<void>;
  /** Makes the store as the first two migrations left it, with these rows in it. */
  makeFormer: (database: TestDatabase, rows: FormerRows) => Promise<void>;
}

export function migrationContract(make: MakeDatabase, { pretendNewer, makeFormer }: RawStore): void {
  describe("migrations", () => {
    let database: TestDatabase;
    beforeEach(() => (database = make()));
    afterEach(() => database.drop());

    it("are applied once, however many processes start at once, and keep what is there", async () => {
      const stores = await atOnce(4, () => open(database));
      const saved = await stores[0]!.lti.savePlatform(aPlatform());
      for (const store of stores) await store.close();
      const again = await open(database);
      expect(await again.lti.platforms()).to.deep.equal([saved]);
      await again.ping();
      await again.close();
    });
    it("give modules that were completed before their 90 days, and change nothing else of an attempt", async () => {
      const completedAt = Date.UTC(2026, 8, 1);
      const [completed, open_] = [
        anAttempt({ completedAt, activities: { "a.b": { doneAt: 5 } }, version: 7 }),
        anAttempt({ personId: "other" }),
      ];
      await makeFormer(database, { attempts: [completed, open_] });
      const storage = await open(database);
      const formativeUntil = completedAt + 90 * 24 * 60 * 60 * 1000;
      const due = { ...completed, formativeUntil };
      expect(await storage.attempts.attemptsToTrim(formativeUntil - 1, 10)).to.deep.equal([]);
      expect(await storage.attempts.attemptsToTrim(formativeUntil, 10)).to.deep.equal([due]);
      expect(await storage.attempts.findAttempt(arvenia, "other", "M01")).to.deep.equal(open_);
      expect(await storage.attempts.saveAttempt({ ...due, version: 8 }, 7, [])).to.equal("saved");
      expect(await storage.credentials.addCredential(aCredential())).to.equal("added");
      await storage.close();
    });
    it("leave a platform as it is, and let its owner decide about it", async () => {
      const platform = aPlatform({ status: "inactive" });
      await makeFormer(database, { platforms: [platform] });
      const storage = await open(database);
      expect(await storage.lti.platforms()).to.deep.equal([platform]);
      expect(await storage.lti.changePlatform(platform.id, { status: "active" })).to.equal(true);
      expect(await storage.lti.platform(platform.id)).to.deep.equal({ ...platform, status: "active" });
      await storage.close();
    });
    it("let placements be found by their course that were there before", async () => {
      const placement = aPlacement();
      const { contextId, ...nowhere } = aPlacement({ resourceLinkId: "in no course" });
      await makeFormer(database, { placements: [placement, nowhere] });
      const storage = await open(database);
      const { platformId, deploymentId } = placement;
      const found = await storage.lti.placementsIn({ platformId, deploymentId, contextId: contextId! });
      expect(found).to.deep.equal([placement]);
      expect(await storage.lti.placement(nowhere.id)).to.deep.equal(nowhere);
      await storage.lti.savePlacement({ ...placement, contextId: "another" });
      expect((await storage.lti.placement(placement.id))?.contextId).to.equal("another");
      await storage.close();
    });
    it("refuse a store with a newer schema, and leave it as it is", async () => {
      await (await open(database)).close();
      await pretendNewer(database);
      for (const serving of [true, false]) {
        const error: unknown = await open(database, { serving }).catch((thrown: unknown) => thrown);
        expect(error).to.be.instanceOf(KnownError).and.have.property("code", "store_schema_newer");
        expect((error as KnownError).data).to.have.property("found", 9999);
      }
    });
  });
}
