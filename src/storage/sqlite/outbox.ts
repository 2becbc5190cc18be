import { randomUUID } from "node:crypto";
import type { AnyEvent, DeadJob, Job, LaneLease, OutboxStore } from "../../foundation/events/index.js";
import type { SqliteStore } from "./database.js";

interface JobRow {
  readonly id: string;
  readonly academyId: string;
  readonly jurisdictionId: string;
  readonly subscriber: string;
  readonly lane: string;
  readonly failures: number;
  readonly notBefore: number;
  readonly endedAt: number | null;
  readonly reason: string | null;
  readonly event: string;
}

type LaneRow = Omit<LaneLease, "owner" | "token">;

/** Saves events; to be called within the transaction of the change that they tell of. */
export function eventSaver(store: SqliteStore): (events: readonly AnyEvent[]) => void {
  return (events) => {
    for (const event of events) {
      store
        .prepare("INSERT INTO outbox_events (id, academyId, jurisdictionId, body) VALUES (?, ?, ?, ?)")
        .run(event.id, event.academyId, event.jurisdictionId, JSON.stringify(event));
    }
  };
}

/** The outbox on SQLite. A lane's row stands there only while it has waiting jobs. */
export function createSqliteOutbox(store: SqliteStore): OutboxStore {
  return { ...dispatching(store), ...leasing(store), ...working(store), ...overseeing(store) };
}

function dispatching(store: SqliteStore): Pick<OutboxStore, "undispatched" | "dispatch"> {
  return {
    undispatched: async (limit) => {
      const rows = store.prepare("SELECT body FROM outbox_events ORDER BY position LIMIT ?").all(limit);
      return Promise.resolve((rows as { body: string }[]).map((row) => JSON.parse(row.body) as AnyEvent));
    },
    dispatch: (events, jobs) =>
      store.write(() => {
        for (const job of jobs) addJob(store, job);
        for (const event of events) store.prepare("DELETE FROM outbox_events WHERE id = ?").run(event.id);
      }),
  };
}

