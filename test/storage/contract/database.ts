import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mongoose from "mongoose";
import {
  createLogger,
  createNewId,
  randomToken,
  systemClock,
  type Clock,
  type Logger,
} from "../../../src/foundation/kernel/index.js";
import { openStorage, type Storage } from "../../../src/storage/index.js";

/** A database of a test's own. */
export interface TestDatabase {
  readonly address: string;
  drop(): Promise<void>;
}

export type MakeDatabase = () => TestDatabase;

export const newId = createNewId(systemClock);

/** An SQLite file in a folder of its own. */
export function sqliteDatabase(): TestDatabase {
  const folder = mkdtempSync(join(tmpdir(), "tessera-storage-"));
  return {
    address: `file:${join(folder, "tessera.db")}`,
    drop: () => {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

/** A MongoDB database of a random name on the server at `server`. */
export function mongoDatabase(server: string): TestDatabase {
  const url = new URL(server);
  url.pathname = `/tessera-test-${randomToken(6)}`;
  return {
    address: url.href,
    drop: async () => {
      const connection = await mongoose.createConnection(url.href).asPromise();
      await connection.dropDatabase();
      await connection.close();
    },
  };
}

export function open(
  { address }: TestDatabase,
  options: { clock?: Clock; serving?: boolean; logger?: Logger } = {},
): Promise<Storage> {
  const { clock = systemClock, serving = false, logger = createLogger("silent") } = options;
  return openStorage(address, { clock, newId, logger, serving });
}

/** Opens a fresh database before each test and drops it after. */
export function eachTestHasAStore(make: MakeDatabase): () => Storage {
  let database: TestDatabase | undefined;
  let storage: Storage | undefined;
  beforeEach(async () => {
    database = make();
    storage = await open(database);
  });
  afterEach(async () => {
    await storage?.close();
    await database?.drop();
  });
  return () => storage!;
}
