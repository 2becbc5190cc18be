import type { Agent, Statement, XapiVersion } from "../xapi/index.js";
import type { Assigned, Received } from "./received.js";
import { listContextActivities, listInnerContextActivities } from "./text-edits.js";

/** What an LRS knows about a statement that the statement does not say itself. */
export interface Assignment {
  readonly id: string;
  readonly authority: Agent;
  /** UTC milliseconds. */
  readonly storedAt: number;
  readonly version: XapiVersion;
}

/** The properties that are put into a statement's text before it is kept: Data 2.4.7 to 2.4.10, and 2.4.6.2. */
export function assignedTo(received: Received, { id, authority, storedAt, version }: Assignment): Assigned {
  const { statement } = received;
  const stored = JSON.stringify(new Date(storedAt).toISOString());
  return {
    ...(statement.id === undefined ? { id: JSON.stringify(id) } : {}),
    ...(statement.timestamp === undefined ? { timestamp: stored } : {}),
    // 1.0.3 Data 2.4.10: one without a version is a 1.0.0 statement; 2.0 4.2.4.3: a 2.0.0 one.
    ...(statement.version === undefined ? { version: version === "1.0.3" ? '"1.0.0"' : '"2.0.0"' } : {}),
    stored,
    authority: JSON.stringify(authority),
    ...listed(received),
  };
}

/** Nothing, where all contextActivities are lists already: then context and object stay as they came. */
function listed({ statement, text, span }: Received): Assigned {
  const valueOf = (name: string): string => {
    const member = span.members.find((one) => one.name === name);
    return member === undefined ? "" : text.slice(member.start, member.end);
  };
  const { object } = statement;
  return {
    ...(hasSingle(statement.context) ? { context: listContextActivities(valueOf("context")) } : {}),
    ...(object.objectType === "SubStatement" && hasSingle(object.context)
      ? { object: listInnerContextActivities(valueOf("object")) }
      : {}),
  };
}

function hasSingle(context: Statement["context"]): boolean {
  return Object.values(context?.contextActivities ?? {}).some((value) => !Array.isArray(value));
}
