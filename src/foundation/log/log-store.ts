import type { LogEntry } from "./entry.js";

/** The hash of a complete subtree: of the `2 ** level` leaves from `index * 2 ** level` on. */
export interface TreeNode {
  readonly level: number;
  readonly index: number;
  /** Base64. */
  readonly hash: string;
}

/** One signed head. Heads are numbered from 0 without gaps; `size` and `signedAt` never fall from one to the next. */
export interface StoredHead {
  readonly number: number;
  readonly size: number;
  /** Base64. */
  readonly root: string;
  readonly signedAt: number;
  /** The note with the log's own signature. */
  readonly text: string;
}

/** What a witness says of one of our heads. */
export interface StoredCosignature {
  readonly size: number;
  /** The witness's verifier key (C2SP signed-note). */
  readonly witness: string;
  /** When it signed, UTC milliseconds. */
  readonly at: number;
  /** The signature's line, without its end. */
  readonly line: string;
}

/** Another installation, whose log we watch, and which watches ours. */
export interface LogPartner {
  /** Its public origin. */
  readonly url: string;
  /** Its log's name. */
  readonly origin: string;
  /** The verifier keys by which its heads are believed: of when it was added, or the one that its log named since. */
  readonly keys: readonly string[];
  /** Those by which it co-signs and co-signed. */
  readonly witnessKeys: readonly string[];
  readonly addedAt: number;
}

/** What we saw of a partner's log, and signed. */
export interface SeenHead {
  readonly origin: string;
  readonly size: number;
  readonly seenAt: number;
  /** The partner's note as it came. */
  readonly text: string;
  /** Our co-signature's line. */
  readonly line: string;
  /** The hashes of its leaves since the head that was seen before, base64. */
  readonly leafHashes: readonly string[];
}

export interface LogStore {
  /** `taken`: by its key, or by another entry at that index; nothing is stored then. This one write is the commit. */
  addEntry(entry: LogEntry): Promise<"added" | "taken">;
  entry(index: number): Promise<LogEntry | undefined>;
  entryByKey(key: string): Promise<LogEntry | undefined>;
  lastEntry(): Promise<LogEntry | undefined>;
  /** Those with these indices, by index; what is missing is left out. */
  entries(from: number, to: number): Promise<LogEntry[]>;
  /** The index of the newest one of this kind about this subject that was logged at or before `until`. */
  newestIndex(kind: string, subject: string, until: number): Promise<number | undefined>;
  /** Keeps those that are not there yet: a node never changes. */
  addNodes(nodes: readonly TreeNode[]): Promise<void>;
  /** Those that are there. */
  nodes(places: readonly Pick<TreeNode, "level" | "index">[]): Promise<TreeNode[]>;
  /** `taken` by its number or its size. */
  addHead(head: StoredHead): Promise<"added" | "taken">;
  head(number: number): Promise<StoredHead | undefined>;
  headOfSize(size: number): Promise<StoredHead | undefined>;
  lastHead(): Promise<StoredHead | undefined>;
  addCosignature(cosignature: StoredCosignature): Promise<void>;
  cosignatures(size: number): Promise<StoredCosignature[]>;
  /** All of them, by size. */
  allCosignatures(): Promise<StoredCosignature[]>;
  /** Adds it, or replaces what is kept by its URL. */
  savePartner(partner: LogPartner): Promise<void>;
  partners(): Promise<LogPartner[]>;
  /** `taken` when a head of that size was seen. */
  addSeen(seen: SeenHead): Promise<"added" | "taken">;
  seen(origin: string, size: number): Promise<SeenHead | undefined>;
  /** All that was seen of a log, by size. */
  allSeen(origin: string): Promise<SeenHead[]>;
  lastSeen(origin: string): Promise<SeenHead | undefined>;
}
