import { hash } from "node:crypto";
import type { StatementKeys, StatementQuery } from "../standards/lrs/index.js";

/** What a key is about. `relatedAgent` and `relatedActivity` hold only what the others do not. */
type Kind = "verb" | "agent" | "relatedAgent" | "activity" | "relatedActivity" | "registration" | "authority";

/** How many values are kept with their keys: verbs, activities and agents come again and again. */
const mostKept = 30_000;

/** Those that were asked for of late, and those of before: what is not asked for in between goes. */
let [kept, keptBefore] = [new Map<string, Buffer>(), new Map<string, Buffer>()];

/**
 * 128 bits of SHA-256 stand for a value of any length; the owner stands beside it in every index. Nobody may write into
 * what comes back.
 */
function keyOf(kind: Kind, value: string): Buffer {
  const term = `${kind} ${value}`;
  const known = kept.get(term);
  if (known !== undefined) return known;
  const key = keptBefore.get(term) ?? hash("sha256", term, "buffer").subarray(0, 16);
  // What is long is rare, and would make what is kept long.
  if (term.length > 300) return key;
  if (kept.size >= mostKept) [kept, keptBefore] = [new Map<string, Buffer>(), kept];
  kept.set(term, key);
  return key;
}

/** Every key under which a statement is found. */
export function keysOfStatement(keys: StatementKeys): Buffer[] {
  const { registration, authority } = keys;
  const found = [keyOf("verb", keys.verb)];
  for (const agent of keys.agents) found.push(keyOf("agent", agent));
  const agents = new Set(keys.agents);
  for (const agent of keys.relatedAgents)
    // Who asks for related agents asks for the authority's key too.
    if (!agents.has(agent) && agent !== authority) found.push(keyOf("relatedAgent", agent));
  for (const activity of keys.activities) found.push(keyOf("activity", activity));
  const activities = new Set(keys.activities);
  for (const activity of keys.relatedActivities)
    if (!activities.has(activity)) found.push(keyOf("relatedActivity", activity));
  if (registration !== undefined) found.push(keyOf("registration", registration));
  if (authority !== undefined) found.push(keyOf("authority", authority));
  return found;
}
/** A query's filters, the likeliest to be narrow first; each is met by any one of its keys. */
export function filtersOfQuery(query: StatementQuery): Buffer[][] {
  const { registration, agent, activity, verb, authority } = query;
  const broadly = (kinds: readonly Kind[], value: string, related = false): Buffer[] =>
    kinds.slice(0, related ? undefined : 1).map((kind) => keyOf(kind, value));
  return [
    ...(registration === undefined ? [] : [[registrationKey(registration)]]),
    ...(agent === undefined
      ? []
      : [broadly(["agent", "relatedAgent", "authority"], agent, query.relatedAgents)]),
    ...(activity === undefined
      ? []
      : [broadly(["activity", "relatedActivity"], activity, query.relatedActivities)]),
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
