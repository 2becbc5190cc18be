import Database from "better-sqlite3";
import mongoose from "mongoose";

/** Every row of every table or collection, whatever is in it, by its name. For searches; the store may be in use. */
export async function storeRows(address: string): Promise<Map<string, unknown[]>> {
  return address.startsWith("file:") ? sqliteRows(address.slice("file:".length)) : mongoRows(address);
}

function sqliteRows(path: string): Map<string, unknown[]> {
  const db = new Database(path, { readonly: true });
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all() as string[];
  const rows = new Map(tables.map((table) => [table, db.prepare(`SELECT * FROM "${table}"`).all()]));
  db.close();
  return rows;
}

async function mongoRows(address: string): Promise<Map<string, unknown[]>> {
  const connection = await mongoose.createConnection(address).asPromise();
  const rows = new Map<string, unknown[]>();
  for (const { name } of await connection.listCollections())
    rows.set(name, await connection.collection(name).find().toArray());
  await connection.close();
  return rows;
}
