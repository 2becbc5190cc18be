import { digest, type Tenant } from "../../../foundation/kernel/index.js";
import { LrsError } from "../errors.js";
import type { StoredStatement } from "../statement-store.js";
import type { Parameters } from "./parameters.js";

/** A page ends with the statement that reaches this, in bytes of text: it is all held while it is sent. */
export const mostPageBytes = 4 * 1024 * 1024;

/** What of the found ones goes onto a page; where more is found, there is another page. */
export function pageOf(found: readonly StoredStatement[], limit: number): readonly StoredStatement[] {
  let bytes = 0;
  const over = found.findIndex(({ text }) => (bytes += Buffer.byteLength(text)) >= mostPageBytes);
  return found.slice(0, over < 0 ? limit : Math.min(limit, over + 1));
}

/**
 * The relative IRL of the next page (Data 2.5): the same query with a cursor, which says where to go on and carries a
 * digest of tenant, query and position. The digest finds out a changed or borrowed link; it guards nothing: whose
 * statements are looked at is always decided by the credentials of the request.
 */
export function moreLink(path: string, tenant: Tenant, parameters: Parameters, after: string): string {
  const query = new URLSearchParams([...parameters].filter(([name]) => name !== "cursor"));
  query.set("cursor", `${after}~${checkOf(tenant, parameters, after)}`);
  return `${path}?${query.toString()}`;
}

/** The position in a request's cursor, if it has one. Throws `lrs_cursor_refused`. */
export function positionOf(tenant: Tenant, parameters: Parameters): string | undefined {
  const cursor = parameters.get("cursor");
  if (cursor === undefined) return undefined;
  const [after = "", check = ""] = cursor.split("~");
  if (check !== checkOf(tenant, parameters, after)) throw new LrsError("lrs_cursor_refused");
  return after;
}

function checkOf({ academyId, jurisdictionId }: Tenant, parameters: Parameters, after: string): string {
  const query = [...parameters].filter(([name]) => name !== "cursor").sort(([a], [b]) => (a < b ? -1 : 1));
  return digest(JSON.stringify([academyId, jurisdictionId, query, after])).slice(0, 22);
}
