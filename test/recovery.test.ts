import { expect } from "chai";
import mongoose from "mongoose";
import { hours } from "../src/foundation/kernel/index.js";
import { fixedAt } from "./kit/clock.js";
import { describeWith } from "./kit/needs.js";
import { aTool } from "./kit/tool.js";
import {
  mongoDatabase,
  newId,
  open,
  sqliteDatabase,
  type TestDatabase,
} from "./storage/contract/database.js";
import { aJob, anAttempt, anEvent, arvenia } from "./storage/contract/samples.js";

const clock = fixedAt("2026-11-21T09:00:00Z");

/** A score that a process took on, and died before it was sent. */
async function aDeadProcess(database: TestDatabase): Promise<void> {
  const dead = await open(database, { clock });
  const attempt = anAttempt({ personId: newId() });
  const event = anEvent(attempt.id, 1, { at: clock.now() });
  await dead.attempts.addAttempt(attempt, [event]);
  await dead.outbox.dispatch([event], [aJob("lti.score", event)]);
  const lease = await dead.outbox.leaseLane("dead", clock.now(), clock.now() + hours(1));
  expect(lease).to.include({ ...arvenia, lane: attempt.id });
  await dead.close();
}

describe("a tool that starts after one that died", function () {
  this.timeout(60_000);
  let database: TestDatabase;
  afterEach(() => database.drop());

  const startAndWork = async () => {
    const tool = await aTool({ clock, database: database.address });
    try {
      return await tool.app.outbox.drain();
    } finally {
      await tool.close();
    }
  };

  it("goes on at once with what the dead one had taken on", async () => {
    database = sqliteDatabase();
    await aDeadProcess(database);
    expect(await startAndWork()).to.include({ handled: 1, failed: 0, buried: 0 });
  });

  describeWith("mongodb", "on MongoDB", (server) => {
    it("goes on with what the dead one had noted half", async () => {
      database = mongoDatabase(server);
      await aDeadProcess(database);
      const connection = await mongoose.createConnection(database.address).asPromise();
      await connection.collection("outbox_lanes").deleteMany({});
      await connection.close();
      expect(await startAndWork()).to.include({ handled: 1, failed: 0, buried: 0 });
    });
  });
});
