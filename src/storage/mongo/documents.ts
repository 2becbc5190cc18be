import type { Connection, Model, Schema } from "mongoose";
import { loadMongoose } from "./driver.js";
import type { AnyEvent } from "../../foundation/events/index.js";
import type { Tenant } from "../../foundation/kernel/index.js";
import {
  checked,
  conditions,
  fromRow,
  toRow,
  type Change,
  type Collection,
  type DocumentEngine,
  type Documents,
  type Name,
  type Page,
  type Query,
  type Scalar,
  type Where,
} from "../documents.js";
import { StorageError } from "../errors.js";
import { isDuplicate } from "./errors.js";

/** How a document stands in MongoDB: its key as `_id`, its declared fields, its body, its undispatched events. */
export interface MongoRow {
  readonly _id: string;
  readonly body: Record<string, unknown>;
  readonly events?: readonly AnyEvent[];
  /** When the first of its undispatched events happened; absent when there are none. */
  readonly eventsAt?: number;
  readonly [field: string]: unknown;
}

type Words = Record<string, unknown>;

/**
 * The documents engine on MongoDB. Filters are built here alone, each value checked and wrapped in `$eq`. A
 * document's events stand inside it, so one write saves both.
 */
export function createMongoDocuments(connection: Connection): DocumentEngine {
  return { collection: (collection) => new MongoDocuments(connection, collection) };
}

/** The mongoose model of a collection; unknown fields are refused in documents and in filters. */
export function modelOf<T extends Tenant>(
  connection: Connection,
  collection: Collection<T>,
): Model<MongoRow> {
  const known = connection.models[collection.name] as Model<MongoRow> | undefined;
  if (known) return known;
  const fields = Object.entries(collection.fields)
    .filter(([name]) => name !== collection.key)
    .map(([name, kind]) => [name, kind === "text" ? String : Number] as const);
  const events = {
    events: { type: [loadMongoose().Schema.Types.Mixed], default: undefined },
    eventsAt: Number,
  };
  const schema = new (loadMongoose().Schema)(
    {
      _id: String,
      ...Object.fromEntries(fields),
      body: loadMongoose().Schema.Types.Mixed,
      ...(collection.raisesEvents ? events : {}),
    },
    {
      collection: collection.name,
      strict: "throw",
      strictQuery: "throw",
      versionKey: false,
      minimize: false,
      id: false,
    },
  );
  return connection.model<MongoRow>(collection.name, schema as unknown as Schema<MongoRow>);
}

class MongoDocuments<T extends Tenant> implements Documents<T> {
  readonly #model: Model<MongoRow>;

  constructor(
    connection: Connection,
    private readonly collection: Collection<T>,
  ) {
    this.#model = modelOf(connection, collection);
  }

