import { hash } from "node:crypto";
import type { StatementKeys, StatementQuery } from "../standards/lrs/index.js";

/** What a key is about. `relatedAgent` and `relatedActivity` hold only what the narrow kinds do not. */
type Kind = "verb" | "agent" | "relatedAgent" | "activity" | "relatedActivity" | "registration" | "authority";

/** 128 bits of SHA-256 stand for a value of any length; the owner stands beside it in every index. */
function keyOf(kind: Kind, value: string): Buffer {
  return hash("sha256", `${kind} ${value}`, "buffer").subarray(0, 16);
}

/** Every key under which a statement is found. */
export function keysOfStatement(keys: StatementKeys): Buffer[] {
  const agents = new Set(keys.agents);
  const activities = new Set(keys.activities);
  return [
    keyOf("verb", keys.verb),
    ...keys.agents.map((agent) => keyOf("agent", agent)),
    ...keys.relatedAgents.filter((agent) => !agents.has(agent)).map((agent) => keyOf("relatedAgent", agent)),
    ...keys.activities.map((activity) => keyOf("activity", activity)),
    ...keys.relatedActivities
      .filter((activity) => !activities.has(activity))
      .map((activity) => keyOf("relatedActivity", activity)),
    ...(keys.registration === undefined ? [] : [keyOf("registration", keys.registration)]),
    ...(keys.authority === undefined ? [] : [keyOf("authority", keys.authority)]),
  ];
}

/** A query's filters, the likeliest to be narrow first; each is met by any one of its keys. */
export function filtersOfQuery(query: StatementQuery): Buffer[][] {
  const { registration, agent, activity, verb, authority } = query;
  const broadly = (narrow: Kind, wide: Kind, value: string, related = false): Buffer[] =>
    related ? [keyOf(narrow, value), keyOf(wide, value)] : [keyOf(narrow, value)];
  return [
    ...(registration === undefined ? [] : [[registrationKey(registration)]]),
    ...(agent === undefined ? [] : [broadly("agent", "relatedAgent", agent, query.relatedAgents)]),
    ...(activity === undefined
      ? []
      : [broadly("activity", "relatedActivity", activity, query.relatedActivities)]),
    ...(verb === undefined ? [] : [[keyOf("verb", verb)]]),
    ...(authority === undefined ? [] : [[keyOf("authority", authority)]]),
  ];
}

export function registrationKey(registration: string): Buffer {
  return keyOf("registration", registration.toLowerCase());
}

export function authorityKey(authority: string): Buffer {
  return keyOf("authority", authority);
}
