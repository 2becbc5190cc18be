import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { eventClass, type AnyEvent, type EventType } from "../../../src/foundation/events/index.js";
import { createLogger, days } from "../../../src/foundation/kernel/index.js";
import type { StatementClass } from "../../../src/standards/lrs/index.js";
import type { Storage } from "../../../src/storage/index.js";
import { createRetention, type RetentionDeps } from "../../../src/training/evidence/index.js";
import type { Attempt } from "../../../src/training/learning/index.js";
import { fixedAt, type FixedClock } from "../../kit/clock.js";
import { storeRows } from "../../kit/store-rows.js";
import {
  mongoDatabase,
  newId,
  open,
  sqliteDatabase,
  type MakeDatabase,
  type TestDatabase,
} from "../../storage/contract/database.js";
import { aJob, anAttempt, anEvent, arvenia } from "../../storage/contract/samples.js";
import { aBatch, aStatement } from "../../storage/contract/statements.js";
import { aRecord, quizId, registration } from "./a-record.js";

/** What must not be found anywhere once its time is over. */
const canary = "canary-of-learning";
const completedAt = Date.parse("2026-09-01T08:00:00Z");
const formativeUntil = completedAt + days(90);

const activities: Attempt["activities"] = {
  lesson: { openedAt: 1, doneAt: 2 },
  quiz: {
    doneAt: 9,
    runs: [
      {
        ...{ id: `${canary}-failed-run`, startedAt: 1, endedAt: 2, scaled: 0.25, passed: false },
        ...{ items: [{ itemId: "i", options: [`${canary}-option`] }], answers: { i: [`${canary}-option`] } },
      },
      { id: "run", startedAt: 3, endedAt: 4, scaled: 1, passed: true, items: [], answers: { i: [canary] } },
    ],
  },
  scenario: {
    doneAt: 9,
    ways: [
      {
        ...{
          id: "way",
          startedAt: 5,
          endedAt: 6,
          endEventId: "end",
          scaled: 0.9,
          passed: true,
          debriefedAt: 7,
        },
        choices: [{ nodeId: "n", optionId: `${canary}-choice`, at: 5 }],
        notes: { saw: `${canary}-note` },
      },
    ],
  },
};

const aCompleted = (changes: Partial<Attempt> = {}): Attempt =>
  anAttempt({ personId: newId(), completedAt, formativeUntil, activities, ...changes });

const anAnswer = (attempt: Attempt, sequence: number): AnyEvent =>
  anEvent(attempt.id, sequence, {
    type: "question.answered",
    data: { response: [`${canary}-event`] },
  } as unknown as Partial<AnyEvent>);

