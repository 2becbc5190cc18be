import type { Connection, Model, Schema } from "mongoose";
import { loadMongoose } from "./driver.js";
import type { AnyEvent, DeadJob, Job } from "../../foundation/events/index.js";
import type { Tenant } from "../../foundation/kernel/index.js";
import { StorageError } from "../errors.js";

export interface JobRow extends Tenant {
  readonly _id: string;
  readonly subscriber: string;
  readonly lane: string;
  readonly sequence: number;
  readonly eventId: string;
  readonly state: "waiting" | "done" | "dead";
  readonly failures: number;
  readonly notBefore: number;
  readonly endedAt: number | null;
  readonly reason: string | null;
  /** Gone once the job is done. */
  readonly event?: AnyEvent;
}

export interface LaneRow extends Tenant {
  readonly _id: string;
  readonly subscriber: string;
  readonly lane: string;
  readonly dueAt: number;
  readonly leasedUntil: number;
  readonly owner?: string | null;
  readonly token?: string | null;
  /** How many jobs came into it. */
  readonly arrivals: number;
}

const options = {
  strict: "throw",
  strictQuery: "throw",
  versionKey: false,
  minimize: false,
  id: false,
} as const;
const tenant = { academyId: String, jurisdictionId: String };

export function jobModel(connection: Connection): Model<JobRow> {
  const schema = new (loadMongoose().Schema)(
    {
      ...tenant,
      ...{ _id: String, subscriber: String, lane: String, sequence: Number, eventId: String, state: String },
      ...{ failures: Number, notBefore: Number, endedAt: Number, reason: String },
      event: loadMongoose().Schema.Types.Mixed,
    },
    { ...options, collection: "outbox_jobs" },
  );
  return connection.model<JobRow>("outbox_jobs", schema as unknown as Schema<JobRow>);
}

export function laneModel(connection: Connection): Model<LaneRow> {
  const schema = new (loadMongoose().Schema)(
    {
      ...tenant,
      ...{ _id: String, subscriber: String, lane: String, dueAt: Number, leasedUntil: Number },
      ...{ owner: String, token: String, arrivals: Number },
    },
    { ...options, collection: "outbox_lanes" },
  );
  return connection.model<LaneRow>("outbox_lanes", schema as unknown as Schema<LaneRow>);
}

/** A lane's key: JSON keeps its parts apart, whatever characters they have. */
export function laneId(lane: Tenant & { readonly subscriber: string; readonly lane: string }): string {
  return JSON.stringify([lane.subscriber, lane.academyId, lane.jurisdictionId, lane.lane]);
}

export function toJob(row: JobRow): Job {
  const { _id, academyId, jurisdictionId, subscriber, failures, notBefore, event } = row;
  if (!event) throw new StorageError("store_row_missing", { collection: "outbox_jobs" });
  return { id: _id, academyId, jurisdictionId, subscriber, failures, notBefore, event };
}

export function toDeadJob(row: JobRow): DeadJob {
  return { ...toJob(row), diedAt: row.endedAt ?? 0, reason: row.reason ?? "" };
}
