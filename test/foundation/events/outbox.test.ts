import { readFileSync } from "node:fs";
import { expect } from "chai";
import fc from "fast-check";
import {
  createOutbox,
  EventsError,
  outboxDefaults,
  retryDelay,
  subscribe,
} from "../../../src/foundation/events/index.js";
import { createLogger, createNewId, hours } from "../../../src/foundation/kernel/index.js";
import { openStorage, StorageError } from "../../../src/storage/index.js";
import { fixedAt } from "../../kit/clock.js";

const none = () => Promise.resolve();

describe("an outbox", () => {
  it("is not made with two subscribers of one name", async () => {
    const clock = fixedAt("2026-01-01T00:00:00Z");
    const deps = { clock, newId: createNewId(clock), logger: createLogger("silent") };
    const storage = await openStorage("file::memory:", { ...deps, serving: false });
    const twice = subscribe({ name: "grades", types: ["quiz.passed"], handle: none });
    expect(() => createOutbox({ ...deps, store: storage.outbox, subscribers: [twice, twice] }))
      .to.throw(EventsError)
      .with.property("code", "subscriber_name_taken");
    await storage.close();
  });
  it("waits longer after each failure, about a day over all, whatever the chance", () => {
    const chances = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 11, maxLength: 11 });
    fc.assert(
      fc.property(chances, (random) => {
        const waits = random.map((chance, index) => retryDelay(outboxDefaults, index + 1, chance));
        const total = waits.reduce((sum, wait) => sum + wait, 0);
        expect(total).to.be.within(hours(16), hours(30));
        expect(waits.every((wait, index) => index === 0 || wait > waits[index - 1]!)).to.equal(true);
      }),
    );
  });
});

describe("the words for faults of the store and of events", () => {
  for (const [room, { statuses }] of [
    ["storage", StorageError],
    ["events", EventsError],
  ] as const) {
    it(`are there for every code (${room})`, () => {
      const path = new URL(`../../../views/locales/en/${room}.json`, import.meta.url);
      const { errors } = JSON.parse(readFileSync(path, "utf8")) as { errors: Record<string, object> };
      expect(Object.keys(errors)).to.have.members(Object.keys(statuses));
      for (const words of Object.values(errors)) expect(words).to.have.all.keys("title", "text", "next");
    });
  }
});