function retentionContract(make: MakeDatabase): void {
  let clock: FixedClock;
  let database: TestDatabase;
  let storage: Storage;
  let lines: string[];

  beforeEach(async () => {
    clock = fixedAt(new Date(formativeUntil).toISOString());
    database = make();
    storage = await open(database);
    lines = [];
  });
  afterEach(async () => {
    await storage.close();
    await database.drop();
  });

  const retention = (changes: Partial<RetentionDeps> = {}, on = storage) => {
    const { attempts, statements, outbox } = on;
    const logger = createLogger("info", { write: (line) => void lines.push(line) });
    const deps = { attempts, statements, outbox, scrub: () => on.scrub(), clock, logger };
    return createRetention({ ...deps, ...changes });
  };
  const none = { attempts: 0, statements: 0, events: 0, waiting: 0, failed: 0 };

  async function learned(attempt: Attempt, statements = 2): Promise<Attempt> {
    await storage.attempts.addAttempt(attempt, []);
    const aboutIt = (kind: StatementClass, text: string) =>
      aStatement({ class: kind, text, keys: { registration: attempt.registration } });
    const formative = Array.from({ length: statements }, () => aboutIt("formative", `"${canary}-said"`));
    await storage.statements.appendStatements(aBatch([...formative, aboutIt("evidence", '"kept"')], arvenia));
    return attempt;
  }
  const statementsOf = async ({ registration }: Attempt): Promise<string[]> => {
    const query = { ...arvenia, registration, ascending: true, limit: 100 };
    const found = await storage.statements.queryStatements({ ...query, classes: ["evidence", "formative"] });
    return found.map(({ text }) => text);
  };
  const found = (attempt: Attempt) => storage.attempts.findAttempt(arvenia, attempt.personId, "M01");
  const everything = async () => JSON.stringify([...(await storeRows(database.address)).values()]);

  it("deletes nothing one millisecond before the 90 days are over, and all of it when they are", async () => {
    const attempt = await learned(aCompleted({ formativeUntil: formativeUntil + 1 }));
    expect(await retention().run()).to.deep.equal(none);
    expect(await found(attempt)).to.deep.equal(attempt);
    expect(await statementsOf(attempt)).to.have.length(3);
    clock.advance(1);
    expect(await retention().run()).to.deep.equal({ ...none, attempts: 1, statements: 2 });
    expect(await statementsOf(attempt)).to.deep.equal(['"kept"']);
    const trimmed = await found(attempt);
    expect(trimmed).to.include({ completedAt, version: 2 }).and.not.to.have.property("formativeUntil");
    expect(trimmed?.activities["quiz"]?.runs?.map(({ scaled }) => scaled)).to.deep.equal([1]);
    expect(await everything()).not.to.include(canary);
  });
  it("never touches an attempt that is not completed, however old", async () => {
    const attempt = await learned(anAttempt({ activities, begunAt: 1 }));
    clock.advance(days(3650));
    expect(await retention().run()).to.deep.equal(none);
    expect(await found(attempt)).to.deep.equal(attempt);
    expect(await statementsOf(attempt)).to.have.length(3);
  });
  it("ends what a run left that was cut off between the statements and the attempt", async () => {
    const attempt = await learned(aCompleted());
    const cutOff = {
      ...storage.attempts,
      saveAttempt: () => Promise.reject(new TypeError("the power went")),
    };
    expect(await retention({ attempts: cutOff }).run()).to.deep.equal({ ...none, statements: 2, failed: 1 });
    expect(await found(attempt)).to.deep.equal(attempt);
    expect(await retention().run()).to.deep.equal({ ...none, attempts: 1 });
    expect(await everything()).not.to.include(canary);
  });
  it("finds nothing to do the second time", async () => {
    await learned(aCompleted());
    await retention().run();
    const before = await everything();
    expect(await retention().run()).to.deep.equal(none);
    expect(await everything()).to.equal(before);
  });
  it("does each attempt once when two processes run it at once, and no harm", async function () {
    this.timeout(30_000);
    for (let n = 0; n < 30; n += 1) await learned(aCompleted(), 5);
    const other = await open(database);
    const [one, two] = await Promise.all([retention().run(), retention({}, other).run()]);
    await other.close();
    expect(one.attempts + two.attempts).to.equal(30);
    expect(one.statements + two.statements).to.equal(150);
    expect(one.failed + two.failed).to.equal(0);
    expect(await everything()).not.to.include(canary);
  });
  it("reads an attempt again that someone changed meanwhile, and keeps their change", async () => {
    const attempt = await learned(aCompleted());
    await learned(aCompleted({ formativeUntil: formativeUntil - 1 }));
    let changed = false;
    const beaten: Storage["attempts"] = {
      ...storage.attempts,
      saveAttempt: async (next, version, events) => {
        if (next.id === attempt.id && !changed) {
          changed = true;
          await storage.attempts.saveAttempt({ ...attempt, version: 2, forms: ["theirs"] }, 1, []);
        }
        return storage.attempts.saveAttempt(next, version, events);
      },
    };
    expect(await retention({ attempts: beaten }).run()).to.deep.equal({
      ...none,
      attempts: 2,
      statements: 4,
    });
    expect(await found(attempt)).to.deep.include({ version: 3, forms: ["theirs"] });
    expect(await everything()).not.to.include(canary);
  });
  it("goes on after an attempt that fails, and says so in the log, without a name", async () => {
    const attempts = [await learned(aCompleted()), await learned(aCompleted()), await learned(aCompleted())];
    const broken = attempts[1]!;
    const failing: Storage["statements"] = {
      ...storage.statements,
      removeFormative: (tenant, registration) =>
        registration === broken.registration
          ? Promise.reject(new TypeError(registration))
          : storage.statements.removeFormative(tenant, registration),
    };
    const counts = await retention({ statements: failing }).run();
    expect(counts).to.deep.equal({ ...none, attempts: 2, statements: 4, failed: 1 });
    expect(await found(broken)).to.deep.equal(broken);
    expect(lines).to.have.length(1);
    expect(lines.join("")).to.include("could not be deleted").and.not.include(broken.registration);
  });
  it("works through more than a page, and first only counts them when that is asked", async function () {
    this.timeout(60_000);
    const attempts = Array.from({ length: 205 }, () => aCompleted());
    for (const attempt of attempts) await learned(attempt, 1);
    const due = { ...none, attempts: 205, statements: 205 };
    const before = await everything();
    expect(await retention().run({ dryRun: true })).to.deep.equal(due);
    expect(await everything()).to.equal(before);
    expect(await retention().run()).to.deep.equal(due);
    expect(await everything()).not.to.include(canary);
  });
  it("ends after the attempt at hand when it is to stop", async () => {
    for (let n = 0; n < 3; n += 1) await learned(aCompleted());
    const stop = new AbortController();
    const stopping: Storage["attempts"] = {
      ...storage.attempts,
      saveAttempt: (...change) => {
        stop.abort();
        return storage.attempts.saveAttempt(...change);
      },
    };
    const counts = await retention({ attempts: stopping }).run({ signal: stop.signal });
    expect(counts).to.deep.equal({ ...none, attempts: 1, statements: 2 });
    expect((await retention().run()).attempts).to.equal(2);
  });
  it("deletes the dead letters of learning, and leaves those of evidence and of others", async () => {
    const attempt = await learned(aCompleted());
    const young = await learned(aCompleted({ formativeUntil: formativeUntil + 1 }));
    const passed = anEvent(attempt.id, 2, { type: "quiz.passed" });
    const events = [anAnswer(attempt, 1), passed, anAnswer(young, 1)];
    await storage.outbox.dispatch(
      events,
      events.map((event) => aJob("evidence", event)),
    );
    for (const event of events) await storage.outbox.bury(aJob("evidence", event).id, 5, "statement_refused");
    expect(await retention().run()).to.deep.equal({ ...none, attempts: 1, statements: 2, events: 1 });
    const left = (await storage.outbox.deadJobs(10)).map(({ event }) => event.id);
    expect(left).to.have.members([passed.id, events[2]!.id]);
  });
  it("leaves an attempt to the next run while learning of it is still on its way into the record", async () => {
    const attempt = await learned(aCompleted());
    const [undispatched, waiting] = [anAnswer(attempt, 1), anAnswer(attempt, 2)];
    await storage.attempts.saveAttempt({ ...attempt, version: 2 }, 1, [undispatched]);
    await storage.outbox.dispatch([waiting], [aJob("evidence", waiting)]);
    expect(await retention().run()).to.deep.equal({ ...none, statements: 2, events: 2, waiting: 1 });
    // The job had been read before it was taken away, and writes its statement after all.
    const late = aStatement({
      class: "formative",
      text: canary,
      keys: { registration: attempt.registration },
    });
    await storage.statements.appendStatements(aBatch([late], arvenia));
    expect(await retention().run()).to.deep.equal({ ...none, attempts: 1, statements: 1 });
    expect(await storage.outbox.undispatched(10)).to.deep.equal([]);
    expect(await everything()).not.to.include(canary);
  });
}

