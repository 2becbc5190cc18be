import { joinDefinitions } from "./definitions.js";
import { eachActivity } from "./formats.js";
import type { StatementQuery, StatementStore } from "./statement-store.js";
import { valueIn } from "./text-edits.js";

/** Whose statements count, and which of them may be seen. */
type View = Pick<StatementQuery, "academyId" | "jurisdictionId" | "classes" | "authority">;

/** How much is looked at from either end: the cost stays the same however much an activity is used. */
interface Look {
  readonly statements: number;
  readonly bytes: number;
}

const thorough: Look = { statements: 100, bytes: 2 * 1024 * 1024 };

/** For each activity of a page of statements. */
const passing: Look = { statements: 20, bytes: 256 * 1024 };
const mostOfAPage = 100;

/**
 * The canonical activity (Communication 2.5) as JSON: what the newest and the oldest statements say of it. Without a
 * definition it has its id alone.
 */
export async function activityOf(statements: StatementStore, id: string, view: View): Promise<string> {
  const definition = await definitionOf(statements, id, { view, look: thorough });
  const plain = JSON.stringify({ objectType: "Activity", id });
  return definition === undefined ? plain : `${plain.slice(0, -1)},"definition":${definition}}`;
}

/**
 * The canonical definitions of the activities that some statements name, by id, for the first hundred of them: what the
 * newest and the oldest few statements say of each.
 */
export async function definitionsFor(
  statements: StatementStore,
  texts: readonly string[],
  view: View,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Set<string>();
  for (const text of texts) eachActivity(text, (activity) => ids.add(idOf(activity)));
  const definitions = new Map<string, string>();
  for (const id of [...ids].slice(0, mostOfAPage)) {
    const definition = await definitionOf(statements, id, { view, look: passing });
    if (definition !== undefined) definitions.set(id, definition);
  }
  return definitions;
}

async function definitionOf(
  statements: StatementStore,
  id: string,
  { view, look }: { readonly view: View; readonly look: Look },
): Promise<string | undefined> {
  const query = { ...view, activity: id, relatedActivities: true, limit: look.statements, bytes: look.bytes };
  const newest = await statements.queryStatements({ ...query, ascending: false });
  const isAll =
    newest.length < look.statements &&
    newest.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0) < look.bytes;
  const oldest = isAll ? [] : await statements.queryStatements({ ...query, ascending: true });
  const known = new Set(newest.map((statement) => statement.id));
  const inOrder = [...newest, ...oldest.filter((one) => !known.has(one.id)).reverse()];
  return joinDefinitions(inOrder.flatMap(({ text }) => definitionsIn(text, id)));
}

/** What stands later in a statement first: it counts where a statement says two things. */
function definitionsIn(text: string, id: string): string[] {
  const definitions: string[] = [];
  eachActivity(text, (activity) => {
    const definition = valueIn(activity, "definition");
    if (definition !== undefined && idOf(activity) === id) definitions.push(definition);
  });
  return definitions.reverse();
}

function idOf(activity: string): string {
  return JSON.parse(valueIn(activity, "id") ?? '""') as string;
}
