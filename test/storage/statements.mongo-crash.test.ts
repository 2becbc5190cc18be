import { expect } from "chai";
import mongoose from "mongoose";
import type { StatementBatch } from "../../src/standards/lrs/index.js";
import { randomToken } from "../../src/foundation/kernel/index.js";
import { statementCollections, pendingDocuments } from "../../src/storage/mongo/statement-rows.js";
import { statementIndexes } from "../../src/storage/mongo/statement-schema.js";
import { createMongoStatements } from "../../src/storage/mongo/statements.js";

const address = process.env["TESSERA_TEST_MONGODB"];
const tenant = { academyId: "academy-1", jurisdictionId: "XA" };

let made = 0;
const uuid = (): string => `00000000-0000-4000-8000-${String((made += 1)).padStart(12, "0")}`;

function aBatch(ids: readonly string[], text = "one", target?: string): StatementBatch {
  const keys = { verb: "http://v", agents: [], relatedAgents: [], activities: [], relatedActivities: [] };
  const pointing = target === undefined ? {} : { refersTo: target, voids: target };
  const statements = ids.map((id) => ({
    id,
    text,
    isSame: (stored: string) => stored === text,
    class: "evidence" as const,
    keys: { ...keys, ...pointing },
  }));
  return { ...tenant, id: uuid(), storedAt: 1_700_000_000_000, statements };
}

describe("statements on MongoDB after a process died", () => {
  if (address === undefined) {
    it("is skipped: TESSERA_TEST_MONGODB names no server");
    return;
  }
  const url = new URL(address);
  url.pathname = `/tessera-crash-${randomToken(6)}`;
  let connection: mongoose.Connection;
  before(async () => {
    connection = await mongoose.createConnection(url.href).asPromise();
    await statementIndexes(connection);
  });
  after(() => connection.close());

  /** What a process leaves that dies within `appendStatements`. */
  async function leave(
    batch: StatementBatch,
    state: "open" | "committed",
    documents = batch.statements.length,
  ) {
    const { statements, journals } = statementCollections(connection);
    const attempt = `${batch.id}.x`;
    await journals.insertOne({ ...tenant, _id: attempt, state, storedAt: batch.storedAt });
    await statements.insertMany(pendingDocuments(batch, attempt, batch.statements.slice(0, documents)));
  }
  const store = () => createMongoStatements(connection);
  const textOf = async (id: string, voided = false) =>
    (await store().findStatement(tenant, id, { voided, classes: ["evidence"] }))?.text;

  it("shows a batch that was committed before anyone completes it, and completes what follows from it", async () => {
    const [target, voiding] = [uuid(), uuid()];
    await store().appendStatements(aBatch([target]));
    await leave(aBatch([voiding], "one", target), "committed");
    expect(await textOf(voiding)).to.equal("one");
    await store().recoverStatements();
    expect(await textOf(target)).to.equal(undefined);
    expect(await textOf(target, true)).to.equal("one");
    expect(await statementCollections(connection).journals.countDocuments({})).to.equal(0);
  });

  it("shows nothing of a batch that was not committed, and frees its ids", async () => {
    const [first, second] = [uuid(), uuid()];
    await leave(aBatch([first, second]), "open", 1);
    expect(await textOf(first)).to.equal(undefined);
    await store().recoverStatements();
    expect(await store().appendStatements(aBatch([first], "other"))).to.deep.equal({ kind: "stored" });
    expect(await textOf(first)).to.equal("other");
    expect(await textOf(second)).to.equal(undefined);
  });

  it("frees the ids of a dead process without a restart, once a writer has lost patience", async function () {
    this.timeout(20_000);
    const id = uuid();
    await leave(aBatch([id]), "open");
    expect(await store().appendStatements(aBatch([id], "other"))).to.deep.equal({ kind: "stored" });
    expect(await textOf(id)).to.equal("other");
  });

  it("removes formative statements whatever a dead process was doing with them", async () => {
    const registration = uuid();
    const learning = (ids: readonly string[]): StatementBatch => {
      const { statements, ...batch } = aBatch(ids, "canary");
      const keys = (from: (typeof statements)[number]) => ({ ...from.keys, registration });
      return {
        ...batch,
        statements: statements.map((one) => ({ ...one, class: "formative", keys: keys(one) })),
      };
    };
    const { statements, journals } = statementCollections(connection);
    await store().appendStatements(learning([uuid(), uuid()]));
    await leave(learning([uuid()]), "committed");
    await leave(learning([uuid(), uuid()]), "open", 1);
    const litter = learning([uuid()]);
    await statements.insertMany(pendingDocuments(litter, `${litter.id}.x`, litter.statements));
    expect(await store().removeFormative(tenant, registration)).to.equal(3);
    expect(await statements.countDocuments({ text: "canary" })).to.equal(0);
    expect(await journals.countDocuments({})).to.equal(0);
  });

  it("lets no attempt commit that was given up meanwhile", async () => {
    const batches = Array.from({ length: 10 }, () => aBatch([uuid(), uuid(), uuid()]));
    const writing = Promise.all(batches.map((batch) => store().appendStatements(batch)));
    // Another process that starts ends whatever it finds open; the writers have to notice and start anew.
    for (let times = 0; times < 5; times += 1) await store().recoverStatements();
    expect((await writing).every(({ kind }) => kind === "stored")).to.equal(true);
    for (const { statements } of batches)
      for (const { id } of statements) expect(await textOf(id)).to.equal("one");
  });

  it("ends old attempts when it is asked how far it is consistent", async () => {
    const batch = aBatch([uuid()]);
    await leave(batch, "committed");
    expect(await store().consistentThrough(tenant, batch.storedAt + 10)).to.be.below(batch.storedAt);
    const later = batch.storedAt + 120_000;
    expect(await store().consistentThrough(tenant, later)).to.be.within(later - 2000, later - 1);
  });
});
