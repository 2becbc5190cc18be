import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger, createNewId, systemClock } from "../../src/foundation/kernel/index.js";
import { openStorage } from "../../src/storage/index.js";
import Database from "better-sqlite3";
import { sqliteDatabase } from "./contract/database.js";
import { statementAttachmentContract } from "./contract/statement-attachments.js";
import { statementBoundsContract } from "./contract/statement-bounds.js";
import { statementManyContract } from "./contract/statement-many.js";
import { statementRemovalContract } from "./contract/statement-removal.js";
import { statementStoreContract } from "./contract/statements.js";

describe("statements on SQLite", () => {
  const folder = mkdtempSync(join(tmpdir(), "tessera-statements-"));
  after(() => rmSync(folder, { recursive: true }));

  statementAttachmentContract(sqliteDatabase);
  statementRemovalContract(sqliteDatabase, ({ address }, { academyId }) => {
    const db = new Database(address.slice("file:".length), { readonly: true });
    const idOf = (position: string) =>
      `coalesce((SELECT hex(statementId) FROM statements s WHERE s.position = k.${position}), 'gone')`;
    const rows = db
      .prepare(
        `SELECT hex(key) || ' ' || class || ' ' || ${idOf("position")} || ' ' || ${idOf("source")}
         FROM (SELECT term, class, position, iif(source = 0, position, source) AS source
           FROM (SELECT * FROM statement_keys UNION ALL SELECT j.value, f.class, f.position, 0
             FROM statement_fresh f, json_each('[' || trim(f.terms, ',') || ']') j)) k
         JOIN statement_terms t ON t.number = k.term JOIN statement_owners o ON o.number = t.owner WHERE o.academyId = ?`,
      )
      .pluck()
      .all(academyId) as string[];
    db.close();
    return Promise.resolve(rows.sort());
  });
  const open = () =>
    openStorage(`file:${join(folder, "statements.db")}`, {
      clock: systemClock,
      newId: createNewId(systemClock),
      logger: createLogger("silent"),
      serving: false,
    });
  statementStoreContract(open);
  statementManyContract(open);
  statementBoundsContract(open);
});
