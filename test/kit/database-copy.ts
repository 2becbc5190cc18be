import { copyFileSync, existsSync } from "node:fs";
import mongoose from "mongoose";
import { mongoDatabase, open, sqliteDatabase, type TestDatabase } from "../storage/contract/database.js";

/** A database of its own with all that stands in another one, which nobody has open. */
export function copyOf({ address }: TestDatabase): Promise<TestDatabase> {
  return address.startsWith("file:") ? Promise.resolve(sqliteCopy(address)) : mongoCopy(address);
}

const pathOf = (address: string): string => address.slice("file:".length);

function sqliteCopy(address: string): TestDatabase {
  const copy = sqliteDatabase();
  for (const end of ["", "-wal"]) {
    const file = `${pathOf(address)}${end}`;
    if (existsSync(file)) copyFileSync(file, `${pathOf(copy.address)}${end}`);
  }
  return copy;
}

async function mongoCopy(address: string): Promise<TestDatabase> {
  const copy = mongoDatabase(address);
  // The migrations make the indexes.
  await (await open(copy)).close();
  const from = await mongoose.createConnection(address).asPromise();
  const to = await mongoose.createConnection(copy.address).asPromise();
  try {
    for (const { name } of await from.listCollections()) {
      const documents = await from.collection(name).find().toArray();
      await to.collection(name).deleteMany({});
      if (documents.length > 0) await to.collection(name).insertMany(documents);
    }
  } finally {
    await Promise.all([from.close(), to.close()]);
  }
  return copy;
}
