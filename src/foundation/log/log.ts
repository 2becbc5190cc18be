import type { Clock } from "../kernel/index.js";
import type { ProofKeyRing, Signer } from "../keys/index.js";
import { entryHash, type LeafKind, type LogEntry, type NewLeaf } from "./entry.js";
import { LogError } from "./errors.js";
import { handOverLeaf, handOvers } from "./hand-over.js";
import { signatureKinds, signHead, verifierKey } from "./head.js";
import type { LogStore, StoredHead } from "./log-store.js";
import { logName } from "./names.js";
import { createTree } from "./tree.js";

/** A head of the log, signed: from then on nothing before it can change without showing. */
export interface SignedHead {
  readonly size: number;
  /** Base64. */
  readonly root: string;
  /** UTC milliseconds. The log's own word; a witness's co-signature has its own time. */
  readonly signedAt: number;
  /** The checkpoint with the log's signature and all co-signatures (C2SP tlog-checkpoint, tlog-cosignature). */
  readonly text: string;
}

/** An append-only log, hashed as RFC 9162 does: what is in it can be proven, and nothing in it changed or taken away. */
export interface Log {
  /** The log's name: host and path without a scheme; a signature's key has the same name. */
  readonly origin: string;
  /** Appends it, and signs a head over it. The same key again answers with the entry that is there. */
  append(leaf: NewLeaf): Promise<LogEntry>;
  entry(index: number): Promise<LogEntry | undefined>;
  /** The newest entry of this kind about this subject that was logged at or before `until`. */
  newest(kind: LeafKind, subject: string, until: number): Promise<LogEntry | undefined>;
  byKey(key: string): Promise<LogEntry | undefined>;
  /**
   * The newest head; one is signed when entries came since the last. Every key that is not retired signs it, and one that
   * follows another is named by an entry first: while the two overlap, a head is good by the one and the other.
   */
  head(): Promise<SignedHead>;
  /** The newest head that was signed at or before that time, UTC milliseconds. */
  headAt(time: number): Promise<SignedHead | undefined>;
  /** Base64 hashes (RFC 9162 §2.1.3). @throws LogError `log_range_refused` */
  inclusion(index: number, size: number): Promise<string[]>;
  /** Base64 hashes (RFC 9162 §2.1.4). @throws LogError `log_range_refused` */
  consistency(from: number, to: number): Promise<string[]>;
  /** The verifier keys of the log, the newest last; older ones still hold for the heads of their time. */
  keys(): Promise<string[]>;
}

export interface LogDeps {
  readonly store: LogStore;
  /** The log's own keys: key set `log` of the installation. */
  readonly keyRing: ProofKeyRing;
  /** The installation's public origin; the log's name is its host and `/log`. */
  readonly origin: string;
  readonly clock: Clock;
}

/** How often an append or a head is tried when other processes are quicker. */
const tries = 50;

export function createLog({ store, keyRing, origin, clock }: LogDeps): Log {
  const name = logName(origin);
  const tree = createTree(store);
  const append = inTurn((leaf: NewLeaf) => appendLeaf(leaf, { store, tree, clock }));
  const ownKeys = async () =>
    (await keyRing.publicKeys()).map(({ publicKey, retiredAt }) => ({
      verifierKey: verifierKey(name, signatureKinds.log, publicKey),
      isRetired: retiredAt !== undefined,
    }));
  const announce = createAnnouncement(async () => {
    for (const one of handOvers(name, await ownKeys())) {
      const leaf = handOverLeaf(one, clock.now());
      if (!(await store.entryByKey(leaf.key))) await append(leaf);
    }
  });

  const head = async (): Promise<SignedHead> => {
    for (let turn = 0; turn < tries; turn += 1) {
      const signers = await keyRing.signers();
      await announce(signers);
      const [entry, last] = [await store.lastEntry(), await store.lastHead()];
      const size = (entry?.index ?? -1) + 1;
      if (last && last.size >= size) return signed(last, store);
      // Keys that changed since then may be named below this size by now, and would be missing under the head.
      if (!areTheSame(signers, await keyRing.signers())) continue;
      const next = await signNext({ clock, tree, name, signers }, size, last);
      if ((await store.addHead(next)) === "added") return signed(next, store);
    }
    throw new LogError("log_busy");
  };
  const inTree = async (size: number): Promise<void> => {
    const last = await store.lastEntry();
    if (size > (last?.index ?? -1) + 1) throw new LogError("log_range_refused");
  };
  return {
    origin: name,
    append: async (leaf) => {
      const known = await store.entryByKey(leaf.key);
      if (known) return known;
      const { entry, more } = await append(leaf);
      // Of those that wait in a row the last one signs for all.
      if (!more) await head();
      return entry;
    },
    entry: (index) => store.entry(index),
    newest: async (kind, subject, until) => {
      const index = await store.newestIndex(kind, subject, until);
      return index === undefined ? undefined : store.entry(index);
    },
    byKey: (key) => store.entryByKey(key),
    head,
    headAt: (time) => headAt(time, store),
    inclusion: async (index, size) => {
      await inTree(size);
      return tree.inclusion(index, size);
    },
    consistency: async (from, to) => {
      await inTree(to);
      return tree.consistency(from, to);
    },
    keys: async () => (await ownKeys()).map((key) => key.verifierKey),
  };
}

