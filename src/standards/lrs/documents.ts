import { createHash } from "node:crypto";
import { digest, type Clock, type NewId, type Tenant } from "../../foundation/kernel/index.js";
import { isJson, jsonOf, mergeJson, mustBeObject } from "./document-merge.js";
import type { DocumentSpace, DocumentStore, ListedDocument, StoredDocument } from "./document-store.js";
import { LrsError } from "./errors.js";

export type DocumentResource = "state" | "activity-profile" | "agent-profile";

/** Where documents stand: of one tenant, resource, activity and agent. */
export interface Space {
  readonly tenant: Tenant;
  readonly resource: DocumentResource;
  readonly activity?: string;
  /** As `agentKey` writes it. */
  readonly agent?: string;
  readonly registration?: string;
}

export interface Place extends Space {
  /** The stateId or profileId. */
  readonly documentId: string;
}

/** What a request demands of what stands there (RFC 9110 §13.1). Throws when it does not hold. */
export type Precondition = (standing: StoredDocument | undefined) => void;

export interface Content {
  readonly contentType: string;
  readonly bytes: Buffer;
}

export interface Documents {
  read(place: Place): Promise<StoredDocument | undefined>;
  /** Changed after `since` (UTC milliseconds), the oldest change first; an id that stands in several registrations once. */
  list(space: Space, since?: number): Promise<ListedDocument[]>;
  /** Throws what `precondition` throws, and `lrs_json_…` for JSON content that is none. */
  write(place: Place, content: Content, precondition: Precondition): Promise<void>;
  /**
   * Merges a JSON object into the one that is there, or writes where nothing is (Communication 2.2). Of any number of
   * merges at once none is lost. Throws as `write`, and `lrs_document_not_json`, `lrs_document_not_an_object`,
   * `lrs_document_too_large`.
   */
  merge(place: Place, content: Content, precondition: Precondition): Promise<void>;
  remove(place: Place, precondition: Precondition): Promise<void>;
  removeAll(space: Space): Promise<void>;
}

export interface DocumentsDeps {
  readonly store: DocumentStore;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** Bytes that a document may grow to by merging. */
const largestDocument = 5 * 1024 * 1024;

export function createDocuments({ store, clock, newId }: DocumentsDeps): Documents {
  const inTurn = createTurns();

  /** Whoever finds that another wrote meanwhile looks again; each round one of them gets on. */
  function change(place: Place, make: (standing: StoredDocument | undefined) => Content): Promise<void> {
    const id = idOf(place);
    return inTurn(id, async () => {
      for (;;) {
        const standing = await store.document(id);
        const document = toDocument(place, id, make(standing), { revision: newId(), updatedAt: clock.now() });
        if (await store.saveDocument(document, standing?.revision)) return;
      }
    });
  }

  return {
    read: (place) => store.document(idOf(place)),
    list: async (space, since = -Infinity) => {
      const latest = new Map<string, ListedDocument>();
      for (const one of await store.listDocuments(spaceOf(space))) {
        latest.delete(one.documentId);
        latest.set(one.documentId, one);
      }
      return [...latest.values()].filter(({ updatedAt }) => updatedAt > since);
    },
    write: async (place, content, precondition) => {
      if (isJson(content.contentType)) jsonOf(content.bytes);
      await change(place, (standing) => {
        precondition(standing);
        return content;
      });
    },
    merge: async (place, content, precondition) => {
      const text = isJson(content.contentType) ? jsonOf(content.bytes) : undefined;
      if (text !== undefined) mustBeObject(text);
      await change(place, (standing) => {
        precondition(standing);
        return standing === undefined ? content : merged(standing, text);
      });
    },
    remove: (place, precondition) => {
      const id = idOf(place);
      return inTurn(id, async () => {
        for (;;) {
          const standing = await store.document(id);
          precondition(standing);
          if (standing === undefined || (await store.removeDocument(id, standing.revision))) return;
        }
      });
    },
    removeAll: (space) => store.removeDocuments(spaceOf(space)),
  };
}

/**
 * Changes of one document follow each other within this process, so that they don't race for its revision. It spares
 * work only: between processes the revision decides.
 */
function createTurns() {
  const last = new Map<string, Promise<void>>();
  return (id: string, work: () => Promise<void>): Promise<void> => {
    const mine = (last.get(id) ?? Promise.resolve()).then(work);
    const settled = mine.then(
      () => undefined,
      () => undefined,
    );
    last.set(id, settled);
    void settled.then(() => {
      if (last.get(id) === settled) last.delete(id);
    });
    return mine;
  };
}

function merged(standing: StoredDocument, text: string | undefined): Content {
  if (text === undefined || !isJson(standing.contentType)) throw new LrsError("lrs_document_not_json");
  const bytes = Buffer.from(mergeJson(jsonOf(Buffer.from(standing.content, "base64")), text));
  if (bytes.length > largestDocument) throw new LrsError("lrs_document_too_large", { most: largestDocument });
  return { contentType: "application/json", bytes };
}

function spaceOf({ tenant, resource, activity, agent, registration }: Space): DocumentSpace {
  return {
    academyId: tenant.academyId,
    jurisdictionId: tenant.jurisdictionId,
    space: digest(JSON.stringify([resource, activity ?? "", agent ?? ""])),
    ...(registration === undefined ? {} : { registration: registration.toLowerCase() }),
  };
}

function idOf(place: Place): string {
  const { academyId, jurisdictionId, space, registration = "" } = spaceOf(place);
  return digest(JSON.stringify([academyId, jurisdictionId, space, registration, place.documentId]));
}

function toDocument(
  place: Place,
  id: string,
  { contentType, bytes }: Content,
  written: Pick<StoredDocument, "revision" | "updatedAt">,
): StoredDocument {
  return {
    ...spaceOf(place),
    ...written,
    id,
    documentId: place.documentId,
    contentType,
    sha1: createHash("sha1").update(bytes).digest("hex"),
    content: bytes.toString("base64"),
  };
}
