import {
  agentKey,
  instantOf,
  isIri,
  isTimestamp,
  isUuid,
  validateIdentifiedActor,
  type Actor,
} from "../../xapi/index.js";
import { LrsError } from "../errors.js";
import type { StatementFormat } from "../formats.js";
import { parseJson } from "../received.js";
import type { StatementQuery } from "../statement-store.js";

export type Parameters = ReadonlyMap<string, string>;

/** How many statements one answer holds at most. */
const largestPage = 100;

/**
 * The parameters of a request, each once and each of a known name: the standard compares names exactly and asks for
 * 400 otherwise (Communication 2.1, 3.2). Throws `lrs_parameter_unknown`, `lrs_parameters_conflict`.
 */
export function readParameters(url: string, known: readonly string[]): Parameters {
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(/\?(.*)$/s.exec(url)?.[1] ?? "")) {
    if (!known.includes(name)) throw new LrsError("lrs_parameter_unknown", { name: name.slice(0, 200) });
    if (parameters.has(name)) throw new LrsError("lrs_parameters_conflict", { names: [name] });
    parameters.set(name, value);
  }
  return parameters;
}

/** A UUID, if the parameter is there. */
export function uuidOf(parameters: Parameters, name: string): string | undefined {
  const value = parameters.get(name);
  if (value !== undefined && !isUuid(value)) throw malformed(name);
  return value;
}

const singleParameters = ["statementId", "voidedStatementId"] as const;
const filterParameters = [
  "agent",
  "verb",
  "activity",
  "registration",
  "related_activities",
  "related_agents",
  "since",
  "until",
  "limit",
  "ascending",
  "cursor",
] as const;
const presentation = ["format", "attachments"];

const formats: readonly StatementFormat[] = ["ids", "exact", "canonical"];

interface Presentation {
  readonly format: StatementFormat;
  readonly attachments: boolean;
}

export const getParameters = [...singleParameters, ...filterParameters, ...presentation];

/**
 * How to show what is found. Communication 2.1.3: one statement is asked for by one id, and with nothing but this.
 * Throws `lrs_parameters_conflict`, `lrs_parameter_malformed`.
 */
export function readPresentation(parameters: Parameters): Presentation {
  const single = singleParameters.filter((name) => parameters.has(name));
  const filters = filterParameters.filter((name) => parameters.has(name));
  if (single.length > 1 || (single.length === 1 && filters.length > 0))
    throw new LrsError("lrs_parameters_conflict", { names: [...single, ...filters] });
  const asked = parameters.get("format") ?? "exact";
  const format = formats.find((one) => one === asked);
  if (format === undefined) throw malformed("format");
  return { format, attachments: flag(parameters, "attachments") };
}

type Filters = Pick<
  StatementQuery,
  | "verb"
  | "agent"
  | "relatedAgents"
  | "activity"
  | "relatedActivities"
  | "registration"
  | "since"
  | "until"
  | "ascending"
  | "limit"
>;

/** The filters of a query, each value checked as it would be in a statement (Data 2.2). Throws `lrs_parameter_malformed`. */
export function readFilters(parameters: Parameters): Filters {
  return {
    ...given("verb", iriOf(parameters, "verb")),
    ...given("agent", agentOf(parameters)),
    ...given("activity", iriOf(parameters, "activity")),
    ...given("registration", uuidOf(parameters, "registration")),
    ...given("since", instantFrom(parameters, "since")),
    ...given("until", instantFrom(parameters, "until")),
    relatedAgents: flag(parameters, "related_agents"),
    relatedActivities: flag(parameters, "related_activities"),
    ascending: flag(parameters, "ascending"),
    limit: limitOf(parameters),
  };
}

function given<Name extends string, T>(name: Name, value: T | undefined): Partial<Record<Name, T>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, T>);
}

function limitOf(parameters: Parameters): number {
  const value = parameters.get("limit") ?? "0";
  if (!/^\d{1,9}$/.test(value)) throw malformed("limit");
  const limit = Number(value);
  return limit === 0 ? largestPage : Math.min(limit, largestPage);
}

function flag(parameters: Parameters, name: string): boolean {
  const value = parameters.get(name) ?? "false";
  if (value !== "true" && value !== "false") throw malformed(name);
  return value === "true";
}

export function iriOf(parameters: Parameters, name: string): string | undefined {
  const value = parameters.get(name);
  if (value !== undefined && !isIri(value)) throw malformed(name);
  return value;
}

export function instantFrom(parameters: Parameters, name: string): number | undefined {
  const value = parameters.get(name);
  if (value !== undefined && !isTimestamp(value)) throw malformed(name);
  return value === undefined ? undefined : instantOf(value);
}

/** The key of the agent or identified group, if the parameter is there. */
export function agentOf(parameters: Parameters): string | undefined {
  const actor = agentObjectOf(parameters);
  return actor && agentKey(actor);
}

export function agentObjectOf(parameters: Parameters): Actor | undefined {
  const text = parameters.get("agent");
  if (text === undefined) return undefined;
  const actor = parseJson(text);
  const [finding] = validateIdentifiedActor(actor);
  if (finding) throw malformed("agent");
  return actor as Actor;
}

function malformed(name: string): LrsError {
  return new LrsError("lrs_parameter_malformed", { name });
}
