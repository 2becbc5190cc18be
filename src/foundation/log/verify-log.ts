import { auditLog, type AuditTrust, type LogAudit, type StoredLog } from "./audit.js";
import { entryHash } from "./entry.js";
import { LogError } from "./errors.js";
import { handOverKey } from "./hand-over.js";
import { readHead } from "./head.js";
import type { LogStore, StoredHead } from "./log-store.js";
import { rootOfLeaves } from "./rolling.js";

/** What `tessera log head --out` writes, to be kept where nobody who can write to the store can write to. */
export interface HeadFile {
  readonly type: "TesseraLogHead";
  /** The checkpoint, with all signatures. */
  readonly head: string;
  /** The leaf hashes that it was signed over, base64. */
  readonly leafHashes: readonly string[];
}

/** @throws LogError `log_head_malformed`, also when its hashes are not those of its head */
export function readHeadFile(text: string): HeadFile {
  try {
    const { type, head, leafHashes } = JSON.parse(text) as Partial<HeadFile>;
    const isList = Array.isArray(leafHashes) && leafHashes.every((hash) => typeof hash === "string");
    if (type === "TesseraLogHead" && typeof head === "string" && isList) {
      const { size, root } = readHead(head);
      if (size === leafHashes.length && root === rootOfLeaves(leafHashes)) return { type, head, leafHashes };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new LogError("log_head_malformed");
}

/** A head and all that it was signed over, from the entries themselves. */
export async function makeHeadFile(head: string, store: LogStore): Promise<HeadFile> {
  const hashes = await contentHashes(store, readHead(head).size);
  return { type: "TesseraLogHead", head, leafHashes: hashes.map((hash) => hash ?? "") };
}

/** Reads everything that is stored and compares it (see `auditLog`). */
export async function verifyLog(store: LogStore, trust: AuditTrust): Promise<LogAudit> {
  const handOvers = new Map<string, number>();
  for (const key of trust.keys) {
    const entry = await store.entryByKey(handOverKey(key));
    if (entry) handOvers.set(key, entry.index);
  }
  return auditLog({ ...(await readStoredLog(store)), handOvers }, trust);
}

const page = 500;

async function readStoredLog(store: LogStore): Promise<StoredLog> {
  const heads = await allHeads(store);
  const count = ((await store.lastEntry())?.index ?? -1) + 1;
  const contents = await contentHashes(store, count);
  const nodes: (string | undefined)[] = [];
  for (let from = 0; from < Math.max(count, heads.at(-1)?.size ?? 0); from += page) {
    const places = Array.from({ length: page }, (_unused, at) => ({ level: 0, index: from + at }));
    for (const { index, hash } of await store.nodes(places)) nodes[index] = hash;
  }
  return { contents, nodes, heads, cosignatures: await store.allCosignatures() };
}

async function contentHashes(store: LogStore, count: number): Promise<(string | undefined)[]> {
  const hashes = new Array<string | undefined>(count).fill(undefined);
  for (let from = 0; from < count; from += page)
    for (const entry of await store.entries(from, Math.min(count, from + page)))
      hashes[entry.index] = entryHash(entry);
  return hashes;
}

async function allHeads(store: LogStore): Promise<StoredHead[]> {
  const heads: StoredHead[] = [];
  const count = ((await store.lastHead())?.number ?? -1) + 1;
  for (let number = 0; number < count; number += 1) {
    const head = await store.head(number);
    if (head) heads.push(head);
  }
  return heads;
}