describe("retention on SQLite", () => {
  retentionContract(sqliteDatabase);

  it("leaves no byte of what was learning in the store's files, however often it was written over", async function () {
    this.timeout(60_000);
    const database = sqliteDatabase();
    const storage = await open(database, { serving: true });
    const clock = fixedAt(new Date(formativeUntil).toISOString());
    const attempts = Array.from({ length: 45 }, (_unused, n) =>
      aCompleted(n % 3 === 0 ? { formativeUntil: formativeUntil + 1, activities: {} } : {}),
    );
    for (const attempt of attempts) {
      // As a trainee works: each step writes the attempt anew, a little longer, and an event that becomes a statement.
      await storage.attempts.addAttempt({ ...attempt, activities: {} }, []);
      for (let version = 2; version < 12; version += 1) {
        const forms = Array.from({ length: version * 3 }, () => newId());
        const answer = anAnswer(attempt, version);
        await storage.attempts.saveAttempt({ ...attempt, version, forms }, version - 1, [answer]);
        const job = aJob("evidence", answer);
        await storage.outbox.dispatch([answer], [job]);
        const said = { class: "formative", text: `${canary}-${newId()}` } as const;
        const statement = aStatement({ ...said, keys: { registration: attempt.registration } });
        const isDue = attempt.formativeUntil === formativeUntil;
        if (isDue) await storage.statements.appendStatements(aBatch([statement], arvenia));
        await storage.outbox.finish([job.id], version);
      }
    }
    const path = database.address.slice("file:".length);
    const files = () => readdirSync(dirname(path)).map((name) => readFileSync(join(dirname(path), name)));
    expect(files().some((bytes) => bytes.includes(canary))).to.equal(true);
    const { attempts: rows, statements, outbox } = storage;
    const deps = { attempts: rows, statements, outbox, scrub: () => storage.scrub() };
    const counts = await createRetention({ ...deps, clock, logger: createLogger("silent") }).run();
    expect(counts).to.include({ attempts: 30, statements: 300, failed: 0, waiting: 0 });
    // The server goes on, with its files open.
    for (const bytes of files()) expect(bytes.includes(canary)).to.equal(false);
    await storage.close();
    await database.drop();
  });
});

