import { agent, agentOrGroup, authority, contextAgents, contextGroups, group } from "./actors.js";
import { activity, contextActivities } from "./activities.js";
import { isObject, own, type Check, type Finding, type JsonObject, type Report } from "./findings.js";
import { boolean, list, number, object, oneOf, text, wholeNumber } from "./shapes.js";
import type { XapiVersion } from "./statement.js";
import {
  duration,
  extensions,
  internetTimestamp,
  iri,
  languageMap,
  languageTag,
  timestamp,
  uuid,
} from "./values.js";

export const voidedVerb = "http://adlnet.gov/expapi/verbs/voided";

const verb = object({ required: { id: iri }, optional: { display: languageMap } });

const statementRef = object({ required: { objectType: oneOf("StatementRef"), id: uuid } });

/** Data 2.4.5.1: scaled from -1 to 1, raw within min and max, min below max. */
const score = object({
  optional: { scaled: number, raw: number, min: number, max: number },
  also(value, path, report) {
    const [scaled, raw, min, max] = ["scaled", "raw", "min", "max"].map((name) => own(value, name));
    if (typeof scaled === "number" && (scaled < -1 || scaled > 1)) report(`${path}.scaled`, "out_of_range");
    if (typeof min === "number" && typeof max === "number" && min >= max)
      report(`${path}.min`, "out_of_range");
    if (typeof raw !== "number") return;
    if ((typeof min === "number" && raw < min) || (typeof max === "number" && raw > max))
      report(`${path}.raw`, "out_of_range");
  },
});

const result = object({
  optional: { score, success: boolean, completion: boolean, response: text(), duration, extensions },
});

const contextOf = (version: XapiVersion): Check =>
  object({
    optional: {
      registration: uuid,
      instructor: agentOrGroup,
      team: group,
      contextActivities,
      ...(version === "2.0.0" ? { contextAgents, contextGroups } : {}),
      revision: text(),
      platform: text(),
      language: languageTag,
      statement: statementRef,
      extensions,
    },
  });

const attachment = object({
  required: {
    usageType: iri,
    display: languageMap,
    contentType: text("media_type_malformed", (value) =>
      /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;.*)?$/.test(value),
    ),
    length: wholeNumber,
    sha2: text("sha2_malformed", (value) => /^(?:[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/i.test(value)),
  },
  optional: { description: languageMap, fileUrl: iri },
});

const objectKinds = new Map<unknown, Check>([
  ["Agent", agent],
  ["Group", group],
  ["StatementRef", statementRef],
]);

const innerObject: Check = (value, path, report) => {
  const check = objectKinds.get(own(value, "objectType")) ?? activity;
  check(value, path, report);
};

/** Data 2.4.6: revision and platform only make sense about an Activity. */
function contextFitsObject(value: JsonObject, path: string, report: Report): void {
  const about = own(own(value, "object"), "objectType") ?? "Activity";
  if (about === "Activity") return;
  for (const name of ["revision", "platform"])
    if (own(own(value, "context"), name) !== undefined)
      report(`${path}.context.${name}`, "object_not_an_activity");
}

const commonOf = (version: XapiVersion): Readonly<Record<string, Check>> => ({
  result,
  context: contextOf(version),
  timestamp: version === "2.0.0" ? internetTimestamp : timestamp,
  attachments: list(attachment),
});

/** Data 2.4.4.3: no id, stored, version or authority, and no sub-statement within. */
const subStatementOf = (version: XapiVersion): Check =>
  object({
    required: {
      objectType: oneOf("SubStatement"),
      actor: agentOrGroup,
      verb,
      object(value, path, report) {
        if (own(value, "objectType") === "SubStatement") report(path, "sub_statement_nested");
        else innerObject(value, path, report);
      },
    },
    optional: commonOf(version),
    also: contextFitsObject,
  });

/** A 2.0 request may bring statements of the line before (4.2.4.3), never the other way round. */
const versions: Readonly<Record<XapiVersion, RegExp>> = {
  "1.0.3": /^1\.0(?:\.\d+)?$/,
  "2.0.0": /^(?:1|2)\.0(?:\.\d+)?$/,
};

function statementOf(version: XapiVersion): Check {
  const subStatement = subStatementOf(version);
  return object({
    required: {
      actor: agentOrGroup,
      verb,
      object(value, path, report) {
        if (own(value, "objectType") === "SubStatement") subStatement(value, path, report);
        else innerObject(value, path, report);
      },
    },
    optional: {
      ...commonOf(version),
      id: uuid,
      stored: timestamp,
      authority,
      version: text("version_unsupported", (value) => versions[version].test(value)),
    },
    also(value, path, report) {
      contextFitsObject(value, path, report);
      // Data 2.3.2: a voiding statement points to what it voids.
      if (
        own(own(value, "verb"), "id") === voidedVerb &&
        own(own(value, "object"), "objectType") !== "StatementRef"
      )
        report(`${path}.object`, "voiding_object_malformed");
    },
  });
}

const statements: Readonly<Record<XapiVersion, Check>> = {
  "1.0.3": statementOf("1.0.3"),
  "2.0.0": statementOf("2.0.0"),
};

/**
 * Checks a parsed value against the structure of a statement of that version (1.0.3 Data 2 to 4, 2.0 4.2). Returns what breaks it, in the
 * order of the value; an empty list means that it is a statement. Any value may be given. Its nesting must be bounded
 * by the caller outside of extensions, where nothing is looked at.
 */
export function validateStatement(value: unknown, version: XapiVersion = "1.0.3"): Finding[] {
  const findings: Finding[] = [];
  statements[version](value, "$", (path, rule) => findings.push({ path, rule }));
  return findings;
}

/** Checks an Agent or an identified Group, as query parameters have them (Communication 2.1.3). */
export function validateIdentifiedActor(value: unknown): Finding[] {
  const findings: Finding[] = [];
  agentOrGroup(value, "$", (path, rule) => findings.push({ path, rule }));
  const anonymous =
    isObject(value) && !["mbox", "mbox_sha1sum", "openid", "account"].some((n) => Object.hasOwn(value, n));
  if (findings.length === 0 && anonymous) findings.push({ path: "$", rule: "group_not_identified" });
  return findings;
}
