import type { Connection } from "mongoose";
import { loadMongoose } from "./driver.js";
import { StorageError } from "../errors.js";

/** How long to look for a server before saying that there is none, milliseconds. */
const searchMs = 8000;

/**
 * Opens a connection of its own (never mongoose's global one). Writes are acknowledged by a majority and journalled.
 * Throws `store_unreachable`; `store_unsupported` for FerretDB, which loses concurrent updates of one document.
 */
export async function openMongo(url: string): Promise<Connection> {
  let connection: Connection;
  try {
    connection = await loadMongoose()
      .createConnection(url, {
        autoIndex: false,
        autoCreate: false,
        ignoreUndefined: true,
        // What the address says goes before this.
        ...(url.includes("serverSelectionTimeoutMS=") ? {} : { serverSelectionTimeoutMS: searchMs }),
        readPreference: "primary",
        writeConcern: { w: "majority", journal: true },
        appName: "tessera",
      })
      .asPromise();
  } catch (cause) {
    throw new StorageError("store_unreachable", {}, { cause });
  }
  if (isFerret(await command(connection, { buildInfo: 1 }))) {
    await connection.close();
    throw new StorageError("store_unsupported", { server: "FerretDB" });
  }
  return connection;
}

/** Whether a server's `buildInfo` is FerretDB's: 1.x has `ferretdbVersion` in it, 2.x `ferretdb`. */
export function isFerret(buildInfo: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(buildInfo).some((name) => name.toLowerCase().startsWith("ferretdb"));
}

/** Whether writes survive the loss of one server: a replica set, or a router before several. */
export async function hasMajorities(connection: Connection): Promise<boolean> {
  // A server that does not know `hello` is old or a stand-in for tests: it is asked by the command's former name.
  const answer = await command(connection, { hello: 1 }).catch(() => command(connection, { isMaster: 1 }));
  return typeof answer["setName"] === "string" || answer["msg"] === "isdbgrid";
}

async function command(
  connection: Connection,
  words: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  if (!connection.db) throw new StorageError("store_unreachable");
  return connection.db.admin().command(words);
}

/** Rejects when the server does not answer. */
export async function pingMongo(connection: Connection): Promise<void> {
  await command(connection, { ping: 1 });
}
