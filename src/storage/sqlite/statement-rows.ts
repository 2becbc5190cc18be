import type { Tenant } from "../../foundation/kernel/index.js";
import type { StatementClass } from "../../standards/lrs/index.js";
import type { SqliteStore } from "./database.js";

export const positionsPerMs = 1024;

export const classNumber = (name: StatementClass): number => (name === "evidence" ? 0 : 1);

/** A UUID as its 16 bytes, so that its letters' case makes no difference. */
export const idBytes = (id: string): Buffer => Buffer.from(id.replaceAll("-", ""), "hex");

export function idText(bytes: Buffer): string {
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** As many placeholders as values. */
export const marks = (values: readonly unknown[]): string => values.map(() => "?").join(", ");

/** The tenant's number; `undefined` when it never stored anything. */
export function ownerNumber(store: SqliteStore, tenant: Tenant): number | undefined;
export function ownerNumber(store: SqliteStore, tenant: Tenant, ifAbsent: "make"): number;
export function ownerNumber(store: SqliteStore, tenant: Tenant, ifAbsent?: "make"): number | undefined {
  const sql = "SELECT number FROM statement_owners WHERE academyId = ? AND jurisdictionId = ?";
  const find = store.prepare(sql).pluck();
  const found = find.get(tenant.academyId, tenant.jurisdictionId) as number | undefined;
  if (found !== undefined || ifAbsent === undefined) return found;
  const add = store.prepare("INSERT INTO statement_owners (academyId, jurisdictionId) VALUES (?, ?)");
  return Number(add.run(tenant.academyId, tenant.jurisdictionId).lastInsertRowid);
}
