import type { SqliteStore } from "./database.js";

/** The numbers of keys for one owner. The keys that come often are the same buffers each time (`statement-keys.ts`). */
type Numbers = WeakMap<Buffer, number>;

const known = new WeakMap<SqliteStore, Map<number, Numbers>>();

/** What is in the database for good; a number never changes there, whoever else is at work. */
function numbersOf(store: SqliteStore, owner: number): Numbers {
  const owners = known.get(store) ?? new Map<number, Numbers>();
  known.set(store, owners);
  const numbers = owners.get(owner) ?? new WeakMap<Buffer, number>();
  owners.set(owner, numbers);
  return numbers;
}

const find = "SELECT number FROM statement_terms WHERE owner = ? AND key = ?";

/** The number of a key; `undefined` when nothing was ever stored under it. */
export function termOf(store: SqliteStore, owner: number, key: Buffer): number | undefined {
  return (
    numbersOf(store, owner).get(key) ?? (store.prepare(find).pluck().get(owner, key) as number | undefined)
  );
}

/** The terms that one transaction met or made. */
export interface Terms {
  /** Makes a number for a key that has none. */
  numberOf(key: Buffer): number;
  /** To be called once the transaction is committed: what it made may be undone until then. */
  remember(): void;
}

export function termsFor(store: SqliteStore, owner: number): Terms {
  const numbers = numbersOf(store, owner);
  const met = new Map<Buffer, number>();
  const select = store.prepare(find).pluck();
  const make = store.prepare("INSERT INTO statement_terms (owner, key) VALUES (?, ?)");
  return {
    numberOf(key) {
      const there = numbers.get(key) ?? met.get(key);
      if (there !== undefined) return there;
      const found = select.get(owner, key) as number | undefined;
      const number = found ?? Number(make.run(owner, key).lastInsertRowid);
      met.set(key, number);
      return number;
    },
    remember() {
      for (const [key, number] of met) numbers.set(key, number);
    },
  };
}

/** Numbers as `statements.terms` has them. */
export function packTerms(numbers: readonly number[]): Buffer {
  const packed = Buffer.allocUnsafe(numbers.length * 4);
  numbers.forEach((number, index) => packed.writeUInt32LE(number, index * 4));
  return packed;
}

/** The numbers that are packed. */
export function unpackTerms(packed: Buffer): number[] {
  return Array.from({ length: packed.length / 4 }, (_, index) => packed.readUInt32LE(index * 4));
}
