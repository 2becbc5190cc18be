import type { Tenant } from "../foundation/kernel/index.js";
import type {
  LogEntry,
  LogPartner,
  SeenHead,
  StoredCosignature,
  StoredHead,
  TreeNode,
} from "../foundation/log/index.js";
import type { Collection } from "./documents.js";

export * from "./collections-recognition.js";

const tenant = { academyId: "text", jurisdictionId: "text" } as const;

export type LogEntryRow = LogEntry & Tenant & { readonly id: string };
type Owned<T> = T & Tenant & { readonly id: string };

/** The log belongs to the installation; the id is the index. */
export const logEntries: Collection<LogEntryRow> = {
  name: "log_entries",
  key: "id",
  fields: {
    ...{ id: "text", ...tenant, index: "integer", key: "text", kind: "text" },
    ...{ subject: "text", loggedAt: "integer" },
  },
};

/** Made from the entries, and made again where the store lost some. */
export const logNodes: Collection<Owned<TreeNode>> = {
  name: "log_nodes",
  key: "id",
  fields: { id: "text", ...tenant },
  passing: true,
};

export const logHeads: Collection<Owned<StoredHead>> = {
  name: "log_heads",
  key: "id",
  fields: { id: "text", ...tenant, number: "integer", size: "integer" },
};

export const logCosignatures: Collection<Owned<StoredCosignature>> = {
  name: "log_cosignatures",
  key: "id",
  fields: { id: "text", ...tenant, size: "integer" },
};

export const logPartners: Collection<Owned<LogPartner>> = {
  name: "log_partners",
  key: "id",
  fields: { id: "text", ...tenant },
};

export const logSeen: Collection<Owned<SeenHead>> = {
  name: "log_seen",
  key: "id",
  fields: { id: "text", ...tenant, origin: "text", size: "integer" },
};
