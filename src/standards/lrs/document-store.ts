import type { Tenant } from "../../foundation/kernel/index.js";

/** One document of the state, activity profile or agent profile resource, as it is kept. */
export interface StoredDocument extends Tenant {
  /** A digest of the tenant and the document's whole place: two places never share one. */
  readonly id: string;
  /** A digest of resource, activity and agent: what one request lists. */
  readonly space: string;
  /** In lower case. Only state has one. */
  readonly registration?: string;
  /** The stateId or profileId. */
  readonly documentId: string;
  /** Another one at each write. */
  readonly revision: string;
  /** UTC milliseconds. */
  readonly updatedAt: number;
  readonly contentType: string;
  /** SHA-1 of the content in hex (Communication 3.1). */
  readonly sha1: string;
  /** The bytes in base64: a store never sees into them, so no name in them can mean anything to it. */
  readonly content: string;
}

/** What a listing says of a document. */
export interface ListedDocument {
  readonly documentId: string;
  readonly updatedAt: number;
}

/** A space of one tenant; with a registration only what belongs to it. */
export interface DocumentSpace extends Tenant {
  readonly space: string;
  readonly registration?: string;
}

/** Each verb is one atomic step. */
export interface DocumentStore {
  document(id: string): Promise<StoredDocument | undefined>;
  /** The oldest change first; contents are not read. */
  listDocuments(space: DocumentSpace): Promise<ListedDocument[]>;
  /**
   * Writes it in place of that revision, or where there is none (`undefined`). `false`, and nothing is written, when
   * something else stands there. When it returns, the document survives a crash.
   */
  saveDocument(document: StoredDocument, revision: string | undefined): Promise<boolean>;
  /** `false` when that revision does not stand there. */
  removeDocument(id: string, revision: string): Promise<boolean>;
  /** Removes what is there, one after the other. */
  removeDocuments(space: DocumentSpace): Promise<void>;
}
