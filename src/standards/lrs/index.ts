export type { LrsClient } from "./client.js";
export {
  type DocumentSpace,
  type DocumentStore,
  type ListedDocument,
  type StoredDocument,
} from "./document-store.js";
export { LrsError } from "./errors.js";
export { lrsRoutes } from "./http/routes.js";
export { createLrs, type Lrs } from "./lrs.js";
export {
  type AppendResult,
  type NewAttachment,
  type NewStatement,
  type StatementBatch,
  type StatementClass,
  type StatementKeys,
  type StatementQuery,
  type StatementStore,
  type StoredStatement,
} from "./statement-store.js";
