import { contexts } from "./contexts.js";
import { isJsonObject, type Json, type JsonObject } from "./json.js";
import { listOf } from "./proof-shape.js";

/** What the data model asks for and a document has not: a path into it and the rule's place in VCDM 2.0. */
export interface RuleFault {
  readonly path: string;
  readonly clause: string;
}

type Check = (value: Json, path: string) => RuleFault | undefined;

/**
 * The first breach of Verifiable Credentials Data Model 2.0 in an unsecured or secured credential, of those rules that
 * its JSON shows: whether every term has a meaning is for JSON-LD's safe mode to say.
 */
export function credentialFault(document: JsonObject): RuleFault | undefined {
  return (
    commonFault(document, "VerifiableCredential") ??
    required(document, "issuer", "4.7", party) ??
    required(document, "credentialSubject", "4.8", each(subject)) ??
    optional(document, "name", languageText) ??
    optional(document, "description", languageText) ??
    datesFault(document) ??
    optional(document, "credentialStatus", each(status)) ??
    optional(document, "credentialSchema", each(schema)) ??
    ["termsOfUse", "evidence", "refreshService", "proof"].reduce<RuleFault | undefined>(
      (fault, name) => fault ?? optional(document, name, each(typed)),
      undefined,
    ) ??
    optional(document, "relatedResource", resources)
  );
}

/** As `credentialFault`, of a presentation (§4.13). */
export function presentationFault(document: JsonObject): RuleFault | undefined {
  return (
    commonFault(document, "VerifiablePresentation") ??
    optional(document, "holder", party) ??
    optional(document, "verifiableCredential", each(presented)) ??
    optional(document, "proof", each(typed))
  );
}

const url = /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/i;
const instant =
  /^-?\d{4,}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

const fault = (path: string, clause: string): RuleFault => ({ path, clause });

function commonFault(document: JsonObject, type: string): RuleFault | undefined {
  const [first, ...others] = listOf(document["@context"]);
  const ordered = Array.isArray(document["@context"]) || others.length === 0;
  if (first !== contexts.credentialsV2 || !ordered) return fault("/@context", "4.3");
  if (!others.every((one) => isJsonObject(one) || isUrl(one))) return fault("/@context", "4.3");
  if (!listOf(document.type).includes(type)) return fault("/type", "4.5");
  return typeFault(document, "") ?? optional(document, "id", identifier);
}

function required(document: JsonObject, name: string, clause: string, check: Check): RuleFault | undefined {
  const value = document[name];
  return value === undefined ? fault(`/${name}`, clause) : check(value, `/${name}`);
}

function optional(document: JsonObject, name: string, check: Check): RuleFault | undefined {
  const value = document[name];
  return value === undefined ? undefined : check(value, `/${name}`);
}

/** One or more values, each as it should be; an empty list is no value. */
function each(check: Check): Check {
  return (value, path) => {
    const values = listOf(value);
    if (values.length === 0) return fault(path, "4");
    return values.reduce<RuleFault | undefined>(
      (found, one, place) => found ?? check(one, `${path}/${place}`),
      undefined,
    );
  };
}

function isUrl(value: Json | undefined): value is string {
  return typeof value === "string" && url.test(value);
}

const identifier: Check = (value, path) => (isUrl(value) ? undefined : fault(path, "4.4"));

function typeFault(value: JsonObject, path: string): RuleFault | undefined {
  const types = listOf(value.type);
  const named = types.length > 0 && types.every((type) => typeof type === "string" && type !== "");
  return named ? undefined : fault(`${path}/type`, "4.5");
}

/** An object with a type; its id, if it has one, is a URL. */
const typed: Check = (value, path) => {
  if (!isJsonObject(value)) return fault(path, "4.5");
  return typeFault(value, path) ?? (value.id === undefined ? undefined : identifier(value.id, `${path}/id`));
};

const subject: Check = (value, path) => {
  if (!isJsonObject(value) || Object.keys(value).length === 0) return fault(path, "4.8");
  return value.id === undefined ? undefined : identifier(value.id, `${path}/id`);
};

/** A URL, or an object that has one as its id. */
const party: Check = (value, path) => {
  if (!isJsonObject(value)) return isUrl(value) ? undefined : fault(path, "4.7");
  return (
    identifier(value.id ?? null, `${path}/id`) ??
    optional(value, "name", languageText) ??
    optional(value, "description", languageText)
  );
};

/** A string, a language value object, or several of the latter (§11.1). */
const languageText: Check = (value, path) => {
  if (typeof value === "string") return undefined;
  return each((one, place) => {
    if (!isJsonObject(one) || typeof one["@value"] !== "string") return fault(place, "11.1");
    const names = ["@value", "@language", "@direction"];
    const plain = Object.entries(one).every(
      ([name, member]) => names.includes(name) && typeof member === "string",
    );
    return plain ? undefined : fault(place, "11.1");
  })(value, path);
};

function datesFault({ validFrom, validUntil }: JsonObject): RuleFault | undefined {
  for (const [name, value] of Object.entries({ validFrom, validUntil })) {
    if (value !== undefined && !isInstant(value)) return fault(`/${name}`, "4.9");
  }
  const reversed =
    typeof validFrom === "string" &&
    typeof validUntil === "string" &&
    Date.parse(validFrom) > Date.parse(validUntil);
  return reversed ? fault("/validUntil", "4.9") : undefined;
}

function isInstant(value: Json): boolean {
  return typeof value === "string" && instant.test(value) && !Number.isNaN(Date.parse(value));
}

/** §4.10; of a BitstringStatusListEntry also Bitstring Status List 1.0 §2.1. */
const status: Check = (value, path) => {
  const found = typed(value, path);
  if (found || !isJsonObject(value) || !listOf(value.type).includes("BitstringStatusListEntry")) return found;
  const { statusPurpose, statusListIndex, statusListCredential, statusSize } = value;
  const wellFormed =
    typeof statusPurpose === "string" &&
    typeof statusListIndex === "string" &&
    /^(0|[1-9]\d*)$/.test(statusListIndex) &&
    isUrl(statusListCredential) &&
    (statusSize === undefined || (Number.isInteger(statusSize) && Number(statusSize) > 0));
  return wellFormed ? undefined : fault(path, "Bitstring Status List 2.1");
};

const schema: Check = (value, path) => {
  if (!isJsonObject(value)) return fault(path, "4.11");
  return typeFault(value, path) ?? identifier(value.id ?? null, `${path}/id`);
};

const resources: Check = (value, path) => {
  const ids = listOf(value).map((one) => (isJsonObject(one) ? one.id : undefined));
  if (new Set(ids).size < ids.length) return fault(path, "5.3");
  return each((one, place) => {
    if (!isJsonObject(one)) return fault(place, "5.3");
    const pinned = [one.digestSRI, one.digestMultibase].some((digest) => typeof digest === "string");
    return identifier(one.id ?? null, `${place}/id`) ?? (pinned ? undefined : fault(place, "5.3"));
  })(value, path);
};

/** An object: a credential, or one in an envelope (§4.13.1). */
const presented: Check = (value, path) => {
  if (!isJsonObject(value)) return fault(path, "4.13");
  if (!listOf(value.type).includes("EnvelopedVerifiableCredential")) {
    const found = credentialFault(value);
    return found && fault(`${path}${found.path}`, found.clause);
  }
  const isData = typeof value.id === "string" && value.id.startsWith("data:");
  return isData ? undefined : fault(`${path}/id`, "4.13.1");
};
