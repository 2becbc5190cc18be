import { isJsonObject, type Json, type JsonObject, type ProofVerdict } from "../../standards/vc/index.js";
import { objectsOf, textOf } from "./reading.js";

/**
 * Whether a document with these proofs may say more than reading it by names shows: none of them covers the JSON itself,
 * letter by letter, and it is not openly written.
 */
export function mayHide(document: JsonObject, verdicts: readonly ProofVerdict[]): boolean {
  const isCovered = verdicts.some(
    ({ cryptosuite, verdict }) => verdict === "valid" && cryptosuite.includes("-jcs-"),
  );
  return !isCovered && !isOpenlyWritten(document);
}

/** The names of whatever readers of certificates, lists and manifests look for: first those of which there is one. */
const readOnce: ReadonlySet<string> = new Set([
  ...["validFrom", "validUntil", "issuanceDate", "expirationDate", "name", "description", "humanCode"],
  ...["version", "achievedLevel", "value", "targetName", "statusListCredential", "statusListIndex"],
  ...["statusSize", "encodedList"],
]);
const readNames: ReadonlySet<string> = new Set([
  ...readOnce,
  ...["issuer", "credentialSubject", "credentialStatus", "evidence", "relatedResource", "digestMultibase"],
  ...["achievement", "result", "resultDescription", "rubricCriterionLevel", "alignment", "statusPurpose"],
]);

/**
 * Whether a document is written so that reading it by its members' names leaves out nothing. A proof over RDF covers only
 * what a document means, and JSON-LD can say the same in many ways: anyone could write `validUntil` as a whole IRI, or
 * move it to a second place with the credential's own id, and the proof would still hold while the end is not seen. So
 * each member has a term's name and no keyword's, no list stands in a list or for a single value, no node is named only within the document,
 * and what is said of the credential, its subject, its achievement and its status stands in one place. That no bundled
 * context has two names for one thing that is read, a test holds.
 */
function isOpenlyWritten(document: JsonObject): boolean {
  const told = toldOnce(document);
  const issuers = objectsOf(document.issuer);
  if (!told || !isApart(told, issuers, document)) return false;
  const ids = new Set(idsOf(told));
  const walk = (value: Json): boolean => {
    if (Array.isArray(value)) {
      return (value as readonly Json[]).every((one) => !Array.isArray(one) && walk(one));
    }
    if (!isJsonObject(value)) return true;
    const inItsPlace = told.includes(value) || issuers.includes(value) || !repeats(value, ids);
    return inItsPlace && isPlainNode(value) && Object.values(value).every(walk);
  };
  return walk(document);
}

const idsOf = (nodes: readonly JsonObject[]): string[] => nodes.flatMap(({ id }) => textOf(id) ?? []);

/** The objects of which each is the only place for what it says; undefined when two of them are of one node. */
function toldOnce(document: JsonObject): JsonObject[] | undefined {
  const subjects = objectsOf(document.credentialSubject);
  const achievements = subjects.flatMap(({ achievement }) => objectsOf(achievement));
  const told = [document, ...subjects, ...achievements, ...objectsOf(document.credentialStatus)];
  const ids = idsOf(told);
  return new Set(ids).size < ids.length ? undefined : told;
}

/** Who issues a certificate to itself is its subject as well, and has a name in both places; an issuer is nothing else. */
function isApart(
  told: readonly JsonObject[],
  issuers: readonly JsonObject[],
  { credentialSubject }: JsonObject,
): boolean {
  const subjects = objectsOf(credentialSubject);
  const others = idsOf(told.filter((one) => !subjects.includes(one)));
  return idsOf(issuers).every((id) => !others.includes(id));
}

function isPlainNode(node: JsonObject): boolean {
  if (Object.hasOwn(node, "@value")) return isTextOfALanguage(node);
  const names = Object.keys(node);
  const plain = names.every((name) => name === "@context" || !/[:@]/.test(name));
  // A list of one is the same value, and no reader would take it for a text.
  const single = names.every((name) => !readOnce.has(name) || !Array.isArray(node[name]));
  return plain && single && textOf(node.id)?.startsWith("_:") !== true;
}

/** Any other value object could stand for a plain value, which would not be seen. */
function isTextOfALanguage(value: JsonObject): boolean {
  const names = Object.keys(value).filter((name) => name !== "@value");
  return names.length > 0 && names.every((name) => name === "@language" || name === "@direction");
}

function repeats(node: JsonObject, ids: ReadonlySet<string>): boolean {
  const id = textOf(node.id);
  return id !== undefined && ids.has(id) && Object.keys(node).some((name) => readNames.has(name));
}
