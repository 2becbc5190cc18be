import { expect } from "chai";
import {
  createOutbox,
  outboxDefaults,
  PermanentFailure,
  retryDelay,
  subscribe,
  type AnyEvent,
  type Outbox,
  type OutboxOptions,
  type Subscriber,
} from "../../../src/foundation/events/index.js";
import { createLogger, minutes, seconds, systemClock } from "../../../src/foundation/kernel/index.js";
import { fixedAt, type FixedClock } from "../../kit/clock.js";
import { eachTestHasAStore, newId, type MakeDatabase } from "./database.js";
import { anAttempt, anEvent } from "./samples.js";

/** A subscriber that writes down what reached it, and fails as often as `failing` says. */
function recorder(
  name: string,
  changes: Partial<Subscriber> = {},
  failing: (event: AnyEvent) => Error | undefined = () => undefined,
) {
  const seen: string[] = [];
  const subscriber: Subscriber = {
    name,
    types: ["module.progressed"],
    handle: async (event, { attempt }) => {
      seen.push(`${event.lane}:${event.sequence}#${attempt}`);
      const error = failing(event);
      if (error !== undefined) throw error;
      return Promise.resolve();
    },
    ...changes,
  };
  return { seen, subscriber };
}

export function outboxServiceContract(make: MakeDatabase): void {
  describe("the outbox", () => {
    const store = eachTestHasAStore(make);
    let clock: FixedClock;
    let outbox: Outbox;
    let lines: string[];
    beforeEach(() => {
      clock = fixedAt("2026-01-01T00:00:00Z");
      lines = [];
    });

    function serve(subscribers: readonly Subscriber[], options: Partial<OutboxOptions> = {}): Outbox {
      const logger = createLogger("info", { write: (line) => void lines.push(line) });
      const deps = { store: store().outbox, clock, newId, logger, subscribers, random: () => 0.5 };
      return (outbox = createOutbox({ ...deps, options }));
    }

    async function happened(...events: AnyEvent[]): Promise<void> {
      await store().attempts.addAttempt(anAttempt({ personId: newId() }), events);
    }

    it("hands each event to each of its subscribers once, lane by lane in order", async () => {
      const [one, two] = [recorder("one"), recorder("two")];
      const none = recorder("none", { types: ["quiz.passed"] });
      serve([one.subscriber, two.subscriber, none.subscriber]);
      await happened(anEvent("a", 1), anEvent("b", 1), anEvent("a", 2), anEvent("b", 2));
      expect(await outbox.drain()).to.deep.equal({ dispatched: 4, handled: 8, failed: 0, buried: 0 });
      for (const { seen } of [one, two]) {
        expect(seen.filter((entry) => entry.startsWith("a"))).to.deep.equal(["a:1#1", "a:2#1"]);
        expect(seen.filter((entry) => entry.startsWith("b"))).to.deep.equal(["b:1#1", "b:2#1"]);
      }
      expect(none.seen).to.deep.equal([]);
      expect((await outbox.drain()).handled).to.equal(0);
    });
    it("handles only the last of a lane's waiting events where that is enough", async () => {
      const last = recorder("last", { coalesce: true });
      serve([last.subscriber]);
      await happened(anEvent("a", 1), anEvent("a", 2), anEvent("b", 1), anEvent("a", 3));
      expect(await outbox.drain()).to.include({ handled: 4 });
      expect(last.seen.sort()).to.deep.equal(["a:3#1", "b:1#1"]);
    });
    it("holds up the lane of a failing job, in order, and no other lane", async () => {
      let broken = true;
      const sends = recorder("sends", {}, (event) =>
        broken && event.lane === "a" ? new TypeError("no") : undefined,
      );
      serve([sends.subscriber]);
      await happened(anEvent("a", 1), anEvent("a", 2), anEvent("b", 1));
      expect(await outbox.drain()).to.include({ handled: 1, failed: 1 });
      clock.advance(retryDelay(outboxDefaults, 1, 0.5) - 1);
      expect(await outbox.drain()).to.include({ handled: 0, failed: 0 });
      broken = false;
      clock.advance(1);
      await outbox.drain();
      expect(sends.seen.filter((entry) => entry.startsWith("a"))).to.deep.equal(["a:1#1", "a:1#2", "a:2#1"]);
    });
    it("tries a job soon again that waits for another one's work, and warns nobody", async () => {
      const another = Object.assign(new Error("not yet"), { expected: true });
      let waits = 2;
      const sends = recorder("sends", {}, () => (waits-- > 0 ? another : undefined));
      serve([sends.subscriber]);
      await happened(anEvent("a", 1));
      for (const delay of [outboxDefaults.firstExpectedMs, outboxDefaults.firstExpectedMs * 2.5]) {
        expect(await outbox.drain()).to.include({ handled: 0, failed: 1 });
        clock.advance(delay);
      }
      expect(await outbox.drain()).to.include({ handled: 1, failed: 0 });
      expect(lines.filter((line) => line.includes("a job waits for another"))).to.have.length(2);
      expect(lines).to.have.length(2);
    });
    it("buries a job that fails for about a day, and goes on with its lane", async () => {
      const sends = recorder("sends", {}, (event) =>
        event.sequence === 1 ? new TypeError("a secret") : undefined,
      );
      serve([sends.subscriber]);
      await happened(anEvent("a", 1), anEvent("a", 2));
      const begun = clock.now();
      while ((await outbox.drain()).buried === 0) {
        clock.advance((await store().outbox.backlog()).nextDueAt! - clock.now());
      }
      expect(sends.seen.filter((entry) => entry.startsWith("a:1"))).to.have.length(
        outboxDefaults.maxFailures,
      );
      expect(sends.seen.at(-1)).to.equal("a:2#1");
      expect(clock.now() - begun).to.be.within(minutes(18 * 60), minutes(30 * 60));
      expect((await store().outbox.deadJobs(5))[0]).to.include({ reason: "unforeseen", failures: 12 });
      expect(lines.join("")).not.to.include("a secret");
      expect(lines.join("")).to.include('"requestId":"request"');
    });
    it("never gives up a patient subscriber's job that fails, and asks every few minutes", async () => {
      let isAway = true;
      const sends = recorder("sends", { patient: true }, () => (isAway ? new TypeError("no") : undefined));
      serve([sends.subscriber]);
      await happened(anEvent("a", 1), anEvent("a", 2));
      const waits: number[] = [];
      for (let tries = 0; tries < 30; tries += 1) {
        expect(await outbox.drain()).to.include({ failed: 1, buried: 0 });
        waits.push((await store().outbox.backlog()).nextDueAt! - clock.now());
        clock.advance(waits.at(-1)!);
      }
      expect(waits[0]).to.equal(outboxDefaults.firstRetryMs);
      expect(waits.at(-1)).to.equal(outboxDefaults.longestPatientMs);
      isAway = false;
      expect(await outbox.drain()).to.include({ handled: 2 });
      expect(sends.seen.slice(-2)).to.deep.equal(["a:1#31", "a:2#1"]);
    });
    it("buries even a patient subscriber's job that can't be done", async () => {
      serve([recorder("sends", { patient: true }, () => new PermanentFailure("refused")).subscriber]);
      await happened(anEvent("a", 1));
      expect(await outbox.drain()).to.include({ failed: 1, buried: 1 });
    });
    it("buries a permanent failure at once, and revives it when asked", async () => {
      let broken = true;
      const sends = recorder("sends", {}, () =>
        broken ? new PermanentFailure("line_item_gone") : undefined,
      );
      serve([sends.subscriber]);
      await happened(anEvent("a", 1));
      expect(await outbox.drain()).to.include({ failed: 1, buried: 1 });
      const [dead] = await store().outbox.deadJobs(5);
      expect(dead).to.include({ reason: "line_item_gone" });
      broken = false;
      expect(await outbox.revive(dead!.id)).to.equal(true);
      expect(await outbox.drain()).to.include({ handled: 1 });
      expect(await store().outbox.backlog()).to.deep.equal({ waiting: 0, dead: 0 });
    });
    it("buries one job for a coalesced group, not the whole group", async () => {
      serve([recorder("last", { coalesce: true }, () => new PermanentFailure("gone")).subscriber]);
      await happened(anEvent("a", 1), anEvent("a", 2), anEvent("a", 3));
      await outbox.drain();
      expect((await store().outbox.deadJobs(5)).map((job) => job.event.sequence)).to.deep.equal([3]);
      expect((await store().outbox.backlog()).waiting).to.equal(0);
    });
    it("waits after a coalesced failure, also when another event comes", async () => {
      const last = recorder("last", { coalesce: true }, () => new TypeError("no"));
      serve([last.subscriber]);
      await happened(anEvent("a", 1), anEvent("a", 2));
      await outbox.drain();
      await happened(anEvent("a", 3));
      await outbox.drain();
      expect(last.seen).to.deep.equal(["a:2#1"]);
      clock.advance(seconds(10));
      await outbox.drain();
      expect(last.seen).to.deep.equal(["a:2#1", "a:3#2"]);
    });
    it("gives a job that takes too long a signal, and tries it again later", async () => {
      let aborted = false;
      const never = recorder("never", {
        handle: (_event, { signal }) => {
          signal.addEventListener("abort", () => (aborted = true));
          return new Promise(() => undefined);
        },
      });
      serve([never.subscriber], { jobMs: 20 });
      await happened(anEvent("a", 1));
      expect(await outbox.drain()).to.include({ failed: 1 });
      expect(aborted).to.equal(true);
    });
    it("handles what is saved while it runs, and finishes the job at hand when it stops", async () => {
      const order: string[] = [];
      const arrived = withResolvers();
      const slow = subscribe({
        name: "slow",
        types: ["module.progressed"],
        handle: async (event) => {
          order.push(`begun ${event.data.score}`);
          arrived.resolve(undefined);
          await new Promise((resolve) => setTimeout(resolve, 60));
          order.push(`done ${event.data.score}`);
        },
      });
      serve([slow], { pollMs: 10_000 }).start();
      await happened(anEvent("a", 1), anEvent("a", 2));
      outbox.nudge();
      await arrived.promise;
      await outbox.stop(5000);
      expect(order).to.deep.equal(["begun 1", "done 1"]);
      expect(await store().outbox.leaseLane("next", clock.now(), clock.now() + 1)).to.include({ lane: "a" });
    });
    it("aborts at the deadline, gives the lane back and counts no failure", async () => {
      const arrived = withResolvers();
      const stuck = recorder("stuck", {
        handle: () => {
          arrived.resolve(undefined);
          return new Promise(() => undefined);
        },
      });
      serve([stuck.subscriber]).start();
      await happened(anEvent("a", 1));
      outbox.nudge();
      await arrived.promise;
      await outbox.stop(20);
      const lease = (await store().outbox.leaseLane("next", clock.now(), clock.now() + 1))!;
      expect((await store().outbox.laneJobs(lease, 1))[0]).to.include({ failures: 0 });
    });
    it("keeps a lane through a job that takes longer than the lease", async () => {
      const long = recorder("long", { handle: () => new Promise((resolve) => setTimeout(resolve, 250)) });
      clock = { now: () => systemClock.now(), advance: () => undefined };
      serve([long.subscriber], { leaseMs: 90 });
      await happened(anEvent("a", 1));
      const drained = outbox.drain();
      await new Promise((resolve) => setTimeout(resolve, 180));
      expect(await store().outbox.leaseLane("thief", systemClock.now(), systemClock.now() + 1)).to.equal(
        undefined,
      );
      expect(await drained).to.include({ handled: 1 });
    });
  });
}

function withResolvers(): { promise: Promise<unknown>; resolve: (value: unknown) => void } {
  let resolve: (value: unknown) => void = () => undefined;
  const promise = new Promise<unknown>((done) => (resolve = done));
  return { promise, resolve };
}
