export { authorityOf, evidenceLens, type Authenticate, type Lens, type LrsClient } from "./client.js";
export { LrsError } from "./errors.js";
export { lrsRoutes, type LrsRoutesDeps } from "./http/routes.js";
export { createLrs, type Append, type Lrs, type LrsDeps } from "./lrs.js";
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
