import { expect } from "chai";
import mongoose from "mongoose";
import { attempts, placements, platforms } from "../../src/storage/collections.js";
import { createMongoDocuments } from "../../src/storage/mongo/documents.js";
import { migrateMongo } from "../../src/storage/mongo/migrations.js";
import { firstIndexes } from "../../src/storage/mongo/schema-0001.js";
import { statementIndexes } from "../../src/storage/mongo/statement-schema.js";
import { createLogger, KnownError, systemClock } from "../../src/foundation/kernel/index.js";
import { isFerret } from "../../src/storage/mongo/connection.js";
import { advantageContract } from "./contract/advantage.js";
import { gradesContract } from "./contract/grades.js";
import { logContract } from "./contract/log.js";
import { logTamperingContract } from "./contract/log-tampering.js";
import { lrsDocumentsContract } from "./contract/lrs-documents.js";
import { mongoDatabase, newId, open } from "./contract/database.js";
import { contactsContract } from "./contract/contacts.js";
import { walletContract } from "./contract/wallet.js";
import { credentialsContract, holderCodesContract, standingsContract } from "./contract/certificates.js";
import { migrationContract } from "./contract/migrations.js";
import { recognitionContract } from "./contract/recognition.js";
import { outboxPortContract } from "./contract/outbox-port.js";
import { outboxServiceContract } from "./contract/outbox-service.js";
import { crashContract, twoProcessesContract } from "./contract/processes.js";
import { attemptsContract, directoryContract, keysAndVisitsContract, ltiContract } from "./contract/rooms.js";
import { aJob, anAttempt, anEvent } from "./contract/samples.js";

/** Lets a test do something between a query's answer and what is made of it. */
let afterNextFind: (() => Promise<void>) | undefined;
mongoose.plugin((schema) => {
  schema.post("find", async () => {
    const hook = afterNextFind;
    afterNextFind = undefined;
    await hook?.();
  });
});

const server = process.env["TESSERA_TEST_MONGODB"];

describe("a server that speaks MongoDB's protocol", () => {
  it("is refused when it is FerretDB, of either generation", () => {
    expect(isFerret({ version: "7.0.42", ferretdbVersion: "v1.24.0" })).to.equal(true);
    expect(isFerret({ version: "7.0.77", ferretdb: { version: "v2.0.0" } })).to.equal(true);
    expect(isFerret({ version: "7.0.14", modules: [] })).to.equal(false);
  });
});

