import { randomUUID } from "node:crypto";
import type { Connection, Model } from "mongoose";
import type { Job, LaneLease, OutboxStore } from "../../foundation/events/index.js";
import { isDuplicate } from "./errors.js";
import { jobModel, laneId, laneModel, toDeadJob, toJob, type JobRow, type LaneRow } from "./outbox-rows.js";
import type { MongoRow } from "./documents.js";
import { forgetEvents, raisingRows, removeEvents } from "./outbox-sources.js";

interface Models {
  readonly jobs: Model<JobRow>;
  readonly lanes: Model<LaneRow>;
  /** The collections whose documents hold events. */
  readonly sources: readonly Model<MongoRow>[];
}

export type MongoOutbox = OutboxStore & {
  /** Makes the lanes due whose waiting jobs have none, as a crash between the two writes of a verb leaves them. */
  recover(): Promise<void>;
};

/**
 * The outbox on MongoDB. One document is the commit point of each verb; the order of the other writes is such that a
 * crash between them leaves work that is done again and changes nothing then. A lane's document stands there only
 * while it has waiting jobs; its `arrivals` count the jobs that came, so that a release never overlooks one.
 */
export function createMongoOutbox(connection: Connection, sources: readonly Model<MongoRow>[]): MongoOutbox {
  const models = { jobs: jobModel(connection), lanes: laneModel(connection), sources };
  return {
    ...dispatching(models),
    ...leasing(models),
    ...working(models),
    ...overseeing(models),
    recover: () => recover(models),
  };
}

function dispatching(models: Models): Pick<OutboxStore, "undispatched" | "dispatch"> {
  return {
    undispatched: async (limit) => {
      const raising = await Promise.all(models.sources.map((source) => raisingRows(source, limit)));
      return raising
        .flat()
        .sort((one, other) => (one.eventsAt ?? 0) - (other.eventsAt ?? 0))
        .flatMap((row) => row.events ?? [])
        .slice(0, limit);
    },
    // Jobs first, then their lanes, and the events go last: whatever is cut off is begun again from the events.
    dispatch: async (events, jobs) => {
      if (jobs.length > 0) await addJobs(models, jobs);
      for (const source of models.sources)
        await removeEvents(
          source,
          events.map((event) => event.id),
        );
    },
  };
}

async function addJobs(models: Models, jobs: readonly Job[]): Promise<void> {
  await againWhenTaken(() =>
    models.jobs.bulkWrite(
      jobs.map(({ id, event, ...job }) => ({
        updateOne: {
          filter: { _id: id },
          update: {
            $setOnInsert: {
              ...{ academyId: job.academyId, jurisdictionId: job.jurisdictionId, subscriber: job.subscriber },
              ...{ lane: event.lane, sequence: event.sequence, eventId: event.id, event },
              ...{
                state: "waiting",
                failures: job.failures,
                notBefore: job.notBefore,
                endedAt: null,
                reason: null,
              },
            },
          },
          upsert: true,
        },
      })),
      { ordered: true },
    ),
  );
  const due = new Map<string, { lane: Omit<LaneLease, "owner" | "token">; at: number }>();
  for (const job of jobs) {
    const lane = { ...job, lane: job.event.lane };
    const known = due.get(laneId(lane))?.at ?? job.notBefore;
    due.set(laneId(lane), { lane, at: Math.min(known, job.notBefore) });
  }
  for (const { lane, at } of due.values()) await makeDue(models, lane, at);
}

async function makeDue(
  { lanes }: Models,
  lane: Omit<LaneLease, "owner" | "token">,
  dueAt: number,
): Promise<void> {
  const { academyId, jurisdictionId, subscriber } = lane;
  await againWhenTaken(() =>
    lanes.updateOne(
      { _id: laneId(lane) },
      {
        $setOnInsert: { academyId, jurisdictionId, subscriber, lane: lane.lane, leasedUntil: 0 },
        $min: { dueAt },
        $inc: { arrivals: 1 },
      },
      { upsert: true },
    ),
  );
}

/** Of two upserts of one id that both try to insert, one fails; it succeeds when it is tried again. */
async function againWhenTaken(write: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await write();
      return;
    } catch (error) {
      if (!isDuplicate(error) || tries >= 20) throw error;
    }
  }
}

const ofLane = (lease: LaneLease) => ({
  subscriber: { $eq: lease.subscriber },
  academyId: { $eq: lease.academyId },
  jurisdictionId: { $eq: lease.jurisdictionId },
  lane: { $eq: lease.lane },
  state: { $eq: "waiting" as const },
});

