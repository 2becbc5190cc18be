import { agentKeysOf } from "./agents.js";
import type { Activity, Statement, StatementContext, SubStatement } from "./statement.js";
import { voidedVerb } from "./validate.js";

/** The values that a query can ask for, each as one string that compares exactly. */
export interface StatementKeys {
  readonly verb: string;
  /** Agents as canonical strings (`agentKey`): the actor and the object, with the members of groups. */
  readonly agents: readonly string[];
  /** Also the authority, instructor, team, context agents and groups, and those within a sub-statement. */
  readonly relatedAgents: readonly string[];
  /** The object, when it is an Activity. */
  readonly activities: readonly string[];
  /** Also those in contextActivities, and those within a sub-statement. */
  readonly relatedActivities: readonly string[];
  /** In lower case. */
  readonly registration?: string;
  /** The id that a StatementRef object points to, in lower case. */
  readonly refersTo?: string;
  /** The statement that this one voids, in lower case. */
  readonly voids?: string;
  /** Who the statement was received from, for clients that may read only their own. */
  readonly authority?: string;
}

/** The keys of a statement that `validateStatement` found nothing on. */
export function statementKeys(statement: Statement): StatementKeys {
  const { object, context, authority } = statement;
  const agents = [...agentKeysOf(statement.actor), ...objectAgents(object)];
  const activities = objectActivities(object);
  const inner = object.objectType === "SubStatement" ? [object] : [];
  const from = authority === undefined ? [] : agentKeysOf(authority);
  return {
    verb: statement.verb.id,
    agents: unique(agents),
    relatedAgents: unique([...agents, ...contextAgents(context), ...from, ...inner.flatMap(innerAgents)]),
    activities: unique(activities),
    relatedActivities: unique([
      ...activities,
      ...contextActivityIds(context),
      ...inner.flatMap(innerActivities),
    ]),
    ...(context?.registration === undefined ? {} : { registration: context.registration.toLowerCase() }),
    ...referenceKeys(statement),
    ...(from[0] === undefined ? {} : { authority: from[0] }),
  };
}

function referenceKeys({ object, verb }: Statement): Pick<StatementKeys, "refersTo" | "voids"> {
  if (object.objectType !== "StatementRef") return {};
  const refersTo = object.id.toLowerCase();
  return verb.id === voidedVerb ? { refersTo, voids: refersTo } : { refersTo };
}

function objectAgents(object: Statement["object"]): string[] {
  return object.objectType === "Agent" || object.objectType === "Group" ? agentKeysOf(object) : [];
}

function objectActivities(object: Statement["object"]): string[] {
  return object.objectType === undefined || object.objectType === "Activity" ? [(object as Activity).id] : [];
}

function contextAgents(context: StatementContext | undefined): string[] {
  const { instructor, team, contextAgents: agents = [], contextGroups: groups = [] } = context ?? {};
  const actors = [instructor, team, ...agents.map(({ agent }) => agent), ...groups.map(({ group }) => group)];
  return actors.flatMap((actor) => (actor === undefined ? [] : agentKeysOf(actor)));
}

function innerAgents(inner: SubStatement): string[] {
  return [...agentKeysOf(inner.actor), ...objectAgents(inner.object), ...contextAgents(inner.context)];
}

function innerActivities(inner: SubStatement): string[] {
  return [...objectActivities(inner.object), ...contextActivityIds(inner.context)];
}

function contextActivityIds(context: StatementContext | undefined): string[] {
  const { parent, grouping, category, other } = context?.contextActivities ?? {};
  return [parent, grouping, category, other].flatMap((activities) => listOf(activities)).map(({ id }) => id);
}

function listOf(activities: Activity | readonly Activity[] | undefined): readonly Activity[] {
  if (activities === undefined) return [];
  return "id" in activities ? [activities] : activities;
}

const unique = (values: readonly string[]): string[] => [...new Set(values)];