describe("storage on MongoDB", () => {
  if (server === undefined) {
    it("is skipped: set TESSERA_TEST_MONGODB to the address of a server that may be written to");
    return;
  }
  const make = () => mongoDatabase(server);
  directoryContract(make);
  keysAndVisitsContract(make);
  ltiContract(make);
  advantageContract(make);
  gradesContract(make);
  lrsDocumentsContract(make);
  attemptsContract(make);
  credentialsContract(make);
  standingsContract(make);
  holderCodesContract(make);
  walletContract(make);
  contactsContract(make);
  recognitionContract(make);
  logContract(make);
  logTamperingContract(make, {
    replaceEntries: (database, entries) =>
      raw(database.address, async (connection) => {
        const rows = connection.collection<{ _id: string }>("log_entries");
        await rows.deleteMany({});
        const owner = { academyId: "installation", jurisdictionId: "installation" };
        await rows.insertMany(
          entries.map(({ at, content, index, ...fields }) => ({
            ...{ _id: String(index), ...owner, index, ...fields, body: { at, content } },
          })),
        );
      }),
    deleteTheRest: (database) =>
      raw(database.address, async (connection) => {
        for (const name of ["log_nodes", "log_heads", "log_cosignatures"])
          await connection.collection(name).deleteMany({});
      }),
  });
  outboxPortContract(make);
  outboxServiceContract(make);
  crashContract(make);
  twoProcessesContract(make);
  migrationContract(make, {
    pretendNewer: (database) =>
      raw(database.address, async (connection) => {
        await connection.collection<{ _id: number }>("schema_migrations").insertOne({ _id: 9999 });
      }),
    makeFormer: (database, rows) =>
      raw(database.address, async (connection) => {
        await migrateMongo(connection, { clock: systemClock, newId }, [
          { number: 1, name: "first rooms and the outbox", up: firstIndexes },
          { number: 2, name: "statements", up: statementIndexes },
        ]);
        const { formativeUntil, ...former } = attempts.fields;
        expect(formativeUntil).to.equal("integer");
        const documents = createMongoDocuments(connection);
        const attemptRows = documents.collection({ ...attempts, fields: former });
        for (const attempt of rows.attempts ?? []) await attemptRows.insert(attempt);
        const { status, gradeColumns, ...formerly } = platforms.fields;
        expect([status, gradeColumns]).to.deep.equal(["text", "text"]);
        const platformRows = documents.collection({ ...platforms, fields: formerly });
        for (const platform of rows.platforms ?? []) await platformRows.insert(platform);
        const { contextId, ...once } = placements.fields;
        expect(contextId).to.equal("text");
        const placementRows = documents.collection({ ...placements, fields: once });
        for (const placement of rows.placements ?? []) await placementRows.insert(placement);
      }),
  });

  it("says so when no server answers", async function () {
    this.timeout(20_000);
    const address = "mongodb://127.0.0.1:1/none?serverSelectionTimeoutMS=500";
    const error: unknown = await open({ address, drop: () => Promise.resolve() }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(KnownError).and.have.property("code", "store_unreachable");
  });
  it("warns a serving process of a server that stands alone", async () => {
    const database = make();
    const lines: string[] = [];
    const logger = createLogger("info", { write: (line) => void lines.push(line) });
    await (await open(database, { serving: true, logger })).close();
    const alone = await raw(database.address, async (connection) => {
      const answer = await connection.db!.admin().command({ isMaster: 1 });
      return answer["setName"] === undefined && answer["msg"] !== "isdbgrid";
    });
    expect(lines.length).to.equal(alone ? 1 : 0);
    await database.drop();
  });
  it("looks again when a job came between a release's look at its lane and its end", async () => {
    const database = make();
    const storage = await open(database);
    const { outbox } = storage;
    const [early, late] = [anEvent("lane", 1), anEvent("lane", 2)];
    await outbox.dispatch([early], [aJob("grades", early)]);
    const lease = (await outbox.leaseLane("me", 2000, 9000))!;
    await outbox.finish([aJob("grades", early).id], 2000);
    let came = false;
    afterNextFind = async () => {
      await outbox.dispatch([late], [aJob("grades", late)]);
      came = true;
    };
    await outbox.releaseLane(lease);
    expect(came).to.equal(true);
    expect(await outbox.leaseLane("me", 2000, 9000)).to.include({ lane: "lane" });
    await storage.close();
    await database.drop();
  });
  it("completes what a crash between two writes of a verb left", async () => {
    const database = make();
    const storage = await open(database);
    const [event, other] = [anEvent("lane", 1), anEvent("other", 1)];
    await storage.attempts.addAttempt(anAttempt({ personId: newId() }), [event]);
    await storage.outbox.dispatch([event], [aJob("grades", event)]);
    await storage.attempts.addAttempt(anAttempt({ personId: newId() }), [other]);
    await raw(database.address, async (connection) => {
      await connection.collection("outbox_lanes").deleteMany({});
      await connection.collection("attempts").updateMany({}, { $set: { events: [] } });
    });
    expect(await storage.outbox.undispatched(10)).to.deep.equal([]);
    expect(await storage.outbox.leaseLane("me", 2000, 9000)).to.equal(undefined);
    await storage.recover();
    expect(await storage.outbox.leaseLane("me", 2000, 9000)).to.include({ lane: "lane" });
    const stale = await raw(database.address, (connection) =>
      connection.collection("attempts").countDocuments({ eventsAt: { $gt: 0 } }),
    );
    expect(stale).to.equal(0);
    await storage.close();
    await database.drop();
  });
});

async function raw<T>(address: string, work: (connection: mongoose.Connection) => Promise<T>): Promise<T> {
  const connection = await mongoose.createConnection(address).asPromise();
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}
