import type { Agent, Statement, XapiVersion } from "../xapi/index.js";
import type { Assigned, Received } from "./received.js";
import { listContextActivities, listInnerContextActivities } from "./text-edits.js";

/** What an LRS knows about the statements of one request that they do not say themselves. */
interface Assignment {
  readonly authority: Agent;
  /** UTC milliseconds. */
  readonly storedAt: number;
  readonly version: XapiVersion;
}

/**
 * Says for each statement of a request which properties are put into its text before it is kept: Data 2.4.7 to 2.4.10,
 * and 2.4.6.2. `id` is for one that has none.
 */
export function assigner({
  authority,
  storedAt,
  version,
}: Assignment): (received: Received, id: string) => Assigned {
  const stored = JSON.stringify(new Date(storedAt).toISOString());
  const forAll = [
    ["stored", stored],
    ["authority", JSON.stringify(authority)],
  ] as const;
  // 1.0.3 Data 2.4.10: one without a version is a 1.0.0 statement; 2.0 4.2.4.3: a 2.0.0 one.
  const unsaid = version === "1.0.3" ? '"1.0.0"' : '"2.0.0"';
  return (received, id) => {
    const { statement } = received;
    const assigned = new Map<string, string>();
    if (statement.id === undefined) assigned.set("id", JSON.stringify(id));
    if (statement.timestamp === undefined) assigned.set("timestamp", stored);
    if (statement.version === undefined) assigned.set("version", unsaid);
    for (const [name, value] of forAll) assigned.set(name, value);
    list(received, assigned);
    return assigned;
  };
}

/** Adds nothing where all contextActivities are lists already: then context and object stay as they came. */
function list({ statement, text, span }: Received, assigned: Map<string, string>): void {
  const valueOf = (name: string): string => {
    const member = span.members.find((one) => one.name === name);
    return member === undefined ? "" : text.slice(member.start, member.end);
  };
  const { object } = statement;
  if (hasSingle(statement.context)) assigned.set("context", listContextActivities(valueOf("context")));
  if (object.objectType === "SubStatement" && hasSingle(object.context))
    assigned.set("object", listInnerContextActivities(valueOf("object")));
}

function hasSingle(context: Statement["context"]): boolean {
  const activities = context?.contextActivities;
  return activities !== undefined && Object.values(activities).some((value) => !Array.isArray(value));
}
