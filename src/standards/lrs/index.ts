export type { LrsClient } from "./client.js";
export {
  type DocumentSpace,
  type DocumentStore,
  type ListedDocument,
  type StoredDocument,
} from "./document-store.js";
export { LrsError } from "./errors.js";
export { forwardingSubscriber } from "./forwarding/delivery.js";
export { createForwarding, type ForwardingService } from "./forwarding/forwarding.js";
export { createForwardings, type Forwardings, type ForwardingStatus } from "./forwarding/forwardings.js";
export { ForwardingError } from "./forwarding/errors.js";
export { type Forwarding, type ForwardingStore } from "./forwarding/forwarding-store.js";
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
