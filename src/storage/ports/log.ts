import { installation, type Tenant } from "../../foundation/kernel/index.js";
import type { LogEntry, LogStore, TreeNode } from "../../foundation/log/index.js";
import {
  logCosignatures,
  logEntries,
  logHeads,
  logNodes,
  logPartners,
  logSeen,
  type LogEntryRow,
} from "../collections-trust.js";
import type { DocumentEngine, Documents } from "../documents.js";

const { academyId, jurisdictionId } = installation;
const owner = { academyId, jurisdictionId };

/** The log belongs to the installation. An entry's one document is its commit; nodes are made from entries again. */
export function createLogStore(engine: DocumentEngine): LogStore {
  const partners = engine.collection(logPartners);
  return {
    ...entryVerbs(engine.collection(logEntries)),
    ...nodeVerbs(engine),
    ...headVerbs(engine),
    ...seenVerbs(engine),
    savePartner: async (partner) => {
      await partners.upsert({ ...owner, id: partner.url, ...partner }, ["id"], []);
    },
    partners: async () =>
      (await partners.find({ where: owner, order: { by: "id" } })).map((row) => plain(row)),
  };
}

type EntryVerbs = "addEntry" | "entry" | "entryByKey" | "lastEntry" | "entries" | "newestIndex";

function entryVerbs(rows: Documents<LogEntryRow>): Pick<LogStore, EntryVerbs> {
  const found = (row: LogEntryRow | undefined): LogEntry | undefined => row && plain(row);
  return {
    addEntry: async (entry) =>
      (await rows.insert({ ...owner, id: String(entry.index), ...entry })) === "inserted" ? "added" : "taken",
    entry: async (index) => found((await rows.find({ where: { ...owner, index }, limit: 1 }))[0]),
    entryByKey: async (key) => found((await rows.find({ where: { ...owner, key }, limit: 1 }))[0]),
    lastEntry: async () =>
      found((await rows.find({ where: owner, order: { by: "index", descending: true }, limit: 1 }))[0]),
    entries: async (from, to) =>
      (await rows.findAny("index", numbers(from, to), owner))
        .toSorted((one, other) => one.index - other.index)
        .map((row) => plain(row)),
    newestIndex: async (kind, subject, until) => {
      const where = { ...owner, kind, subject };
      // The times rise with the indices, so both lists have one order.
      const [times, indices] = [await rows.valuesOf("loggedAt", where), await rows.valuesOf("index", where)];
      const newest = indices[times.findLastIndex((time) => Number(time) <= until)];
      return newest === undefined ? undefined : Number(newest);
    },
  };
}

function nodeVerbs(engine: DocumentEngine): Pick<LogStore, "addNodes" | "nodes"> {
  const rows = engine.collection(logNodes);
  const idOf = ({ level, index }: Pick<TreeNode, "level" | "index">): string => `${level}/${index}`;
  return {
    addNodes: async (nodes) => {
      await Promise.all(nodes.map((node) => rows.insert({ ...owner, id: idOf(node), ...node })));
    },
    nodes: async (places) =>
      places.length === 0 ? [] : (await rows.findAny("id", places.map(idOf), owner)).map((row) => plain(row)),
  };
}

type HeadVerbs =
  "addHead" | "head" | "headOfSize" | "lastHead" | "addCosignature" | "cosignatures" | "allCosignatures";

function headVerbs(engine: DocumentEngine): Pick<LogStore, HeadVerbs> {
  const heads = engine.collection(logHeads);
  const cosignatures = engine.collection(logCosignatures);
  return {
    addHead: async (head) =>
      (await heads.insert({ ...owner, id: String(head.number), ...head })) === "inserted" ? "added" : "taken",
    head: async (number) =>
      (await heads.find({ where: { ...owner, number }, limit: 1 })).map((row) => plain(row))[0],
    headOfSize: async (size) =>
      (await heads.find({ where: { ...owner, size }, limit: 1 })).map((row) => plain(row))[0],
    lastHead: async () =>
      (await heads.find({ where: owner, order: { by: "number", descending: true }, limit: 1 })).map((row) =>
        plain(row),
      )[0],
    addCosignature: async (cosignature) => {
      await cosignatures.insert({
        ...{ ...owner, id: `${cosignature.size} ${cosignature.witness}` },
        ...cosignature,
      });
    },
    cosignatures: async (size) =>
      (await cosignatures.find({ where: { ...owner, size }, order: { by: "id" } })).map((row) => plain(row)),
    allCosignatures: async () =>
      (await cosignatures.find({ where: owner, order: { by: "size" } })).map((row) => plain(row)),
  };
}

type SeenVerbs = "addSeen" | "seen" | "allSeen" | "lastSeen";

function seenVerbs(engine: DocumentEngine): Pick<LogStore, SeenVerbs> {
  const rows = engine.collection(logSeen);
  return {
    addSeen: async (seen) =>
      (await rows.insert({ ...owner, id: `${seen.origin} ${seen.size}`, ...seen })) === "inserted"
        ? "added"
        : "taken",
    seen: async (origin, size) =>
      (await rows.find({ where: { ...owner, origin, size }, limit: 1 })).map((row) => plain(row))[0],
    allSeen: async (origin) =>
      (await rows.find({ where: { ...owner, origin }, order: { by: "size" } })).map((row) => plain(row)),
    lastSeen: async (origin) =>
      (
        await rows.find({ where: { ...owner, origin }, order: { by: "size", descending: true }, limit: 1 })
      ).map((row) => plain(row))[0],
  };
}

const rowsOwn: readonly string[] = ["id", "academyId", "jurisdictionId"];

/** A row without what says whose it is. */
function plain<R extends Tenant & { readonly id: string }>(row: R): Omit<R, "id" | keyof Tenant> {
  const fields = Object.entries(row).filter(([name]) => !rowsOwn.includes(name));
  return Object.fromEntries(fields) as unknown as Omit<R, "id" | keyof Tenant>;
}

/** From the first to below the second. */
const numbers = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_unused, at) => from + at);