function addJob(store: SqliteStore, job: Job): void {
  const { event, subscriber, academyId, jurisdictionId } = job;
  const { changes } = store
    .prepare(
      `INSERT INTO outbox_jobs (id, academyId, jurisdictionId, subscriber, lane, sequence, eventId, state, failures, notBefore, event)
       VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
    )
    .run(
      ...[job.id, academyId, jurisdictionId, subscriber, event.lane, event.sequence, event.id],
      ...[job.failures, job.notBefore, JSON.stringify(event)],
    );
  if (changes === 1) {
    makeDue(store, { subscriber, academyId, jurisdictionId, lane: event.lane }, job.notBefore);
  }
}

function makeDue(store: SqliteStore, lane: LaneRow, dueAt: number): void {
  store
    .prepare(
      `INSERT INTO outbox_lanes (subscriber, academyId, jurisdictionId, lane, dueAt) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET dueAt = min(dueAt, excluded.dueAt)`,
    )
    .run(lane.subscriber, lane.academyId, lane.jurisdictionId, lane.lane, dueAt);
}

const ofLane = "subscriber = ? AND academyId = ? AND jurisdictionId = ? AND lane = ?";
const laneKey = (lane: LaneRow) => [lane.subscriber, lane.academyId, lane.jurisdictionId, lane.lane];

function leasing(
  store: SqliteStore,
): Pick<OutboxStore, "leaseLane" | "laneJobs" | "renewLease" | "releaseLane"> {
  const free = "SELECT * FROM outbox_lanes WHERE dueAt <= ? AND leasedUntil <= ? ORDER BY dueAt LIMIT 1";
  const waiting = `SELECT * FROM outbox_jobs WHERE ${ofLane} AND state = 'waiting' ORDER BY sequence, eventId LIMIT ?`;
  return {
    leaseLane: async (owner, now, until) => {
      // Looked at first without a write: an idle outbox asks this every second.
      if (!store.prepare(free).get(now, now)) return undefined;
      return store.write(() => {
        const lane = store.prepare(free).get(now, now) as LaneRow | undefined;
        if (!lane) return undefined;
        const { subscriber, academyId, jurisdictionId } = lane;
        const token = randomUUID();
        store
          .prepare(`UPDATE outbox_lanes SET owner = ?, token = ?, leasedUntil = ? WHERE ${ofLane}`)
          .run(owner, token, until, ...laneKey(lane));
        return { lane: lane.lane, subscriber, academyId, jurisdictionId, owner, token };
      });
    },
    laneJobs: (lease, limit) =>
      Promise.resolve((store.prepare(waiting).all(...laneKey(lease), limit) as JobRow[]).map(toJob)),
    renewLease: (lease, until) =>
      store.write(() => {
        const sql = `UPDATE outbox_lanes SET leasedUntil = ? WHERE ${ofLane} AND token = ?`;
        return store.prepare(sql).run(until, ...laneKey(lease), lease.token).changes === 1;
      }),
    releaseLane: (lease) =>
      store.write(() => {
        const next = store.prepare(waiting).get(...laneKey(lease), 1) as JobRow | undefined;
        const sql = next
          ? `UPDATE outbox_lanes SET dueAt = ?, owner = NULL, token = NULL, leasedUntil = 0 WHERE ${ofLane} AND token = ?`
          : `DELETE FROM outbox_lanes WHERE ${ofLane} AND token = ?`;
        store.prepare(sql).run(...(next ? [next.notBefore] : []), ...laneKey(lease), lease.token);
      }),
  };
}

/**
 * Gives every lane back, and every gradebook column that was being looked for. Only for the one serving process, before
 * it leases any: whoever held one is dead, and its work need not wait until the leases run out.
 */
export async function releaseAllLeases(store: SqliteStore): Promise<void> {
  await store.write(() => {
    store
      .prepare("UPDATE outbox_lanes SET owner = NULL, token = NULL, leasedUntil = 0 WHERE leasedUntil > 0")
      .run();
    store.prepare("UPDATE grade_columns SET leasedUntil = 0 WHERE leasedUntil > 0").run();
  });
}

function working(store: SqliteStore): Pick<OutboxStore, "finish" | "retryLater" | "bury"> {
  const waiting = "WHERE id = ? AND state = 'waiting'";
  return {
    // What the event said goes: a tombstone only has to be recognised.
    finish: (jobIds, now) =>
      store.write(() => {
        const sql = `UPDATE outbox_jobs SET state = 'done', endedAt = ?, event = NULL ${waiting}`;
        for (const id of jobIds) store.prepare(sql).run(now, id);
      }),
    retryLater: (jobId, notBefore) =>
      store.write(() => {
        const sql = `UPDATE outbox_jobs SET failures = failures + 1, notBefore = ? ${waiting}`;
        store.prepare(sql).run(notBefore, jobId);
      }),
    bury: (jobId, now, reason) =>
      store.write(() => {
        const sql = `UPDATE outbox_jobs SET state = 'dead', failures = failures + 1, endedAt = ?, reason = ? ${waiting}`;
        store.prepare(sql).run(now, reason, jobId);
      }),
  };
}

function overseeing(
  store: SqliteStore,
): Pick<OutboxStore, "deadJobs" | "revive" | "settle" | "backlog" | "forget" | "purgeFinished"> {
  const count = "SELECT count(*) AS n FROM outbox_jobs WHERE state = ?";
  const counted = (state: string) => (store.prepare(count).get(state) as { n: number }).n;
  return {
    deadJobs: (limit) => {
      const sql = "SELECT * FROM outbox_jobs WHERE state = 'dead' ORDER BY endedAt LIMIT ?";
      return Promise.resolve((store.prepare(sql).all(limit) as JobRow[]).map(toDeadJob));
    },
    revive: (jobId, now) =>
      store.write(() => {
        const sql = `UPDATE outbox_jobs SET state = 'waiting', failures = 0, notBefore = ?, endedAt = NULL, reason = NULL
                     WHERE id = ? AND state = 'dead' RETURNING *`;
        const job = store.prepare(sql).get(now, jobId) as JobRow | undefined;
        if (job) makeDue(store, job, now);
        return job !== undefined;
      }),
    settle: (jobId, now) =>
      store.write(() => {
        const sql =
          "UPDATE outbox_jobs SET state = 'done', endedAt = ?, event = NULL WHERE id = ? AND state = 'dead'";
        return store.prepare(sql).run(now, jobId).changes === 1;
      }),
    backlog: () => {
      const due = store.prepare("SELECT min(max(dueAt, leasedUntil)) AS at FROM outbox_lanes").get();
      const { at } = due as { at: number | null };
      const backlog = { waiting: counted("waiting"), dead: counted("dead") };
      return Promise.resolve(at === null ? backlog : { ...backlog, nextDueAt: at });
    },
    forget: ({ academyId, jurisdictionId, lane }, types) =>
      store.write(() => {
        const ofTypes = (event: string) => `${event} ->> '$.type' IN (SELECT value FROM json_each(?))`;
        const tenant = "academyId = ? AND jurisdictionId = ?";
        const bound = [academyId, jurisdictionId, lane, JSON.stringify(types)];
        const events = store
          .prepare(
            `DELETE FROM outbox_events WHERE ${tenant} AND body ->> '$.lane' = ? AND ${ofTypes("body")}`,
          )
          .run(...bound).changes;
        const states = store
          .prepare(
            `DELETE FROM outbox_jobs WHERE ${tenant} AND lane = ? AND event IS NOT NULL AND ${ofTypes("event")}
             RETURNING state`,
          )
          .pluck()
          .all(...bound) as string[];
        const dead = states.filter((state) => state === "dead").length;
        return { waiting: events + states.length - dead, dead };
      }),
    purgeFinished: (before) =>
      store.write(
        () =>
          store.prepare("DELETE FROM outbox_jobs WHERE state = 'done' AND endedAt < ?").run(before).changes,
      ),
  };
}

function toJob(row: JobRow): Job {
  const { id, academyId, jurisdictionId, subscriber, failures, notBefore } = row;
  const event = JSON.parse(row.event) as AnyEvent;
  return { id, academyId, jurisdictionId, subscriber, failures, notBefore, event };
}

function toDeadJob(row: JobRow): DeadJob {
  return { ...toJob(row), diedAt: row.endedAt ?? 0, reason: row.reason ?? "" };
}
