import { createLogger, createNewId, randomToken, systemClock } from "../../src/foundation/kernel/index.js";
import { openStorage } from "../../src/storage/index.js";
import mongoose from "mongoose";
import { statementCollections } from "../../src/storage/mongo/statement-rows.js";
import { mongoDatabase } from "./contract/database.js";
import { statementAttachmentContract } from "./contract/statement-attachments.js";
import { statementBoundsContract } from "./contract/statement-bounds.js";
import { statementManyContract } from "./contract/statement-many.js";
import { statementRemovalContract } from "./contract/statement-removal.js";
import { statementStoreContract } from "./contract/statements.js";

const address = process.env["TESSERA_TEST_MONGODB"];

describe("statements on MongoDB", () => {
  if (address === undefined) {
    it("is skipped: TESSERA_TEST_MONGODB names no server");
    return;
  }
  const url = new URL(address);
  url.pathname = `/tessera-statements-${randomToken(6)}`;
  statementAttachmentContract(() => mongoDatabase(address));
  statementRemovalContract(
    () => mongoDatabase(address),
    async (database, { academyId }) => {
      const connection = await mongoose.createConnection(database.address).asPromise();
      const documents = await statementCollections(connection).statements.find({ academyId }).toArray();
      await connection.close();
      const links = documents.flatMap(({ statementId, found, reached }) => [
        ...found.map((key) => `${statementId} ${key}`),
        ...reached.flatMap((one) => one.found.map((key) => `${statementId} ${one.statementId} ${key}`)),
      ]);
      return [...new Set(links)].sort();
    },
  );
  const open = () =>
    openStorage(url.href, {
      clock: systemClock,
      newId: createNewId(systemClock),
      logger: createLogger("silent"),
      serving: false,
    });
  statementStoreContract(open);
  statementManyContract(open);
  statementBoundsContract(open, { referrers: 1000 });
});
