import type {
  DocumentSpace,
  DocumentStore,
  ListedDocument,
  StoredDocument,
} from "../../standards/lrs/index.js";
import { lrsDocuments, type LrsDocumentRow } from "../collections.js";
import type { DocumentEngine } from "../documents.js";

export function createLrsDocumentStore(engine: DocumentEngine): DocumentStore {
  const rows = engine.collection(lrsDocuments);
  return {
    document: async (id) => {
      const row = await rows.get(id);
      return row && asDocument(row);
    },
    listDocuments: async (space) => (await rows.valuesOf("listing", within(space))).map(asListed),
    saveDocument: async (document, revision) => {
      const row = { ...document, listing: listingOf(document) };
      if (revision === undefined) return (await rows.insert(row)) === "inserted";
      return rows.replace(row, { revision });
    },
    removeDocument: async (id, revision) => (await rows.take(id, { revision })) !== undefined,
    removeDocuments: async (space) => {
      for (const id of await rows.valuesOf("id", within(space))) await rows.take(String(id));
    },
  };
}

function within({ academyId, jurisdictionId, space, registration }: DocumentSpace) {
  return { academyId, jurisdictionId, space, ...(registration === undefined ? {} : { registration }) };
}

/** Orders by time, and says all that a listing asks for. */
const listingOf = ({ updatedAt, documentId }: StoredDocument): string =>
  `${String(Math.max(0, updatedAt)).padStart(16, "0")} ${documentId}`;

function asListed(listing: string | number): ListedDocument {
  const text = String(listing);
  return { updatedAt: Number(text.slice(0, 16)), documentId: text.slice(17) };
}

function asDocument({ listing, ...document }: LrsDocumentRow): StoredDocument {
  return { ...document, ...asListed(listing) };
}
