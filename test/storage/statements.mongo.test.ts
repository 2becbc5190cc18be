import { createLogger, createNewId, randomToken, systemClock } from "../../src/foundation/kernel/index.js";
import { openStorage } from "../../src/storage/index.js";
import { statementStoreContract } from "./contract/statements.js";

const address = process.env["TESSERA_TEST_MONGODB"];

describe("statements on MongoDB", () => {
  if (address === undefined) {
    it("is skipped: TESSERA_TEST_MONGODB names no server");
    return;
  }
  const url = new URL(address);
  url.pathname = `/tessera-statements-${randomToken(6)}`;
  statementStoreContract(() =>
    openStorage(url.href, {
      clock: systemClock,
      newId: createNewId(systemClock),
      logger: createLogger("silent"),
      serving: false,
    }),
  );
});