describe("retention of what evidence wrote", () => {
  it("finds the statement of every kind of formative event, and no other", async () => {
    const { storage, evidence, anEvent, seen, tenant } = await aRecord();
    const scenario = { activityId: "border-check", runId: "way-1" };
    const end = { scaled: 0.25, durationMs: 1000 };
    const response = { itemId: "letters-in-the-cab", response: ["a"], correct: false };
    const failed = anEvent("scenario.failed", { ...scenario, ...end, path: ["papers"] });
    const formative = [
      anEvent("question.answered", { activityId: quizId, runId: "run-1", ...response }),
      anEvent("quiz.failed", { activityId: quizId, runId: "run-1", ...end }),
      anEvent("decision.made", {
        ...{ ...scenario, nodeId: "papers", optionId: "profile", ratings: { legality: -2 } },
      }),
      failed,
      anEvent("failed-run.debriefed", { ...scenario, endEventId: failed.id }),
    ];
    const types = (Object.keys(eventClass) as EventType[]).filter((type) => eventClass[type] === "formative");
    expect(formative.map(({ type }) => type)).to.have.members(types);
    const passed = anEvent("quiz.passed", { activityId: quizId, runId: "run-2", ...end, scaled: 1 });
    for (const event of [...formative, passed]) await evidence.subscriber.handle(event);
    expect(await seen("formative")).to.have.length(formative.length);
    expect(await storage.statements.removeFormative(tenant, registration)).to.equal(formative.length);
    expect(await seen("formative")).to.deep.equal([]);
    expect(await seen("evidence")).to.have.length(1);
    await storage.close();
  });
});

describe("retention on MongoDB", () => {
  const server = process.env["TESSERA_TEST_MONGODB"];
  if (server === undefined) {
    it("is skipped: set TESSERA_TEST_MONGODB to the address of a server that may be written to");
    return;
  }
  retentionContract(() => mongoDatabase(server));
});
