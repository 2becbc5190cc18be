import { rmSync } from "node:fs";
import Database from "better-sqlite3";

interface Row {
  readonly position: number;
  readonly class: number;
  readonly terms: Buffer;
}

/**
 * The newest `count` rows of a store's file, with all keys by which they are found, inserted into a new file with the
 * same tables and indexes: prepared, `inACommit` a commit, each synced. Returns rows a second, by the clock and by the
 * time of the processor.
 */
export function bareSqlite(
  from: string,
  to: string,
  { count, inACommit }: { readonly count: number; readonly inACommit: number },
): { readonly perSecond: number; readonly perCpuSecond: number } {
  const source = new Database(from, { readonly: true });
  const sql = "SELECT * FROM (SELECT * FROM statements ORDER BY position DESC LIMIT ?) ORDER BY position";
  const rows = source.prepare(sql).all(count) as Row[];
  const target = emptyLike(source, to);
  source.close();
  const names = Object.keys(rows[0] ?? {});
  const values = names.map((name) => `@${name}`).join(", ");
  const add = target.prepare(`INSERT INTO statements (${names.join(", ")}) VALUES (${values})`);
  const addKey = target.prepare("INSERT INTO statement_keys VALUES (?, ?, ?, 0)");
  const commit = target.transaction((some: readonly Row[]) => {
    for (const row of some) {
      add.run(row);
      for (let at = 0; at < row.terms.length; at += 4)
        addKey.run(row.terms.readUInt32LE(at), row.class, row.position);
    }
  });
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  for (let n = 0; n < rows.length; n += inACommit) commit(rows.slice(n, n + inACommit));
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  target.close();
  for (const end of ["", "-wal", "-shm"]) rmSync(`${to}${end}`, { force: true });
  return { perSecond: rows.length / seconds, perCpuSecond: rows.length / ((user + system) / 1_000_000) };
}

/** A new file with the tables and indexes of statements, and with their owners. */
function emptyLike(source: Database.Database, path: string): Database.Database {
  const target = new Database(path);
  target.pragma("journal_mode = WAL");
  target.pragma("synchronous = FULL");
  target.pragma("secure_delete = ON");
  const tables = "('statements', 'statement_keys', 'statement_owners')";
  const schema = source
    .prepare(`SELECT sql FROM sqlite_schema WHERE tbl_name IN ${tables} AND sql IS NOT NULL`)
    .pluck()
    .all() as string[];
  for (const sql of schema) target.exec(sql);
  target.exec("INSERT INTO statement_owners VALUES (1, 'bench', 'XA')");
  return target;
}
