import type { StatementStore } from "../../standards/lrs/index.js";
import { registrationKey } from "../statement-keys.js";
import type { SqliteStore } from "./database.js";
import { disinherit } from "./statement-references.js";
import { classNumber, ownerNumber } from "./statement-rows.js";

/** How many are deleted in one transaction: requests get their turn between two. */
const batch = 100;

/** A statement is found by its own key under its own class; what it inherits from has another source. */
const own = "FROM statement_keys WHERE owner = ? AND key = ? AND class = ? AND source = position";

export function removal(store: SqliteStore): Pick<StatementStore, "removeFormative" | "countFormative"> {
  const formative = classNumber("formative");
  return {
    removeFormative: async (tenant, registration) => {
      const owner = ownerNumber(store, tenant);
      if (owner === undefined) return 0;
      const find = `SELECT position ${own} LIMIT ?`;
      for (let removed = 0; ;) {
        const gone = await store.write(() => {
          const select = store.prepare(find).pluck();
          const positions = select.all(owner, registrationKey(registration), formative, batch) as number[];
          for (const position of positions) remove(store, owner, position);
          return positions.length;
        });
        removed += gone;
        if (gone < batch) return removed;
      }
    },
    countFormative: (tenant, registration) => {
      const owner = ownerNumber(store, tenant);
      if (owner === undefined) return Promise.resolve(0);
      const count = store.prepare(`SELECT count(*) ${own}`).pluck();
      return Promise.resolve(count.get(owner, registrationKey(registration), formative) as number);
    },
  };
}

function remove(store: SqliteStore, owner: number, position: number): void {
  const select = store.prepare(
    'SELECT position, statementId AS id, class AS "class", refersTo FROM statements WHERE position = ?',
  );
  disinherit(store, owner, select.get(position) as Parameters<typeof disinherit>[2]);
  store.prepare("DELETE FROM statements WHERE position = ?").run(position);
}
