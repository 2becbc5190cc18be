import Database from "better-sqlite3";

interface Row {
  readonly position: number;
  readonly class: number;
  readonly terms: Buffer;
}

/**
 * A copy of a store's file, into which its newest rows are inserted as bare SQLite does it: prepared, straight into the
 * same tables and indexes, so many a commit, each commit synced. Both grow alike.
 */
export interface Bare {
  /** Inserts the newest `count` rows of the store; returns the seconds by the clock and by this processor. */
  insert(count: number, inACommit: number): { readonly seconds: number; readonly cpuSeconds: number };
  close(): void;
}

export async function bareSqlite(from: string, to: string): Promise<Bare> {
  const source = new Database(from, { readonly: true });
  await source.backup(to);
  const target = new Database(to);
  target.pragma("journal_mode = WAL");
  target.pragma("synchronous = FULL");
  target.pragma("secure_delete = ON");
  const sql = "SELECT * FROM (SELECT * FROM statements ORDER BY position DESC LIMIT ?) ORDER BY position";
  const columns = (target.pragma("table_info(statements)") as { name: string }[]).map(({ name }) => name);
  const add = target.prepare(`INSERT INTO statements VALUES (${columns.map((name) => `@${name}`).join()})`);
  const addKey = target.prepare("INSERT INTO statement_keys VALUES (?, ?, ?, 0)");
  const commit = target.transaction((some: readonly Row[]) => {
    for (const row of some) {
      add.run(row);
      for (let at = 0; at < row.terms.length; at += 4)
        addKey.run(row.terms.readUInt32LE(at), row.class, row.position);
    }
  });
  return {
    insert(count, inACommit) {
      const rows = source.prepare(sql).all(count) as Row[];
      const [begun, cpu] = [performance.now(), process.cpuUsage()];
      for (let n = 0; n < rows.length; n += inACommit) commit(rows.slice(n, n + inACommit));
      const { user, system } = process.cpuUsage(cpu);
      return { seconds: (performance.now() - begun) / 1000, cpuSeconds: (user + system) / 1_000_000 };
    },
    close() {
      source.close();
      target.close();
    },
  };
}
