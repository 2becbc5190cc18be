import type { Activity, Statement } from "../xapi/index.js";
import type { StatementQuery, StatementStore } from "./statement-store.js";

/** Whose statements count, and which of them may be seen. */
type View = Pick<StatementQuery, "academyId" | "jurisdictionId" | "classes" | "authority">;

type Definition = NonNullable<Activity["definition"]>;

/** How many statements are looked at from either end: the cost stays the same however much an activity is used. */
const looked = 100;

/** And how many bytes of them. */
const largestLook = 2 * 1024 * 1024;

/**
 * The canonical activity (Communication 2.5): what the newest and the oldest statements say of it, the newer one where
 * two differ; names and descriptions of all languages are kept. Without a definition it has its id alone.
 */
export async function activityOf(statements: StatementStore, id: string, view: View): Promise<Activity> {
  const query = { ...view, activity: id, relatedActivities: true, limit: looked, bytes: largestLook };
  const newest = await statements.queryStatements({ ...query, ascending: false });
  const isAll =
    newest.length < looked &&
    newest.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0) < largestLook;
  const oldest = isAll ? [] : await statements.queryStatements({ ...query, ascending: true });
  const known = new Set(newest.map((statement) => statement.id));
  const inOrder = [...oldest.filter((one) => !known.has(one.id)), ...newest.reverse()];
  const definitions = inOrder.flatMap(({ text }) => definitionsIn(JSON.parse(text) as Statement, id));
  const definition = definitions.reduce<Definition | undefined>(mergeDefinitions, undefined);
  return { objectType: "Activity", id, ...(definition === undefined ? {} : { definition }) };
}

/** What is said later goes before, but for languages, which are added to those that are there. */
function mergeDefinitions(before: Definition | undefined, after: Definition): Definition {
  if (before === undefined) return after;
  return {
    ...before,
    ...after,
    ...joined("name", before.name, after.name),
    ...joined("description", before.description, after.description),
    ...joined("extensions", before.extensions, after.extensions),
  };
}

function joined(name: "name" | "description" | "extensions", before?: object, after?: object): Definition {
  return before === undefined && after === undefined ? {} : { [name]: { ...before, ...after } };
}

function definitionsIn(statement: Statement, id: string): Definition[] {
  const { object } = statement;
  const inner = object.objectType === "SubStatement" ? [object] : [];
  return [statement, ...inner]
    .flatMap((one) => [...contextOf(one), one.object])
    .flatMap((one) => ("definition" in one && one.id === id ? [one.definition] : []));
}

function contextOf({ context }: Pick<Statement, "context">): Activity[] {
  const { parent, grouping, category, other } = context?.contextActivities ?? {};
  return [parent, grouping, category, other].flatMap<Activity>((one) => one ?? []);
}