  async insert(document: T, events: readonly AnyEvent[] = []): Promise<"inserted" | "taken"> {
    const [first] = events;
    const row = { ...this.#row(document), ...(first ? { events, eventsAt: first.at } : {}) };
    try {
      await this.#model.insertMany([row], { lean: true });
      return "inserted";
    } catch (error) {
      if (isDuplicate(error)) return "taken";
      throw error;
    }
  }

  async get(key: string): Promise<T | undefined> {
    return this.#found(await this.#model.findOne(this.#byKey(key), null, { lean: true }));
  }

  async find({ where, order, limit }: Query<T>): Promise<T[]> {
    const query = this.#model.find(this.#equal(conditions(this.collection, where)), null, { lean: true });
    if (order) query.sort({ [this.#stored(order.by)]: order.descending === true ? -1 : 1 });
    if (limit !== undefined) query.limit(limit);
    return (await query).map((row) => this.#document(row));
  }

  async findUpTo(field: Name<T>, value: number, { limit, after }: Page<T>): Promise<T[]> {
    const name = this.#stored(field);
    const filter: Words = { [name]: { $lte: checked(this.collection, field, value) } };
    if (after) {
      const from = checked(this.collection, field, after[field]);
      const key = checked(this.collection, this.collection.key, after[this.collection.key]);
      filter["$or"] = [{ [name]: { $gt: from } }, { [name]: { $eq: from }, _id: { $gt: key } }];
    }
    const rows = await this.#model
      .find(filter, null, { lean: true })
      .sort({ [name]: 1, _id: 1 })
      .limit(limit);
    return rows.map((row) => this.#document(row));
  }

  async findAny(field: string, values: readonly Scalar[], where: Where<T>): Promise<T[]> {
    const any = values.map((value) => checked(this.collection, field, value));
    const filter = {
      ...this.#equal(conditions(this.collection, where)),
      [this.#stored(field)]: { $in: any },
    };
    return (await this.#model.find(filter, null, { lean: true })).map((row) => this.#document(row));
  }

  async valuesOf(field: string, where: Where<T>): Promise<Scalar[]> {
    const name = this.#stored(field);
    const rows = await this.#model
      .find(this.#equal(conditions(this.collection, where)), { _id: 0, [name]: 1 }, { lean: true })
      .sort({ [name]: 1 });
    return rows.map((row) => (row[name] ?? null) as Scalar | null).filter((value) => value !== null);
  }

  async replace(document: T, expected: Where<T>, events: readonly AnyEvent[] = []): Promise<boolean> {
    const { _id, ...rest } = this.#row(document);
    const [first] = events;
    const pushed = first ? { $push: { events: { $each: events } }, $min: { eventsAt: first.at } } : {};
    const filter = { ...this.#equal(conditions(this.collection, expected)), ...this.#byKey(_id) };
    const { matchedCount } = await this.#model.updateOne(filter, { $set: rest, ...pushed });
    return matchedCount === 1;
  }

  async upsert(document: T, on: readonly string[], keep: readonly string[] | "all"): Promise<T> {
    // Two upserts of one unique key can both try to insert; the loser finds the winner's document when it tries again.
    for (let tries = 0; tries < 10; tries += 1) {
      try {
        return this.#document(await this.#upsertOnce(document, on, keep));
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    }
    throw new StorageError("store_row_clash", { collection: this.collection.name });
  }

  async change(key: string, change: Change<T>): Promise<T | undefined> {
    const filter = { ...this.#equal(conditions(this.collection, change.ifEqual ?? {})), ...this.#byKey(key) };
    const update = { $set: Object.fromEntries(conditions(this.collection, change.set)) };
    const options = { returnDocument: "after", lean: true } as const;
    return this.#found(await this.#model.findOneAndUpdate(filter, update, options));
  }

  async take(key: string, ifEqual: Where<T> = {}): Promise<T | undefined> {
    const filter = { ...this.#equal(conditions(this.collection, ifEqual)), ...this.#byKey(key) };
    return this.#found(await this.#model.findOneAndDelete(filter, { lean: true }));
  }

  async removeBelow(field: string, value: number): Promise<number> {
    const filter = { [this.#stored(field)]: { $lt: checked(this.collection, field, value) } };
    return (await this.#model.deleteMany(filter)).deletedCount;
  }

  #upsertOnce(document: T, on: readonly string[], keep: readonly string[] | "all"): Promise<MongoRow> {
    const row = this.#row(document);
    const filter = this.#equal(on.map((name) => [name, row[this.#stored(name)] as Scalar | null] as const));
    const rest = Object.entries(row).filter(([name]) => !Object.hasOwn(filter, name));
    const isKept = (name: string) => name === "_id" || keep === "all" || keep.includes(name);
    const set = Object.fromEntries(rest.filter(([name]) => !isKept(name)));
    const setOnInsert = Object.fromEntries(rest.filter(([name]) => isKept(name)));
    return this.#model.findOneAndUpdate(
      filter,
      { $setOnInsert: setOnInsert, ...(Object.keys(set).length > 0 ? { $set: set } : {}) },
      { upsert: true, returnDocument: "after", lean: true },
    ) as unknown as Promise<MongoRow>;
  }

  #stored(field: string): string {
    return field === this.collection.key ? "_id" : field;
  }

  #byKey(key: string): Words {
    return { _id: { $eq: checked(this.collection, this.collection.key, key) } };
  }

  #equal(list: readonly (readonly [string, Scalar | null])[]): Words {
    return Object.fromEntries(list.map(([name, value]) => [this.#stored(name), { $eq: value }]));
  }

  #row(document: T): Words & { readonly _id: string } {
    const { fields, body } = toRow(this.collection, document);
    const { [this.collection.key]: key, ...others } = fields;
    return { ...others, _id: String(key), body };
  }

  #found(row: MongoRow | null): T | undefined {
    return row === null ? undefined : this.#document(row);
  }

  #document(row: MongoRow): T {
    const fields = Object.keys(this.collection.fields).map((name) => {
      const value = row[this.#stored(name)] as Scalar | null | undefined;
      return [name, value ?? null] as const;
    });
    return fromRow({ fields: Object.fromEntries(fields), body: row.body }) as unknown as T;
  }
}
