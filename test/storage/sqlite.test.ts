import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { expect } from "chai";
import { createSqliteDocuments } from "../../src/storage/sqlite/documents.js";
import { migrateSqlite } from "../../src/storage/sqlite/migrations.js";
import { firstSchema } from "../../src/storage/sqlite/schema-0001.js";
import { statementSchema } from "../../src/storage/sqlite/statements-schema.js";
import { KnownError, systemClock } from "../../src/foundation/kernel/index.js";
import * as trustCollections from "../../src/storage/collections-trust.js";
import * as collections from "../../src/storage/collections.js";
import { openSqlite } from "../../src/storage/sqlite/database.js";
import { advantageContract } from "./contract/advantage.js";
import { gradesContract } from "./contract/grades.js";
import { logContract } from "./contract/log.js";
import { logTamperingContract } from "./contract/log-tampering.js";
import { lrsDocumentsContract } from "./contract/lrs-documents.js";
import { open, sqliteDatabase, type TestDatabase } from "./contract/database.js";
import { contactsContract } from "./contract/contacts.js";
import { walletContract } from "./contract/wallet.js";
import { credentialsContract, holderCodesContract, standingsContract } from "./contract/certificates.js";
import { migrationContract } from "./contract/migrations.js";
import { recognitionContract } from "./contract/recognition.js";
import { outboxPortContract } from "./contract/outbox-port.js";
import { outboxServiceContract } from "./contract/outbox-service.js";
import { crashContract, startChild } from "./contract/processes.js";
import { attemptsContract, directoryContract, keysAndVisitsContract, ltiContract } from "./contract/rooms.js";
import { aJob, anEvent, aPlatform } from "./contract/samples.js";

const pathOf = ({ address }: TestDatabase) => address.slice("file:".length);