function leasing(models: Models): Pick<OutboxStore, "leaseLane" | "laneJobs" | "renewLease" | "releaseLane"> {
  const { jobs, lanes } = models;
  const waiting = (lease: LaneLease, limit: number) =>
    jobs.find(ofLane(lease), null, { lean: true }).sort({ sequence: 1, eventId: 1 }).limit(limit);
  return {
    leaseLane: async (owner, now, until) => {
      const row = await lanes.findOneAndUpdate(
        { dueAt: { $lte: now }, leasedUntil: { $lte: now } },
        { $set: { owner, token: randomUUID(), leasedUntil: until } },
        { sort: { dueAt: 1 }, returnDocument: "after", lean: true },
      );
      if (!row) return undefined;
      const { academyId, jurisdictionId, subscriber, lane, token } = row;
      return { academyId, jurisdictionId, subscriber, lane, owner, token: token ?? "" };
    },
    laneJobs: async (lease, limit) => (await waiting(lease, limit)).map(toJob),
    renewLease: async (lease, until) => {
      const held = { _id: laneId(lease), token: { $eq: lease.token } };
      return (await lanes.updateOne(held, { $set: { leasedUntil: until } })).matchedCount === 1;
    },
    releaseLane: async (lease) => {
      const held = { _id: laneId(lease), token: { $eq: lease.token } };
      for (;;) {
        const lane = await lanes.findOne(held, null, { lean: true });
        if (!lane) return;
        const [next] = await waiting(lease, 1);
        const unchanged = { ...held, arrivals: { $eq: lane.arrivals } };
        const done = next
          ? (
              await lanes.updateOne(unchanged, {
                $set: { dueAt: next.notBefore, owner: null, token: null, leasedUntil: 0 },
              })
            ).matchedCount
          : (await lanes.deleteOne(unchanged)).deletedCount;
        if (done === 1) return;
      }
    },
  };
}

function working({ jobs }: Models): Pick<OutboxStore, "finish" | "retryLater" | "bury"> {
  const waiting = (id: string) => ({ _id: { $eq: id }, state: { $eq: "waiting" as const } });
  return {
    // What the event said goes: a tombstone only has to be recognised.
    finish: async (jobIds, now) => {
      await jobs.updateMany(
        { _id: { $in: [...jobIds] }, state: { $eq: "waiting" } },
        { $set: { state: "done", endedAt: now }, $unset: { event: 1 } },
      );
    },
    retryLater: async (jobId, notBefore) => {
      await jobs.updateOne(waiting(jobId), { $set: { notBefore }, $inc: { failures: 1 } });
    },
    bury: async (jobId, now, reason) => {
      const buried = { $set: { state: "dead" as const, endedAt: now, reason }, $inc: { failures: 1 } };
      await jobs.updateOne(waiting(jobId), buried);
    },
  };
}

function overseeing(
  models: Models,
): Pick<OutboxStore, "deadJobs" | "revive" | "settle" | "backlog" | "forget" | "purgeFinished"> {
  const { jobs, lanes } = models;
  return {
    deadJobs: async (limit) =>
      (
        await jobs
          .find({ state: { $eq: "dead" } }, null, { lean: true })
          .sort({ endedAt: 1 })
          .limit(limit)
      ).map(toDeadJob),
    revive: async (jobId, now) => {
      const revived = await jobs.findOneAndUpdate(
        { _id: { $eq: jobId }, state: { $eq: "dead" } },
        { $set: { state: "waiting", failures: 0, notBefore: now, endedAt: null, reason: null } },
        { returnDocument: "after", lean: true },
      );
      if (revived) await makeDue(models, revived, now);
      return revived !== null;
    },
    settle: async (jobId, now) => {
      const dead = { _id: { $eq: jobId }, state: { $eq: "dead" as const } };
      const done = { $set: { state: "done" as const, endedAt: now }, $unset: { event: 1 as const } };
      return (await jobs.updateOne(dead, done)).matchedCount === 1;
    },
    backlog: async () => {
      const counts = {
        waiting: await jobs.countDocuments({ state: { $eq: "waiting" } }),
        dead: await jobs.countDocuments({ state: { $eq: "dead" } }),
      };
      const [next] = await lanes.find({}, null, { lean: true }).sort({ dueAt: 1, leasedUntil: 1 }).limit(1);
      return next ? { ...counts, nextDueAt: Math.max(next.dueAt, next.leasedUntil) } : counts;
    },
    forget: async ({ academyId, jurisdictionId, lane }, types) => {
      const ofLane = {
        academyId: { $eq: academyId },
        jurisdictionId: { $eq: jurisdictionId },
        lane: { $eq: lane },
      };
      let events = 0;
      for (const source of models.sources) events += await forgetEvents(source, ofLane, types);
      const removed = async (state: "waiting" | "dead") =>
        (await jobs.deleteMany({ ...ofLane, state: { $eq: state }, "event.type": { $in: [...types] } }))
          .deletedCount;
      return { waiting: events + (await removed("waiting")), dead: await removed("dead") };
    },
    purgeFinished: async (before) =>
      (await jobs.deleteMany({ state: { $eq: "done" }, endedAt: { $lt: before } })).deletedCount,
  };
}

async function recover(models: Models): Promise<void> {
  const waiting = models.jobs.find({ state: { $eq: "waiting" } }, { event: 0 }, { lean: true });
  const seen = new Set<string>();
  for await (const job of waiting.cursor()) {
    if (seen.has(laneId(job))) continue;
    seen.add(laneId(job));
    if (!(await models.lanes.exists({ _id: laneId(job) }))) await makeDue(models, job, job.notBefore);
  }
}
