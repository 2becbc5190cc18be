import { agentKeysOf } from "./agents.js";
import type { Activity, Actor, Statement, StatementContext, SubStatement } from "./statement.js";
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

/**
 * The keys of a statement that `validateStatement` found nothing on.
 * @param authority who vouches for it; default: whom it names itself
 */
export function statementKeys(statement: Statement, authority = statement.authority): StatementKeys {
  const { object, context } = statement;
  const agents = new Set<string>();
  const activities = new Set<string>();
  addActors(agents, [statement.actor]);
  addObject(object, { agents, activities });
  const [relatedAgents, relatedActivities] = [new Set(agents), new Set(activities)];
  const related = { agents: relatedAgents, activities: relatedActivities };
  addContext(context, related);
  const from = authority === undefined ? [] : agentKeysOf(authority);
  for (const key of from) relatedAgents.add(key);
  if (object.objectType === "SubStatement") addInner(object, related);
  return {
    verb: statement.verb.id,
    agents: [...agents],
    relatedAgents: [...relatedAgents],
    activities: [...activities],
    relatedActivities: [...relatedActivities],
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

/** What was found so far. */
interface Found {
  readonly agents: Set<string>;
  readonly activities: Set<string>;
}

function addActors(agents: Set<string>, actors: readonly (Actor | undefined)[]): void {
  for (const actor of actors) if (actor !== undefined) for (const key of agentKeysOf(actor)) agents.add(key);
}

function addObject(object: Statement["object"], { agents, activities }: Found): void {
  if (object.objectType === "Agent" || object.objectType === "Group") addActors(agents, [object]);
  else if (object.objectType === undefined || object.objectType === "Activity")
    activities.add((object as Activity).id);
}

function addContext(context: StatementContext | undefined, { agents, activities }: Found): void {
  if (context === undefined) return;
  const { instructor, team, contextAgents = [], contextGroups = [] } = context;
  addActors(agents, [instructor, team]);
  for (const { agent } of contextAgents) addActors(agents, [agent]);
  for (const { group } of contextGroups) addActors(agents, [group]);
  const { parent, grouping, category, other } = context.contextActivities ?? {};
  for (const kind of [parent, grouping, category, other])
    for (const { id } of listOf(kind)) activities.add(id);
}

function addInner(inner: SubStatement, found: Found): void {
  addActors(found.agents, [inner.actor]);
  addObject(inner.object, found);
  addContext(inner.context, found);
}

function listOf(activities: Activity | readonly Activity[] | undefined): readonly Activity[] {
  if (activities === undefined) return [];
  return "id" in activities ? [activities] : activities;
}
