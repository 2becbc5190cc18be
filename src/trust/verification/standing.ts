import { statusBit, VcError, type JsonObject } from "../../standards/vc/index.js";
import { no, unknown, yes, type Finding } from "./answers.js";
import type { StatedCertificate } from "./certificate.js";
import type { OwnCertificate } from "./own.js";
import { sealFault, type ProofDeps } from "./proofs.js";
import { isoMoment, jsonOf, memberOf, objectsOf, plainText, textOf, textsOf } from "./reading.js";

/** Has it been revoked or suspended? The books of this installation, for a certificate that it issued itself. */
export function ownStanding({ state, since, reason }: OwnCertificate, now: number): Finding {
  if (state === "valid") return yes("valid", { asOf: now });
  const values = { sinceAt: since, ...(reason === undefined ? {} : { decision: reason }) };
  return no(`own-${state}`, { values, asOf: now });
}

const purposes = ["revocation", "suspension"];
/** A certificate needs one or two; each further one would be fetched at a stranger's word. */
const maxEntries = 3;

/** Has it been revoked or suspended? By the status lists that it names (Bitstring Status List 1.0 §3.2). */
export async function examineStanding(
  { status, issuerId }: Pick<StatedCertificate, "status" | "issuerId">,
  now: number,
  deps: ProofDeps,
): Promise<Finding> {
  if (status.length === 0) return unknown("noList");
  if (status.length > maxEntries) return unknown("listsTooMany");
  const findings = await Promise.all(status.map((entry) => examineEntry(entry, issuerId, now, deps)));
  // One list that says no is enough; all of them must say yes.
  const byWeight = (verdict: Finding["answer"]): Finding | undefined =>
    findings.find(({ answer }) => answer === verdict);
  return byWeight("no") ?? byWeight("unknown") ?? byWeight("yes") ?? unknown("noList");
}

async function examineEntry(
  entry: JsonObject,
  issuer: string,
  now: number,
  deps: ProofDeps,
): Promise<Finding> {
  const place = placeOf(entry);
  if (typeof place === "string") return unknown(place);
  const fetched = await deps.lookup.text(place.url);
  if ("failure" in fetched) return unknown("listNotReached", { values: { why: fetched.failure } });
  const list = await readList(fetched.text, { ...place, issuer }, now, deps);
  if ("answer" in list) return list;
  try {
    const asOf = list.signedAt ?? fetched.at;
    return statusBit(list.encoded, place.index) ? no("withdrawn", { asOf }) : yes("clear", { asOf });
  } catch (error) {
    if (!(error instanceof VcError)) throw error;
    return unknown(error.code === "vc_status_index_out_of_range" ? "listIndex" : "listMalformed");
  }
}

interface Place {
  readonly url: string;
  readonly purpose: string;
  readonly index: number;
}

/** Where an entry points to, or the reason why nobody can tell. */
function placeOf(entry: JsonObject): Place | "listKind" | "listPurpose" | "listIndex" {
  const [url, purpose] = [textOf(entry.statusListCredential), textOf(entry.statusPurpose)];
  const oneBit = entry.statusSize === undefined || entry.statusSize === 1;
  if (!textsOf(entry.type).includes("BitstringStatusListEntry") || url === undefined || !oneBit) {
    return "listKind";
  }
  if (purpose === undefined || !purposes.includes(purpose)) return "listPurpose";
  const index = indexOf(entry);
  return index === undefined ? "listIndex" : { url, purpose, index };
}

type Wanted = Omit<Place, "index"> & { readonly issuer: string };

/** The list in a fetched text, when it is the wanted one, of this issuer, signed, and of today. */
async function readList(
  text: string,
  { url, purpose, issuer }: Wanted,
  now: number,
  deps: ProofDeps,
): Promise<Finding | { encoded: string; signedAt: number | undefined }> {
  const list = jsonOf(text);
  if (!list) return unknown("listMalformed");
  const [subject] = objectsOf(list.credentialSubject);
  const encoded = textOf(subject?.encodedList);
  const issuedBy = textOf(list.issuer) ?? textOf(memberOf(list.issuer, "id"));
  const isList = textsOf(list.type).includes("BitstringStatusListCredential");
  if (!isList || !subject || encoded === undefined) return unknown("listMalformed");
  if (list.id !== url || issuedBy !== issuer || !textsOf(subject.statusPurpose).includes(purpose)) {
    return unknown("listOther");
  }
  const stale = outsideItsDates(list, now);
  if (stale) return stale;
  const fault = await sealFault(list, issuer, deps);
  if (fault !== undefined) return unknown("listSeal", { values: { fault } });
  return { encoded, signedAt: signedAt(list) };
}

function outsideItsDates(list: JsonObject, now: number): Finding | undefined {
  const [from, until] = [isoMoment(list.validFrom), isoMoment(list.validUntil)];
  if (from === "malformed" || until === "malformed") return unknown("listMalformed");
  if (until !== undefined && until <= now) return unknown("listStale", { values: { untilAt: until } });
  if (from !== undefined && now < from) return unknown("listNotYet", { values: { fromAt: from } });
  return undefined;
}

/** When the list was made: by its proof, else by its dates. */
function signedAt({ proof, validFrom }: JsonObject): number | undefined {
  const moments = [...objectsOf(proof).map(({ created }) => isoMoment(created)), isoMoment(validFrom)];
  return moments.find((moment) => typeof moment === "number");
}

/** §2.1: a string of decimal digits. */
function indexOf({ statusListIndex }: JsonObject): number | undefined {
  const digits = plainText(statusListIndex);
  return digits !== undefined && /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}