describe("storage on SQLite", () => {
  directoryContract(sqliteDatabase);
  keysAndVisitsContract(sqliteDatabase);
  ltiContract(sqliteDatabase);
  advantageContract(sqliteDatabase);
  gradesContract(sqliteDatabase);
  lrsDocumentsContract(sqliteDatabase);
  attemptsContract(sqliteDatabase);
  credentialsContract(sqliteDatabase);
  standingsContract(sqliteDatabase);
  holderCodesContract(sqliteDatabase);
  walletContract(sqliteDatabase);
  contactsContract(sqliteDatabase);
  recognitionContract(sqliteDatabase);
  logContract(sqliteDatabase);
  logTamperingContract(sqliteDatabase, {
    replaceEntries: async (database, entries) => {
      const db = new Database(pathOf(database));
      db.exec("DELETE FROM log_entries");
      const insert = db.prepare(
        'INSERT INTO log_entries (id, academyId, jurisdictionId, "index", "key", kind, subject, loggedAt, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      );
      for (const { index, key, kind, subject, loggedAt, at, content } of entries)
        insert.run(
          ...[String(index), "installation", "installation", index, key, kind, subject, loggedAt],
          JSON.stringify({ at, content }),
        );
      db.close();
      return Promise.resolve();
    },
    deleteTheRest: async (database) => {
      const db = new Database(pathOf(database));
      for (const table of ["log_nodes", "log_heads", "log_cosignatures"]) db.exec(`DELETE FROM ${table}`);
      db.close();
      return Promise.resolve();
    },
  });
  outboxPortContract(sqliteDatabase);
  outboxServiceContract(sqliteDatabase);
  crashContract(sqliteDatabase);
  migrationContract(sqliteDatabase, {
    pretendNewer: async (database) => {
      const db = new Database(pathOf(database));
      db.exec("INSERT INTO schema_migrations (number, name, at) VALUES (9999, 'later', 0)");
      db.close();
      return Promise.resolve();
    },
    makeFormer: async (database, { attempts = [], platforms = [], placements = [] }) => {
      const store = openSqlite(pathOf(database));
      migrateSqlite(store.db, systemClock, [
        { number: 1, name: "first rooms and the outbox", up: (db) => void db.exec(firstSchema) },
        { number: 2, name: "statements", up: (db) => void db.exec(statementSchema) },
      ]);
      const { formativeUntil, ...former } = collections.attempts.fields;
      expect(formativeUntil).to.equal("integer");
      const documents = createSqliteDocuments(store, () => undefined);
      const rows = documents.collection({ ...collections.attempts, fields: former });
      for (const attempt of attempts) await rows.insert(attempt);
      const { status, gradeColumns, ...formerly } = collections.platforms.fields;
      expect([status, gradeColumns]).to.deep.equal(["text", "text"]);
      const platformRows = documents.collection({ ...collections.platforms, fields: formerly });
      for (const platform of platforms) await platformRows.insert(platform);
      const { contextId, ...once } = collections.placements.fields;
      expect(contextId).to.equal("text");
      const placementRows = documents.collection({ ...collections.placements, fields: once });
      for (const placement of placements) await placementRows.insert(placement);
      store.close();
    },
  });

  describe("a file", () => {
    let database: TestDatabase;
    beforeEach(() => (database = sqliteDatabase()));
    afterEach(() => database.drop());

    it("bears one serving process, and commands beside it", async function () {
      this.timeout(30_000);
      const child = startChild(database, { writes: 0, attempts: 1, works: false, seed: 1, serving: true });
      try {
        await child.heard("written");
        const refused: unknown = await open(database, { serving: true }).catch((thrown: unknown) => thrown);
        expect(refused).to.be.instanceOf(KnownError).and.have.property("code", "store_in_use");
        const command = await open(database);
        await command.lti.savePlatform(aPlatform());
        await command.close();
      } finally {
        child.process.kill("SIGKILL");
        await child.exited;
      }
      const next = await open(database, { serving: true });
      expect(await next.lti.platforms()).to.have.length(1);
      await next.close();
    });
    it("gives the next serving process at once the lanes that a dead one held", async () => {
      const event = anEvent("lane", 1);
      const dead = await open(database);
      await dead.outbox.dispatch([event], [aJob("grades", event)]);
      const lease = (await dead.outbox.leaseLane("dead", 2000, 90_000))!;
      await dead.recover();
      expect(await dead.outbox.leaseLane("command", 2000, 90_000)).to.equal(undefined);
      const next = await open(database, { serving: true });
      await next.recover();
      expect(await next.outbox.renewLease(lease, 99_000)).to.equal(false);
      const taken = (await next.outbox.leaseLane("next", 2000, 90_000))!;
      expect((await next.outbox.laneJobs(taken, 10)).map((job) => job.event)).to.deep.equal([event]);
      await next.close();
      await dead.close();
    });
    it("lets the next serving process look at once for a gradebook's column that a dead one was looking for", async () => {
      const column = { id: "placement M01 ", academyId: "a", jurisdictionId: "XA" };
      const dead = await open(database);
      expect((await dead.lti.leaseColumn(column, 1000, 90_000)).leased).to.equal(true);
      const next = await open(database, { serving: true });
      expect((await next.lti.leaseColumn(column, 2000, 90_000)).leased).to.equal(false);
      await next.recover();
      expect((await next.lti.leaseColumn(column, 2000, 90_000)).leased).to.equal(true);
      await next.close();
      await dead.close();
    });
    it("has a column for every declared field", async () => {
      await (await open(database)).close();
      const db = new Database(pathOf(database), { readonly: true });
      for (const { name, fields } of [...Object.values(collections), ...Object.values(trustCollections)]) {
        const columns = db.prepare("SELECT name FROM pragma_table_info(?)").pluck().all(name);
        expect(columns, name).to.have.members([...Object.keys(fields), "body"]);
        expect(columns, name).to.include.members(["academyId", "jurisdictionId"]);
      }
      db.close();
    });
    it("is synced at each commit, so that a power cut takes nothing that was acknowledged", () => {
      const store = openSqlite(pathOf(database));
      const full = 2;
      expect(store.db.pragma("synchronous", { simple: true })).to.equal(full);
      expect(store.db.pragma("journal_mode", { simple: true })).to.equal("wal");
      store.close();
    });
    it("can be read by its owner alone, with those beside it", async () => {
      const storage = await open(database, { serving: true });
      await storage.lti.savePlatform(aPlatform());
      for (const beside of ["", "-wal", "-shm"])
        expect(statSync(`${pathOf(database)}${beside}`).mode & 0o077, beside).to.equal(0);
      await storage.close();
    });
    it("that is damaged is refused by its name, and stays as it is", async () => {
      const path = pathOf(database);
      await (await open(database, { serving: true })).close();
      const damaged = Buffer.alloc(8192, "no database ");
      for (const [file, options] of [
        [path, {}],
        [`${path}.serving`, { serving: true }],
      ] as const) {
        writeFileSync(file, damaged);
        const refused = await open(database, options).catch((thrown: unknown) => thrown as KnownError);
        expect(refused).to.have.property("code", "store_damaged");
        expect(refused).to.have.property("data").that.deep.equals({ file, reason: "SQLITE_NOTADB" });
        expect(readFileSync(file).equals(damaged)).to.equal(true);
        rmSync(file);
      }
    });
    it("on a full disk says that it can't be written, and goes on when there is space again", async () => {
      const store = openSqlite(pathOf(database));
      store.db.exec("CREATE TABLE t (text TEXT)");
      const insert = () =>
        store.write(() => store.prepare("INSERT INTO t VALUES (?)").run("x".repeat(100_000)));
      const pages = store.db.pragma("page_count", { simple: true }) as number;
      store.db.pragma(`max_page_count = ${String(pages)}`);
      const refused: unknown = await insert().catch((thrown: unknown) => thrown);
      expect(refused).to.be.instanceOf(KnownError).and.include({ code: "store_unreachable", status: 503 });
      store.db.pragma("max_page_count = 1000");
      await insert();
      expect(store.db.prepare("SELECT count(*) FROM t").pluck().get()).to.equal(1);
      store.close();
    });
    it("undoes one failing write without its neighbours in the same commit", async () => {
      const store = openSqlite(pathOf(database));
      store.db.exec("CREATE TABLE t (n INTEGER PRIMARY KEY)");
      const insert = (n: number) =>
        store.write(() => store.prepare("INSERT INTO t VALUES (?)").run(n).changes);
      const answers = await Promise.allSettled([insert(1), insert(1), insert(2)]);
      expect(answers.map(({ status }) => status)).to.deep.equal(["fulfilled", "rejected", "fulfilled"]);
      expect(store.db.prepare("SELECT n FROM t").pluck().all()).to.deep.equal([1, 2]);
      store.close();
    });
  });

  it("works in memory", async () => {
    const storage = await open(
      { address: "file::memory:", drop: () => Promise.resolve() },
      { serving: true },
    );
    await storage.lti.savePlatform(aPlatform());
    expect(await storage.lti.platforms()).to.have.length(1);
    await storage.close();
  });
  it("is told from other addresses, and a path that can't be opened is said to be so", async () => {
    const codes = ["postgres://x", "file:", "file:/dev/null/tessera.db"].map(async (address) =>
      open({ address, drop: () => Promise.resolve() }).catch(
        (thrown: unknown) => (thrown as KnownError).code,
      ),
    );
    const [unknown, empty, closed] = await Promise.all(codes);
    expect([unknown, empty]).to.deep.equal(["store_address_unknown", "store_address_unknown"]);
    expect(closed).to.equal("store_unreachable");
  });
});
