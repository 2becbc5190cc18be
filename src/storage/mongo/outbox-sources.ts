import type { Model } from "mongoose";
import type { AnyEvent, EventType } from "../../foundation/events/index.js";
import type { MongoRow } from "./documents.js";

type Raising = Pick<MongoRow, "_id" | "events" | "eventsAt">;

/** Documents with events, those that wait longest first. A document's own events stay in their order. */
export async function raisingRows(source: Model<MongoRow>, limit: number): Promise<Raising[]> {
  const rows = await source
    .find({ eventsAt: { $gt: 0 } }, { events: 1, eventsAt: 1 }, { lean: true })
    .sort({ eventsAt: 1 })
    .limit(limit);
  // A crash between the two writes of `removeEvents` leaves a document that says it has events and has none.
  const empty = rows.filter((row) => (row.events ?? []).length === 0).map((row) => row._id);
  if (empty.length > 0) await forgetTime(source, empty);
  return rows;
}

export async function removeEvents(source: Model<MongoRow>, ids: readonly string[]): Promise<void> {
  const rows = await source.find({ "events.id": { $in: ids } }, { _id: 1 }, { lean: true });
  if (rows.length === 0) return;
  const rowIds = rows.map((row) => row._id);
  await source.updateMany({ _id: { $in: rowIds } }, { $pull: { events: { id: { $in: ids } } } });
  await forgetTime(source, rowIds);
}

/** Only where no event came in meanwhile. */
async function forgetTime(source: Model<MongoRow>, ids: readonly string[]): Promise<void> {
  await source.updateMany({ _id: { $in: ids }, events: { $size: 0 } }, { $unset: { eventsAt: 1 } });
}

interface EventLane {
  readonly academyId: { readonly $eq: string };
  readonly jurisdictionId: { readonly $eq: string };
  readonly lane: { readonly $eq: string };
}

/** Removes the events of these types in a lane; returns how many were found. */
export async function forgetEvents(
  source: Model<MongoRow>,
  { academyId, jurisdictionId, lane }: EventLane,
  types: readonly EventType[],
): Promise<number> {
  const told = { lane, type: { $in: [...types] } };
  const rows = await source.find(
    { eventsAt: { $gt: 0 }, academyId, jurisdictionId, events: { $elemMatch: told } },
    { events: 1 },
    { lean: true },
  );
  if (rows.length === 0) return 0;
  const ids = rows.map((row) => row._id);
  await source.updateMany({ _id: { $in: ids } }, { $pull: { events: told } });
  await forgetTime(source, ids);
  const isTold = (event: AnyEvent) => event.lane === lane.$eq && types.includes(event.type);
  return rows.reduce((count, row) => count + (row.events ?? []).filter(isTold).length, 0);
}
