import type { Tenant } from "../../../foundation/kernel/index.js";
import { statementKeys, type Statement } from "../../xapi/index.js";
import type { StatementStore } from "../statement-store.js";
import type { ForwardingFilter } from "./forwarding-store.js";

/**
 * Whether a stored statement is one of those that are asked for. A voiding statement goes where the statement goes that
 * it voids (Data 2.3.2): otherwise the other store would go on believing that.
 */
export async function passes(
  filter: ForwardingFilter,
  text: string,
  { tenant, statements }: { readonly tenant: Tenant; readonly statements: StatementStore },
): Promise<boolean> {
  if (filter.verbs.length === 0 && filter.activities.length === 0) return true;
  const keys = statementKeys(JSON.parse(text) as Statement);
  if (keys.voids === undefined) return meets(filter, keys);
  const voided = await evidenceOf(statements, tenant, keys.voids);
  return voided !== undefined && meets(filter, statementKeys(JSON.parse(voided) as Statement));
}

/** The text of a statement of the class evidence, voided or not. */
export async function evidenceOf(
  statements: StatementStore,
  tenant: Tenant,
  id: string,
): Promise<string | undefined> {
  const found = async (voided: boolean) =>
    (await statements.findStatement(tenant, id, { voided, classes: ["evidence"] }))?.text;
  return (await found(false)) ?? (await found(true));
}

function meets(
  { verbs, activities }: ForwardingFilter,
  keys: Pick<ReturnType<typeof statementKeys>, "verb" | "activities" | "relatedActivities">,
): boolean {
  const named = [...keys.activities, ...keys.relatedActivities];
  return (
    (verbs.length === 0 || verbs.includes(keys.verb)) &&
    (activities.length === 0 || named.some((activity) => activities.includes(activity)))
  );
}
