export {
  type AppendResult,
  type NewStatement,
  type StatementBatch,
  type StatementClass,
  type StatementKeys,
  type StatementQuery,
  type StatementStore,
  type StoredStatement,
} from "./statement-store.js";
