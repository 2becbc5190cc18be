import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger, createNewId, systemClock } from "../../src/foundation/kernel/index.js";
import { openStorage } from "../../src/storage/index.js";
import { statementStoreContract } from "./contract/statements.js";

describe("statements on SQLite", () => {
  const folder = mkdtempSync(join(tmpdir(), "tessera-statements-"));
  after(() => rmSync(folder, { recursive: true }));

  statementStoreContract(() =>
    openStorage(`file:${join(folder, "statements.db")}`, {
      clock: systemClock,
      newId: createNewId(systemClock),
      logger: createLogger("silent"),
      serving: false,
    }),
  );
});
