import type { Tenant } from "../../foundation/kernel/index.js";
import { registrationKey } from "../statement-keys.js";
import { endAttempt } from "./statement-journal.js";
import { unlink } from "./statement-references.js";
import { classDigit, found, keyTexts, ownedBy, type StatementCollections } from "./statement-rows.js";

const batch = 100;

/** The statements themselves, not those that are found by them. */
function formativeOf(tenant: Tenant, registration: string) {
  const formative = classDigit("formative");
  const keys = keyTexts([registrationKey(registration)]);
  return {
    ...ownedBy(tenant),
    found: { $in: found(formative, keys) },
    class: formative,
    keys: { $in: keys },
  };
}

export function countFormative(
  { statements }: StatementCollections,
  tenant: Tenant,
  registration: string,
): Promise<number> {
  return statements.countDocuments(formativeOf(tenant, registration));
}

/**
 * Whatever is under way with one of them is ended first: a writer that still lives finds that out and starts anew. Then
 * those that refer to them let go, and last they go themselves; begun again after a crash, it finds those that are left.
 */
export async function removeFormative(
  collections: StatementCollections,
  tenant: Tenant,
  registration: string,
): Promise<number> {
  for (let removed = 0; ;) {
    const documents = await collections.statements
      .find(formativeOf(tenant, registration))
      .limit(batch)
      .toArray();
    if (documents.length === 0) return removed;
    const unseen = new Set(documents.filter(({ visible }) => !visible).map(({ attempt }) => attempt));
    for (const attempt of unseen) await endAttempt(collections, attempt);
    for (const document of documents) await unlink(collections, document);
    const ids = documents.map(({ _id }) => _id);
    removed += (await collections.statements.deleteMany({ _id: { $in: ids } })).deletedCount;
  }
}
