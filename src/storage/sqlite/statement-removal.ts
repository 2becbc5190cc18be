import type { StatementStore } from "../../standards/lrs/index.js";
import { registrationKey } from "../statement-keys.js";
import type { SqliteStore } from "./database.js";
import { hasTerm, settle, termValues } from "./statement-fresh.js";
import { disinherit } from "./statement-references.js";
import { classNumber, ownerNumber } from "./statement-rows.js";
import { termOf } from "./statement-terms.js";

/** How many are deleted in one transaction: requests get their turn between two. */
const batch = 100;

/** A statement is found by its own key under its own class; what it inherits from is another's. */
const own = "FROM statement_keys WHERE term = ? AND class = ? AND source = 0";

export function removal(store: SqliteStore): Pick<StatementStore, "removeFormative" | "countFormative"> {
  const formative = classNumber("formative");
  return {
    removeFormative: async (tenant, registration) => {
      const owner = ownerNumber(store, tenant);
      const term = owner && termOf(store, owner, registrationKey(registration));
      if (owner === undefined || term === undefined) return 0;
      const find = `SELECT position ${own} LIMIT ?`;
      for (let removed = 0; ;) {
        const gone = await store.write(() => {
          settle(store);
          const positions = store.prepare(find).pluck().all(term, formative, batch) as number[];
          for (const position of positions) remove(store, owner, position);
          return positions.length;
        });
        removed += gone;
        if (gone < batch) return removed;
      }
    },
    countFormative: (tenant, registration) => {
      const owner = ownerNumber(store, tenant);
      const term = owner && termOf(store, owner, registrationKey(registration));
      if (term === undefined) return Promise.resolve(0);
      const fresh = `SELECT count(*) FROM statement_fresh f WHERE f.class = ? AND ${hasTerm("f", 1)}`;
      const counts = [
        store
          .prepare(fresh)
          .pluck()
          .get(formative, ...termValues([term])),
        store.prepare(`SELECT count(*) ${own}`).pluck().get(term, formative),
      ] as [number, number];
      return Promise.resolve(counts[0] + counts[1]);
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
