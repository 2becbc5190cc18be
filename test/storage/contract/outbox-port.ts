import { expect } from "chai";
import type { AnyEvent, OutboxStore } from "../../../src/foundation/events/index.js";
import { eachTestHasAStore, type MakeDatabase } from "./database.js";
import { aJob, anAttempt, anEvent, arvenia, atOnce, belmora } from "./samples.js";

const subscriber = "grades";

async function dispatched(outbox: OutboxStore, events: readonly AnyEvent[]): Promise<void> {
  await outbox.dispatch(
    events,
    events.map((event) => aJob(subscriber, event)),
  );
}

export function outboxPortContract(make: MakeDatabase): void {
  describe("the outbox's port", () => {
    const store = eachTestHasAStore(make);
    const events = [anEvent("lane", 1), anEvent("lane", 2), anEvent("lane", 3)];

    it("gives saved events in the order they were saved, until they are dispatched", async () => {
      const { attempts, outbox } = store();
      await attempts.addAttempt(anAttempt(), events.slice(0, 2));
      await attempts.saveAttempt(anAttempt({ version: 2 }), 1, []);
      const attempt = (await attempts.findAttempt(anAttempt(), "person", "M01"))!;
      await attempts.saveAttempt({ ...attempt, version: 2 }, 1, events.slice(2));
      expect(await outbox.undispatched(10)).to.deep.equal(events);
      expect(await outbox.undispatched(2)).to.deep.equal(events.slice(0, 2));
      await dispatched(outbox, events.slice(0, 1));
      expect(await outbox.undispatched(10)).to.deep.equal(events.slice(1));
      await dispatched(outbox, events.slice(1));
      expect(await outbox.undispatched(10)).to.deep.equal([]);
    });
    it("makes one job of an event, however often and at once it is dispatched", async () => {
      const { outbox } = store();
      await atOnce(10, () => dispatched(outbox, events));
      expect((await outbox.backlog()).waiting).to.equal(3);
      const lease = (await outbox.leaseLane("me", 2000, 9000))!;
      await outbox.finish([aJob(subscriber, events[0]!).id], 2000);
      await outbox.bury(aJob(subscriber, events[1]!).id, 2000, "reason");
      await dispatched(outbox, events);
      expect((await outbox.laneJobs(lease, 10)).map((job) => job.event)).to.deep.equal(events.slice(2));
      expect(await outbox.backlog()).to.include({ waiting: 1, dead: 1 });
    });
    it("leases a lane to one of many, with its jobs in the order of their sequence", async () => {
      const { outbox } = store();
      await dispatched(outbox, [...events].reverse());
      const leases = (await atOnce(20, (n) => outbox.leaseLane(`owner-${n}`, 2000, 9000))).filter(Boolean);
      expect(leases).to.have.length(1);
      const jobs = await outbox.laneJobs(leases[0]!, 10);
      expect(jobs).to.deep.equal(events.map((event) => aJob(subscriber, event)));
      expect(await outbox.laneJobs(leases[0]!, 1)).to.deep.equal(jobs.slice(0, 1));
    });
    it("leases nothing before its time", async () => {
      const { outbox } = store();
      await dispatched(outbox, events);
      expect(await outbox.leaseLane("me", 999, 9000)).to.equal(undefined);
      expect((await outbox.backlog()).nextDueAt).to.equal(1000);
      expect(await outbox.leaseLane("me", 1000, 9000)).to.include({ lane: "lane", subscriber });
      expect((await outbox.backlog()).nextDueAt).to.equal(9000);
    });
    it("gives a lane to another when its lease ran out, and tells the first one so", async () => {
      const { outbox } = store();
      await dispatched(outbox, events);
      const first = (await outbox.leaseLane("one", 2000, 5000))!;
      expect(await outbox.renewLease(first, 6000)).to.equal(true);
      expect(await outbox.leaseLane("two", 5500, 9000)).to.equal(undefined);
      const second = (await outbox.leaseLane("two", 6000, 9000))!;
      expect(second.token).not.to.equal(first.token);
      expect(await outbox.renewLease(first, 20_000)).to.equal(false);
      await outbox.releaseLane(first);
      expect(await outbox.leaseLane("three", 8000, 9000)).to.equal(undefined);
      expect(await outbox.renewLease(second, 9500)).to.equal(true);
    });
    it("makes a released lane due when its next job is", async () => {
      const { outbox } = store();
      await dispatched(outbox, events);
      const lease = (await outbox.leaseLane("me", 2000, 9000))!;
      await outbox.retryLater(aJob(subscriber, events[0]!).id, 7000);
      await outbox.releaseLane(lease);
      expect(await outbox.leaseLane("me", 6999, 9000)).to.equal(undefined);
      const again = (await outbox.leaseLane("me", 7000, 9000))!;
      expect((await outbox.laneJobs(again, 1))[0]).to.include({ failures: 1, notBefore: 7000 });
    });
    it("never loses a job that comes while its lane is being released", async () => {
      const { outbox } = store();
      const lanes = Array.from({ length: 40 }, (_unused, n) => [
        anEvent(`lane-${n}`, 1),
        anEvent(`lane-${n}`, 2),
      ]);
      const early = lanes.map(([first]) => first!);
      const late = lanes.map(([, second]) => second!);
      await dispatched(outbox, early);
      const leases = await atOnce(40, () => outbox.leaseLane("me", 2000, 9000));
      await outbox.finish(
        early.map((event) => aJob(subscriber, event).id),
        2000,
      );
      // Each job comes at another moment of its lane's release.
      await atOnce(40, async (n) => {
        const coming = new Promise((resolve) => setTimeout(resolve, n)).then(() =>
          dispatched(outbox, [late[n]!]),
        );
        const lease = leases.find((one) => one?.lane === `lane-${n}`)!;
        await Promise.all([outbox.releaseLane(lease), coming]);
      });
      const again = (await atOnce(40, () => outbox.leaseLane("me", 2000, 9000))).filter(Boolean);
      expect(again).to.have.length(40);
      for (const lease of again) expect(await outbox.laneJobs(lease!, 10)).to.have.length(1);
    });
    it("puts a dead job back into its lane, once", async () => {
      const { outbox } = store();
      await dispatched(outbox, events.slice(0, 1));
      const lease = (await outbox.leaseLane("me", 2000, 9000))!;
      const { id } = aJob(subscriber, events[0]!);
      await outbox.bury(id, 3000, "line_item_gone");
      await outbox.releaseLane(lease);
      expect(await outbox.leaseLane("me", 4000, 9000)).to.equal(undefined);
      const [dead] = await outbox.deadJobs(10);
      expect(dead).to.deep.include({ id, diedAt: 3000, reason: "line_item_gone", event: events[0] });
      const answers = await atOnce(5, () => outbox.revive(id, 5000));
      expect(answers.filter(Boolean)).to.have.length(1);
      const again = (await outbox.leaseLane("me", 5000, 9000))!;
      expect((await outbox.laneJobs(again, 1))[0]).to.include({ id, failures: 0, notBefore: 5000 });
      expect(await outbox.revive("nothing", 5000)).to.equal(false);
    });
    it("is done with a dead job in whose place another one stands, and with no job that waits", async () => {
      const { outbox } = store();
      await dispatched(outbox, events.slice(0, 2));
      const [dead, waiting] = events.map((event) => aJob(subscriber, event));
      await outbox.bury(dead!.id, 3000, "service_refused");
      expect(await outbox.settle(waiting!.id, 4000)).to.equal(false);
      const answers = await atOnce(5, () => outbox.settle(dead!.id, 4000));
      expect(answers.filter(Boolean)).to.have.length(1);
      expect(await outbox.deadJobs(10)).to.deep.equal([]);
      expect(await outbox.revive(dead!.id, 5000)).to.equal(false);
      // A redelivery of its event finds it.
      await outbox.dispatch(events.slice(0, 1), [dead!]);
      expect(await outbox.backlog()).to.include({ waiting: 1, dead: 0 });
      expect(await outbox.purgeFinished(4001)).to.equal(1);
    });
    it("forgets events of some types in one lane, wherever they are not done with", async () => {
      const { attempts, outbox } = store();
      const told = (sequence: number, lane = "lane", type: AnyEvent["type"] = "question.answered") =>
        anEvent(lane, sequence, { type } as Partial<AnyEvent>);
      const [undispatched, waiting, dead, done] = [told(1), told(2), told(3), told(4)];
      const others = [told(5, "other"), told(6, "lane", "quiz.passed")];
      await dispatched(outbox, [waiting, dead, done, ...others]);
      await outbox.bury(aJob(subscriber, dead).id, 3000, "reason");
      await outbox.finish([aJob(subscriber, done).id], 3000);
      const kept = told(7, "lane", "quiz.passed");
      await attempts.addAttempt(anAttempt({ activities: { quiz: {} } }), [undispatched, kept]);
      await attempts.addAttempt(anAttempt({ personId: "other" }), [told(8, "lane")]);
      const elsewhere = { ...belmora, lane: "lane" };
      expect(await outbox.forget(elsewhere, ["question.answered"])).to.deep.equal({ waiting: 0, dead: 0 });
      const lane = { ...arvenia, lane: "lane" };
      expect(await outbox.forget(lane, ["question.answered", "quiz.failed"])).to.deep.equal({
        waiting: 3,
        dead: 1,
      });
      expect(await outbox.undispatched(10)).to.deep.equal([kept]);
      expect(await outbox.deadJobs(10)).to.deep.equal([]);
      expect(await outbox.backlog()).to.include({ waiting: 2, dead: 0 });
      expect(await outbox.forget(lane, ["question.answered"])).to.deep.equal({ waiting: 0, dead: 0 });
      expect((await attempts.findAttempt(arvenia, "person", "M01"))?.activities).to.deep.equal({ quiz: {} });
      // The tombstone of what was done is there still.
      await dispatched(outbox, [done]);
      expect((await outbox.backlog()).waiting).to.equal(2);
    });
    it("forgets tombstones that are old enough", async () => {
      const { outbox } = store();
      await dispatched(outbox, events.slice(0, 2));
      await outbox.finish([aJob(subscriber, events[0]!).id], 3000);
      await outbox.finish([aJob(subscriber, events[1]!).id], 5000);
      expect(await outbox.purgeFinished(5000)).to.equal(1);
      expect(await outbox.purgeFinished(5001)).to.equal(1);
    });
  });
}
