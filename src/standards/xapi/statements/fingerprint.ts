import { digest } from "../../../foundation/kernel/index.js";
import { canonicalMbox } from "./agents.js";
import { canonicalJson } from "./canonical-json.js";
import { isObject, type JsonObject } from "./findings.js";
import type { Statement } from "./statement.js";
import { instantOf } from "./values.js";

/**
 * A digest that two valid statements share exactly when they are the same by Data 2.3.1. Left out: what an LRS may
 * assign (id, authority, stored, timestamp, version), attachments, the display of verbs and the definitions of
 * activities. Evened out: the order of a group's members, the zone of a sub-statement's timestamp, defaults that may
 * be written or not, and the case of what has none. A duration is a string, to the hundredth of a second.
 */
export function fingerprint(statement: Statement): string {
  const left = new Set(["id", "authority", "stored", "timestamp", "version", "attachments"]);
  const kept = Object.entries(statement).filter(([name]) => !left.has(name));
  return digest(canonicalJson(Object.fromEntries(kept.map(([name, value]) => [name, part(name, value)]))));
}

const actorNames = new Set(["actor", "instructor", "team"]);

function part(name: string, value: unknown): unknown {
  if (!isObject(value)) return value;
  if (actorNames.has(name)) return actor(value);
  if (name === "verb") return { id: value["id"] };
  if (name === "object") return objectOf(value);
  if (name === "context") return context(value);
  if (name === "result") return result(value);
  return value;
}

function objectOf(value: JsonObject): unknown {
  switch (value["objectType"]) {
    case "Agent":
    case "Group":
      return actor(value);
    case "StatementRef":
      return { objectType: "StatementRef", id: lower(value["id"]) };
    case "SubStatement":
      return Object.fromEntries(
        Object.entries(value)
          .filter(([name]) => name !== "attachments")
          .map(([name, member]) => [name, name === "timestamp" ? instant(member) : part(name, member)]),
      );
    default:
      return activity(value);
  }
}

const activity = (value: JsonObject): unknown => ({ objectType: "Activity", id: value["id"] });

function actor(value: JsonObject): unknown {
  const { mbox, mbox_sha1sum: sha1, member, ...rest } = value;
  return {
    objectType: "Agent",
    ...rest,
    ...(typeof mbox === "string" ? { mbox: canonicalMbox(mbox) } : {}),
    ...(sha1 === undefined ? {} : { mbox_sha1sum: lower(sha1) }),
    ...(Array.isArray(member)
      ? {
          member: member
            .filter(isObject)
            .map((one) => canonicalJson(actor(one)))
            .sort(),
        }
      : {}),
  };
}

function context(value: JsonObject): unknown {
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      if (name === "registration" || name === "language") return [name, lower(member)];
      if (name === "statement" && isObject(member)) return [name, objectOf(member)];
      if (isContextActors(name, member)) return [name, member.map(contextActor)];
      if (name === "contextActivities" && isObject(member)) return [name, contextActivities(member)];
      return [name, part(name, member)];
    }),
  );
}

function isContextActors(name: string, member: unknown): member is readonly unknown[] {
  return (name === "contextAgents" || name === "contextGroups") && Array.isArray(member);
}

function contextActor(value: unknown): unknown {
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([name, one]) => [
      name,
      (name === "agent" || name === "group") && isObject(one) ? actor(one) : one,
    ]),
  );
}

function contextActivities(value: JsonObject): unknown {
  return Object.fromEntries(
    Object.entries(value).map(([name, members]) => [
      name,
      (Array.isArray(members) ? members : [members]).filter(isObject).map(activity),
    ]),
  );
}

function result(value: JsonObject): unknown {
  const { duration, ...rest } = value;
  if (typeof duration !== "string") return rest;
  // Data 4.6: precision beyond a hundredth of a second is not compared.
  return { ...rest, duration: duration.replace(/([.,]\d\d)\d+S$/, "$1S") };
}

const lower = (value: unknown): unknown => (typeof value === "string" ? value.toLowerCase() : value);
const instant = (value: unknown): unknown => (typeof value === "string" ? instantOf(value) : value);
