import type { Connection } from "mongoose";
import { seconds } from "../../foundation/kernel/index.js";
import type { StatementStore, StoredStatement } from "../../standards/lrs/index.js";
import { authorityKey } from "../statement-keys.js";
import { appendBatch } from "./statement-appends.js";
import { findAttachment, keepAttachments, statementAttachments } from "./statement-attachments.js";
import { endAttempts, within } from "./statement-journal.js";
import { removeOrphans } from "./statement-orphans.js";
import { countFormative, removeFormative } from "./statement-removal.js";
import { standings } from "./statement-standing.js";
import { queryDocuments } from "./statement-queries.js";
import {
  classDigit,
  keyTexts,
  ownedBy,
  statementCollections,
  type StatementDocument,
} from "./statement-rows.js";

/** An attempt that is older than this belongs to a process that died; any other one ends it. */
const attemptLifeMs = seconds(60);

/** Several processes store at once, and their clocks differ a little: so long is nothing called consistent. */
const settlingMs = seconds(1);

export interface MongoStatements extends StatementStore {
  /** Ends what a crash left half done. Safe beside processes that are at work. */
  recoverStatements(): Promise<void>;
}

/** The statement store on MongoDB: no transactions, see `statement-appends.ts`. */
export function createMongoStatements(connection: Connection): MongoStatements {
  const collections = statementCollections(connection);
  const attachments = statementAttachments(connection);
  /** What old attempts left is ended by one request at a time. */
  let ending: Promise<void> | undefined;
  return {
    async appendStatements(batch) {
      await keepAttachments(attachments, batch);
      const result = await appendBatch(collections, batch);
      if (result.kind === "stored") await keepAttachments(attachments, batch);
      return result;
    },
    findAttachment: (tenant, sha2) => findAttachment(attachments, tenant, sha2),

    async findStatement(tenant, id, { voided, classes, authority }) {
      const document = await collections.statements.findOne({
        ...ownedBy(tenant),
        statementId: id.toLowerCase(),
        voided,
        class: { $in: classes.map(classDigit) },
        ...(authority === undefined ? {} : { keys: keyTexts([authorityKey(authority)])[0] ?? "" }),
      });
      if (document === null) return undefined;
      const standing = await standings(collections, [document]);
      return standing.get(document._id) === "counts" ? toStored(document) : undefined;
    },

    queryStatements: async (query) => (await queryDocuments(collections, query)).map(toStored),

    async consistentThrough(_tenant, now) {
      ending ??= endAttempts(collections, now - attemptLifeMs).finally(() => (ending = undefined));
      await within(ending);
      const [oldest] = await collections.journals.find({}).sort({ storedAt: 1 }).limit(1).toArray();
      return Math.min(now - settlingMs, oldest?.storedAt ?? now) - 1;
    },

    removeFormative: (tenant, registration) => removeFormative(collections, tenant, registration),
    countFormative: (tenant, registration) => countFormative(collections, tenant, registration),

    removeUnnamedAttachments: (now, signal) => removeOrphans(collections, attachments, { now, signal }),

    recoverStatements: () => endAttempts(collections, Number.MAX_SAFE_INTEGER),
  };
}

function toStored(document: StatementDocument): StoredStatement {
  return {
    id: document.statementId,
    text: document.text,
    storedAt: document.storedAt,
    voided: document.voided,
    cursor: document.order,
  };
}