/** Does it once for each key that signs. */
function createAnnouncement(announce: () => Promise<void>): (signers: readonly Signer[]) => Promise<void> {
  const announced = new Set<string>();
  return async (signers) => {
    if (signers.every(({ kid }) => announced.has(kid))) return;
    await announce();
    for (const { kid } of signers) announced.add(kid);
  };
}

const areTheSame = (some: readonly Signer[], others: readonly Signer[]): boolean =>
  some.map(({ kid }) => kid).join() === others.map(({ kid }) => kid).join();

interface AppendDeps {
  readonly store: LogStore;
  readonly tree: ReturnType<typeof createTree>;
  readonly clock: Clock;
}

async function appendLeaf(leaf: NewLeaf, { store, tree, clock }: AppendDeps): Promise<LogEntry> {
  const { kind, subject, key, at, content } = leaf;
  for (let turn = 0; turn < tries; turn += 1) {
    const last = await store.lastEntry();
    const index = (last?.index ?? -1) + 1;
    const loggedAt = Math.max(clock.now(), last?.loggedAt ?? 0);
    const entry: LogEntry = { kind, subject, key, at, content, index, loggedAt };
    if ((await store.addEntry(entry)) === "added") {
      await tree.grow(index, entryHash(entry));
      return entry;
    }
    const known = await store.entryByKey(key);
    if (known) return known;
  }
  throw new LogError("log_busy");
}

interface SignDeps extends Pick<AppendDeps, "tree" | "clock"> {
  readonly signers: readonly Signer[];
  readonly name: string;
}

async function signNext(
  { signers, clock, tree, name }: SignDeps,
  size: number,
  last: StoredHead | undefined,
): Promise<StoredHead> {
  const root = await tree.root(size);
  const text = signHead({ origin: name, size, root }, ...signers);
  const signedAt = Math.max(clock.now(), last?.signedAt ?? 0);
  return { number: (last?.number ?? -1) + 1, size, root, signedAt, text };
}

/** With the co-signatures that came in. */
async function signed({ size, root, signedAt, text }: StoredHead, store: LogStore): Promise<SignedHead> {
  const lines = (await store.cosignatures(size)).map(({ line }) => `${line}\n`);
  return { size, root, signedAt, text: `${text}${lines.join("")}` };
}

async function headAt(time: number, store: LogStore): Promise<SignedHead | undefined> {
  let [low, high] = [0, (await store.lastHead())?.number ?? -1];
  let found: StoredHead | undefined;
  while (low <= high) {
    const middle = Math.floor((low + high) / 2);
    const head = await store.head(middle);
    if (head && head.signedAt <= time) [found, low] = [head, middle + 1];
    else high = middle - 1;
  }
  return found && signed(found, store);
}

/** Runs one after the other; `more` says that another one waits by the time that it is done. */
function inTurn<A, R>(
  work: (argument: A) => Promise<R>,
): (argument: A) => Promise<{ entry: R; more: boolean }> {
  let [last, waiting]: [Promise<unknown>, number] = [Promise.resolve(), 0];
  return (argument) => {
    waiting += 1;
    const turn = last.then(async () => {
      try {
        const entry = await work(argument);
        return { entry, more: waiting > 1 };
      } finally {
        waiting -= 1;
      }
    });
    last = turn.catch(() => undefined);
    return turn;
  };
}
