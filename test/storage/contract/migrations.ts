import { expect } from "chai";
import { KnownError } from "../../../src/foundation/kernel/index.js";
import { open, type MakeDatabase, type TestDatabase } from "./database.js";
import { aPlatform, atOnce } from "./samples.js";

/** `pretendNewer` records a migration in the store that this code does not know. */
export function migrationContract(
  make: MakeDatabase,
  pretendNewer: (database: TestDatabase) => Promise<void>,
): void {
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
