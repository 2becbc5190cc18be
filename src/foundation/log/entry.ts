import { leafHash } from "./merkle.js";

/** What an entry tells of: what was published, by whom. Stored in leaves: never renamed. */
export type LeafKind =
  | "did-document"
  | "status-list"
  | "credential"
  | "recognition"
  | "recognition-end"
  | "mandate"
  /** A key of the log, or of its installation as a witness, that follows another one. */
  | "log-key";

export interface NewLeaf {
  readonly kind: LeafKind;
  /** The URL or DID that it is about. */
  readonly subject: string;
  /** Once for ever: the same key again answers with the entry that is there. */
  readonly key: string;
  /** When it was so, UTC milliseconds. */
  readonly at: number;
  /** Canonical JSON text (RFC 8785). */
  readonly content: string;
}

export interface LogEntry extends NewLeaf {
  /** Its place, from 0 on, without gaps. */
  readonly index: number;
  /** UTC milliseconds; never falls from one entry to the next. */
  readonly loggedAt: number;
}

/** Another installation's log may have kinds that are not known here. */
type Hashed = Omit<LogEntry, "index" | "kind"> & { readonly kind: string };

/**
 * The bytes that an entry's leaf hash is made from: canonical JSON (RFC 8785) of all but its index, which its place in
 * the tree says.
 */
function leafInput({ at, content, key, kind, loggedAt, subject }: Hashed): Uint8Array {
  // In the order of the names, as RFC 8785 §3.2.3 asks; texts and whole numbers are canonical as JSON.stringify writes them.
  return Buffer.from(JSON.stringify({ at, content, key, kind, loggedAt, subject }), "utf8");
}

/** An entry's leaf hash, base64 (RFC 9162 §2.1.1). */
export function entryHash(entry: Hashed): string {
  return toBase64(leafHash(leafInput(entry)));
}

export const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
export const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));
