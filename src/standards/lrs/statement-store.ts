import type { Tenant } from "../../foundation/kernel/index.js";
import type { StatementKeys } from "../xapi/index.js";

export type { StatementKeys };

/** Who may see a statement: see `events` for what the classes mean. Statements of API clients are `evidence`. */
export type StatementClass = "evidence" | "formative";

/** A statement on its way into the store. */
export interface NewStatement {
  readonly id: string;
  /** What comes back as `exact`: the received text with the properties that the LRS sets. Kept as it is. */
  readonly text: string;
  /** Whether the text of a stored statement with this id is the same statement by xAPI's rules (Data 2.3.1). */
  readonly isSame: (storedText: string) => boolean;
  readonly class: StatementClass;
  readonly keys: StatementKeys;
}

/** What came along with statements: the bytes, found by their digest. */
export interface NewAttachment {
  /** SHA-256, SHA-384 or SHA-512 of the content, as statements name it, in lower case hexadecimal. */
  readonly sha2: string;
  readonly content: Uint8Array;
}

/** One request's statements: all are stored or none. */
export interface StatementBatch extends Tenant {
  /** UUIDv7. */
  readonly id: string;
  /** UTC milliseconds. */
  readonly storedAt: number;
  readonly statements: readonly NewStatement[];
  readonly attachments?: readonly NewAttachment[];
}

export type AppendResult =
  | { readonly kind: "stored" }
  /** An id is taken by a different statement: nothing of the batch was stored. */
  | { readonly kind: "conflict"; readonly statementId: string };

export interface StoredStatement {
  readonly id: string;
  readonly text: string;
  readonly storedAt: number;
  readonly voided: boolean;
  /** Position for paging, opaque, ordered as the results are. */
  readonly cursor: string;
}

export interface StatementQuery extends Tenant {
  /** Which classes may be seen: the Lens decides. */
  readonly classes: readonly StatementClass[];
  readonly verb?: string;
  readonly agent?: string;
  readonly relatedAgents?: boolean;
  readonly activity?: string;
  readonly relatedActivities?: boolean;
  readonly registration?: string;
  /** Only what this authority sent, as an agent's key: a client that may read its own statements. */
  readonly authority?: string;
  /** Stored after / not after, UTC milliseconds. */
  readonly since?: number;
  readonly until?: number;
  readonly ascending: boolean;
  readonly after?: string;
  readonly limit: number;
  /**
   * Where the texts of what is found come to this many bytes, one more is found and then no other: so much is held at
   * a time, and whoever asks sees that there is more. Default: no bound.
   */
  readonly bytes?: number;
}

export interface StatementStore {
  /**
   * Stores a batch, whole or not at all, and with it its attachments, each content once. A statement that is there already and is the same is left as it is. When it
   * returns, the batch survives a crash.
   */
  appendStatements(batch: StatementBatch): Promise<AppendResult>;
  /** Not voided ones, unless `voided` is asked for. */
  findStatement(
    tenant: Tenant,
    id: string,
    options: {
      readonly voided: boolean;
      readonly classes: readonly StatementClass[];
      /** Only if this authority sent it. */
      readonly authority?: string;
    },
  ): Promise<StoredStatement | undefined>;
  /** An attachment's content by the digest that a statement names, in lower case. */
  findAttachment(tenant: Tenant, sha2: string): Promise<Uint8Array | undefined>;
  /**
   * The newest first, unless `ascending`. All filters have to hold of one statement: the returned one itself, or one
   * that it reaches through StatementRef objects and whose class may be seen too.
   * Voided statements are left out; those that refer to a statement which matches are in
   * (xAPI 1.0.3 Communication 2.1.3). A cursor that is none of ours is refused.
   */
  queryStatements(query: StatementQuery): Promise<StoredStatement[]>;
  /** Everything stored before this time can be seen by a query from now on (`X-Experience-API-Consistent-Through`). */
  consistentThrough(tenant: Tenant, now: number): Promise<number>;
  /**
   * Deletes the formative statements of a registration for good, voided ones too, with all by which they are found;
   * returns how many. What refers to one of them stays and is found by it no more. Done bit by bit: begun again after
   * a crash, or by several at once, it ends the same. A query meanwhile finds some of them or none.
   */
  removeFormative(tenant: Tenant, registration: string): Promise<number>;
  /**
   * Deletes the attachments' contents that no statement of their tenant names any more, or ever did, as a refused batch
   * can leave them; returns how many. It looks at all statements where there are contents, bit by bit, and takes none
   * away that a batch under way is about to name. What came within the last hour may be left for later. The signal ends
   * it early.
   */
  removeUnnamedAttachments(now: number, signal?: AbortSignal): Promise<number>;
  /** How many `removeFormative` would find. */
  countFormative(tenant: Tenant, registration: string): Promise<number>;
}
