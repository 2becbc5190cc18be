import { isObject, own, type Check, type JsonObject, type Report } from "./findings.js";
import { list, object, oneOf, text } from "./shapes.js";
import { iri } from "./values.js";

const identifierNames = ["mbox", "mbox_sha1sum", "openid", "account"] as const;

const identifiers: Readonly<Record<(typeof identifierNames)[number], Check>> = {
  mbox: text("mbox_malformed", (value) => /^mailto:[^\s@]+@[^\s@]+$/i.test(value)),
  mbox_sha1sum: text("sha1_malformed", (value) => /^[0-9a-f]{40}$/i.test(value)),
  openid: iri,
  account: object({ required: { homePage: iri, name: text() } }),
};

function countIdentifiers(value: JsonObject): number {
  return identifierNames.filter((name) => Object.hasOwn(value, name)).length;
}

/** Data 2.4.2.1, 2.4.2.3: exactly one inverse functional identifier. */
function isIdentifiedOnce(value: JsonObject, path: string, report: Report): void {
  const count = countIdentifiers(value);
  if (count !== 1) report(path, count === 0 ? "identifier_missing" : "identifiers_many");
}

export const agent: Check = object({
  optional: { objectType: oneOf("Agent"), name: text(), ...identifiers },
  also: isIdentifiedOnce,
});

/** Data 2.4.2.2: an anonymous group lists its members, an identified one may; neither holds groups. */
export const group: Check = object({
  required: { objectType: oneOf("Group") },
  optional: { name: text(), member: list(agent), ...identifiers },
  also(value, path, report) {
    const count = countIdentifiers(value);
    const members = own(value, "member");
    if (count > 1) report(path, "identifiers_many");
    if (count === 0 && !(Array.isArray(members) && members.length > 0)) report(path, "members_missing");
  },
});

export const agentOrGroup: Check = (value, path, report) => {
  if (own(value, "objectType") === "Group") group(value, path, report);
  else agent(value, path, report);
};

/** Data 2.4.9: an Agent, or the anonymous Group of two that three-legged OAuth makes. */
export const authority: Check = (value, path, report) => {
  agentOrGroup(value, path, report);
  if (!isObject(value) || own(value, "objectType") !== "Group") return;
  const members = own(value, "member");
  if (countIdentifiers(value) > 0 || !Array.isArray(members) || members.length !== 2)
    report(path, "authority_group_malformed");
};

/** 2.0 4.2.2.5: of which types the activities are in which they took part; a list that is there is not empty. */
const relevantTypes: Check = (value, path, report) => {
  list(iri)(value, path, report);
  if (Array.isArray(value) && value.length === 0) report(path, "empty_list");
};

/** 2.0 4.2.2.5.3. */
export const contextAgents: Check = list(
  object({
    required: { objectType: oneOf("contextAgent"), agent },
    optional: { relevantTypes },
  }),
);

/** 2.0 4.2.2.5.4. */
export const contextGroups: Check = list(
  object({
    required: { objectType: oneOf("contextGroup"), group },
    optional: { relevantTypes },
  }),
);
